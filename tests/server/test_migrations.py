from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

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


def test_who_was_called_owner_of_one_campaign_is_called_what_they_are(
    bare_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade = command.upgrade
    with monkeypatch.context() as patch:
        patch.setattr(command, "upgrade", lambda config, _: upgrade(config, "0003"))
        migrations.migrate(bare_url)
    with plain_engine(bare_url).begin() as connection:
        for who, role in (("dana", "caller"), ("robin", "owner")):
            connection.execute(
                text(f"INSERT INTO members (campaign_id, caller_id, role) VALUES ('a', '{who}', '{role}')")
            )
        for secret, of in (("1", "'a'"), ("2", "NULL")):
            row = f"('{secret}', {of}, 'owner', 1, '2026-10-07 12:00:00+00')"
            connection.execute(
                text(f"INSERT INTO invitations (secret_hash, campaign_id, role, uses_left, expires_at) VALUES {row}")
            )
    migrations.migrate(bare_url)
    with plain_engine(bare_url).connect() as connection:
        members = connection.execute(text("SELECT caller_id, role FROM members ORDER BY caller_id")).all()
        invitations = connection.scalars(text("SELECT role FROM invitations ORDER BY secret_hash")).all()
    assert (members, invitations) == ([("dana", "caller"), ("robin", "supervisor")], ["supervisor", "owner"])
