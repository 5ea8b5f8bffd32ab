"""Schema migrations, by Alembic. Revisions are numbered: 0001, 0002 …; `engine.SCHEMA` names the newest."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config

from phonetui.server.engine import plain_engine


def migrate(url: str) -> None:
    """Runs every revision that the database behind `url` does not have yet, all in one transaction."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    with plain_engine(url).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
