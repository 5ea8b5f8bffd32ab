from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from phonetui.server import migrations, tables
from phonetui.server.engine import SCHEMA, create_tables, plain_engine, schema_of


def differences(url: str) -> list[object]:
    with plain_engine(url).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        return list(compare_metadata(context, tables.metadata))


def test_all_revisions_in_turn_make_the_tables_that_the_server_uses(bare_url: str) -> None:
    migrations.migrate(bare_url)
    assert differences(bare_url) == []
    assert schema_of(bare_url) == SCHEMA


def test_a_new_server_starts_at_the_newest_revision(bare_url: str) -> None:
    create_tables(bare_url)
    assert schema_of(bare_url) == ScriptDirectory(str(Path(migrations.__file__).parent)).get_current_head() == SCHEMA
    migrations.migrate(bare_url)
    assert differences(bare_url) == []


def test_a_forgotten_migration_would_be_noticed(bare_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    migrations.migrate(bare_url)
    monkeypatch.setattr(tables, "metadata", type(tables.metadata)())
    assert differences(bare_url) != []
