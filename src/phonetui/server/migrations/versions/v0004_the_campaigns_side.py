"""Connections to other systems, and what supervisors need: presence, an audit log, who may call which list."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from phonetui.server.supervising_tables import APPEND_ONLY

revision = "0004"
down_revision = "0003"

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Nothing is connected yet, every caller may call every list, and voters are kept.

    Who was asked in as an owner of one campaign could do no more than its supervisors, and is called so.
    """
    op.add_column("campaigns", sa.Column("keep_until", sa.Date()))
    op.add_column("lists", sa.Column("paused", sa.Boolean(), nullable=False, server_default=sa.false()))
    for table in ("lists", "members"):
        for name in ("languages", "tags"):
            op.add_column(table, _text(name))
    op.add_column("invitations", sa.Column("issued_at", _TIME))
    op.add_column("invitations", _id("issued_by", 36))
    op.add_column("bridge_calls", _id("ending", 12))
    _add_index_where("bridge_calls_failed", "bridge_calls", ["campaign_id", "at"], "ending <> ''")
    op.create_index("events_by_time", "events", ["campaign_id", "stored_at", "event_id"])
    op.create_index("events_by_voter", "events", ["campaign_id", "voter_id"])
    _add_index_where("events_told", "events", ["campaign_id", "stored_at"], "kind IN ('report', 'remark')")
    of_list = ["campaign_id", "list_id", "zones", "rank", "household_id"]
    _add_index_where("households_of_list", "households", of_list, "state = 'ready'")
    _add_connections()
    _add_supervising()
    _add_sealed_numbers()
    op.execute("UPDATE members SET role = 'supervisor' WHERE role = 'owner'")
    op.execute("UPDATE invitations SET role = 'supervisor' WHERE role = 'owner' AND campaign_id IS NOT NULL")


def _add_index_where(name: str, table: str, columns: list[str], where: str) -> None:
    some = sa.text(where)
    op.create_index(name, table, columns, sqlite_where=some, postgresql_where=some)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, server_default=sa.text("''"))


def _key(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), primary_key=True)


def _id(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False, server_default=sa.text("''"))


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False, server_default="0")


def _add_connections() -> None:
    op.create_table(
        "connections",
        _key("campaign_id", 64),
        _key("name", 40),
        sa.Column("system", sa.String(20), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("every", sa.Integer(), nullable=False),
        sa.Column("ids_are_theirs", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("added_at", _TIME, nullable=False),
        sa.Column("removed_at", _TIME),
        sa.Column("ran_at", _TIME),
        sa.Column("pulled_at", _TIME),
        sa.Column("pushed_at", _TIME),
        sa.Column("looked_at", _TIME),
        _id("looked_through", 36),
        sa.Column("busy_until", _TIME),
        sa.Column("rests_until", _TIME),
        _count("tries"),
        _text("said"),
        sa.Column("pull_ran_at", _TIME),
        sa.Column("pull_busy_until", _TIME),
        sa.Column("pull_rests_until", _TIME),
        _count("pull_tries"),
        _text("pull_said"),
        _count("pull_left_out"),
        _text("pull_remarks"),
    )
    op.create_index("connections_by_name", "connections", ["name"], unique=True)
    op.create_table(
        "pushes",
        _key("campaign_id", 64),
        _key("name", 40),
        _key("event_id", 36),
        sa.Column("attempt_id", sa.String(36), nullable=False),
        _id("corrects", 36),
        sa.Column("state", sa.String(10), nullable=False),
        _count("tries"),
        sa.Column("first_tried_at", _TIME),
        sa.Column("done_at", _TIME),
        sa.Column("is_there", sa.Boolean(), nullable=False, server_default=sa.false()),
        _id("remote_id", 100),
        _text("said"),
    )
    op.create_index("pushes_by_attempt", "pushes", ["campaign_id", "name", "attempt_id"])
    op.create_index("pushes_by_state", "pushes", ["campaign_id", "name", "state", "event_id"])
    op.create_table(
        "remote_ids",
        _key("campaign_id", 64),
        _key("name", 40),
        _key("kind", 10),
        _key("file_id", 80),
        sa.Column("ours", sa.String(80), primary_key=True, server_default=sa.text("''")),
        sa.Column("remote_id", sa.Text(), nullable=False),
    )


def _add_supervising() -> None:
    op.create_table(
        "presences",
        _key("campaign_id", 64),
        _key("caller_id", 36),
        _key("device_id", 36),
        sa.Column("heard_at", _TIME, nullable=False),
        sa.Column("due_at", _TIME, nullable=False),
        sa.Column("came_at", _TIME, nullable=False),
        sa.Column("household_id", sa.Integer()),
        sa.Column("shown_at", _TIME, nullable=False),
        _count("unsent"),
        sa.Column("on_break", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("leaves", sa.Boolean(), nullable=False, server_default=sa.false()),
        _count("rejected"),
        _id("rejected_for", 20),
    )
    op.create_table(
        "taken_roles",
        sa.Column("campaign_id", sa.String(64), primary_key=True, server_default=sa.text("''")),
        _key("caller_id", 36),
        sa.Column("at", _TIME, nullable=False),
    )
    op.create_table(
        "audit",
        sa.Column("entry_id", sa.Integer(), primary_key=True, autoincrement=True),
        _id("campaign_id", 64),
        sa.Column("at", _TIME, nullable=False),
        _id("caller_id", 36),
        sa.Column("action", sa.String(40), nullable=False),
        _id("subject", 80),
    )
    op.create_index("audit_by_campaign", "audit", ["campaign_id", "entry_id"])
    for statement in APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)


def _add_sealed_numbers() -> None:
    op.create_table(
        "sealed_numbers",
        _key("campaign_id", 64),
        sa.Column("voter_id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("erased_at", _TIME, nullable=False),
    )
    op.create_index("sealed_numbers_by_time", "sealed_numbers", ["erased_at"])
