"""Where Alembic meets the server's database; it is run by `migrate` alone."""

from __future__ import annotations

from alembic import context

from phonetui.server.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
context.run_migrations()
