"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """An empty campaign server."""
    _campaigns()
    _people()
    _signing_in()
    _lists()
    _voters()
    _households()
    _ways_to_households()
    _lendings_and_numbers()
    _left_out_and_places()
    _events()
    _attempts()


def _campaigns() -> None:
    op.create_table(
        "settings",
        sa.Column("name", sa.String(20), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "campaigns",
        sa.Column("campaign_id", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id"),
    )


def _people() -> None:
    op.create_table(
        "accounts",
        sa.Column("caller_id", sa.String(36), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("owner", sa.Boolean(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("caller_id"),
        sa.UniqueConstraint("email"),
    )
    op.create_table(
        "members",
        sa.Column("campaign_id", sa.String(64), nullable=False),
        sa.Column("caller_id", sa.String(36), nullable=False),
        sa.Column("role", sa.String(10), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "caller_id"),
    )
    op.create_table(
        "devices",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("caller_id", sa.String(36), nullable=False),
        sa.Column("device_id", sa.String(36), nullable=False),
        sa.Column("device_name", sa.Text(), nullable=False),
        sa.Column("signed_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_index(("ix_devices_caller_id"), "devices", ["caller_id"])


def _signing_in() -> None:
    op.create_table(
        "sign_in_tries",
        sa.Column("try_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("email_hash", sa.String(64), nullable=False),
        sa.Column("origin", sa.String(45), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("try_id"),
    )
    op.create_index("sign_in_tries_by_origin", "sign_in_tries", ["origin", "at"])
    op.create_index("sign_in_tries_by_pair", "sign_in_tries", ["email_hash", "origin", "at"])
    op.create_table(
        "invitations",
        sa.Column("secret_hash", sa.String(64), nullable=False),
        sa.Column("campaign_id", sa.String(64), nullable=True),
        sa.Column("role", sa.String(10), nullable=False),
        sa.Column("uses_left", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("secret_hash"),
    )
    op.create_table(
        "journal_keys",
        sa.Column("caller_id", sa.String(36), nullable=False),
        sa.Column("journal_id", sa.String(64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("caller_id", "journal_id"),
    )


def _lists() -> None:
    op.create_table(
        "lists",
        sa.Column("campaign_id", sa.String(64), nullable=False),
        sa.Column("list_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "list_id"),
    )
    op.create_table(
        "imports",
        sa.Column("campaign_id", sa.String(64), nullable=False),
        sa.Column("import_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("rows_read", sa.Integer(), nullable=False),
        sa.Column("imported", sa.Integer(), nullable=False),
        sa.Column("merged", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("campaign_id", "import_id"),
    )


def _voters() -> None:
    op.create_table(
        "voters",
        sa.Column("campaign_id", sa.String(64), nullable=False),
        sa.Column("voter_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("file_key", sa.String(80), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("ended", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "voter_id"),
    )
    op.create_index("voters_by_file_key", "voters", ["campaign_id", "file_key"], unique=True)
    op.create_index("voters_by_household", "voters", ["campaign_id", "household_id", "position"])
    op.create_index("voters_by_import", "voters", ["campaign_id", "import_id", "voter_id"])
    op.create_table(
        "replaced_voters",
        sa.Column("campaign_id", sa.String(64), nullable=False),
        sa.Column("import_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("voter_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "import_id", "voter_id"),
    )
    op.create_table(
        "moved_voters",
        sa.Column("campaign_id", sa.String(64), nullable=False),
        sa.Column("number", sa.String(16), nullable=False),
        sa.Column("voter_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("campaign_id", "number", "voter_id"),
    )
    op.create_index("moved_voters_by_voter", "moved_voters", ["campaign_id", "voter_id"])


def _households() -> None:
    op.create_table(
        "households",
        sa.Column("campaign_id", sa.String(64), nullable=False),
        sa.Column("household_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(16), nullable=False),
        sa.Column("address_key", sa.Text(), nullable=False),
        sa.Column("zones", sa.Text(), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("rank", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("promised_to", sa.String(36), nullable=False),
        sa.Column("lent_to", sa.String(36), nullable=False),
        sa.Column("lent_device", sa.String(36), nullable=False),
        sa.Column("lent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lent_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("campaign_id", "household_id"),
    )


def _ways_to_households() -> None:
    op.create_index(
        "households_by_address",
        "households",
        ["campaign_id", "address_key"],
        unique=False,
        sqlite_where=sa.text("address_key <> ''"),
        postgresql_where=sa.text("address_key <> ''"),
    )
    op.create_index(
        "households_by_borrower",
        "households",
        ["campaign_id", "lent_to", "lent_device"],
        unique=False,
        sqlite_where=sa.text("lent_to <> ''"),
        postgresql_where=sa.text("lent_to <> ''"),
    )
    op.create_index("households_by_number", "households", ["number", "campaign_id"])
    op.create_index(
        "households_lent",
        "households",
        ["campaign_id", "lent_until"],
        unique=False,
        sqlite_where=sa.text("state = 'lent'"),
        postgresql_where=sa.text("state = 'lent'"),
    )
    op.create_index("households_next", "households", ["campaign_id", "state", "zones", "rank", "household_id"])
    op.create_index(
        "households_promised",
        "households",
        ["campaign_id", "ready_at"],
        unique=False,
        sqlite_where=sa.text("promised_to <> ''"),
        postgresql_where=sa.text("promised_to <> ''"),
    )
    op.create_index(
        "households_resting",
        "households",
        ["campaign_id", "ready_at"],
        unique=False,
        sqlite_where=sa.text("state = 'resting'"),
        postgresql_where=sa.text("state = 'resting'"),
    )


def _lendings_and_numbers() -> None:
    op.create_table(
        "lendings",
        sa.Column("campaign_id", sa.String(64), nullable=False),
        sa.Column("caller_id", sa.String(36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "caller_id", "at"),
    )
    op.create_table(
        "number_locks",
        sa.Column("number", sa.String(16), nullable=False),
        sa.Column("campaign_id", sa.String(64), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "suppressed_numbers",
        sa.Column("number", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("campaign_id", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", "reason"),
    )
    op.create_index("suppressed_numbers_by_reason", "suppressed_numbers", ["reason"])
    op.create_table(
        "ended_numbers",
        sa.Column("campaign_id", sa.String(64), nullable=False),
        sa.Column("number", sa.String(16), nullable=False),
        sa.Column("attempt_id", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "number", "attempt_id"),
    )
    op.create_index("ended_numbers_by_attempt", "ended_numbers", ["campaign_id", "attempt_id"])


def _left_out_and_places() -> None:
    op.create_table(
        "erased_voters",
        sa.Column("campaign_id", sa.String(64), nullable=False),
        sa.Column("keyed_hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "keyed_hash"),
    )
    op.create_table(
        "places",
        sa.Column("campaign_id", sa.String(64), nullable=False),
        sa.Column("precinct", sa.String(120), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "precinct"),
    )


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("campaign_id", sa.String(64), nullable=False),
        sa.Column("caller_id", sa.String(36), nullable=False),
        sa.Column("event_id", sa.String(36), nullable=False),
        sa.Column("device_id", sa.String(36), nullable=False),
        sa.Column("role", sa.String(10), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("voter_id", sa.Integer(), nullable=True),
        sa.Column("household_id", sa.Integer(), nullable=True),
        sa.Column("lent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.String(36), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "caller_id", "event_id"),
    )
    op.create_index("events_by_attempt", "events", ["campaign_id", "attempt_id"])
    op.create_index("events_by_caller", "events", ["campaign_id", "caller_id", "stored_at"])
    op.create_index("events_by_device", "events", ["campaign_id", "caller_id", "device_id", "seq"])
    op.create_index("events_by_household", "events", ["campaign_id", "household_id"])
    op.create_index("events_by_id", "events", ["campaign_id", "event_id"], unique=True)
    op.create_table(
        "outboxes",
        sa.Column("campaign_id", sa.String(64), nullable=False),
        sa.Column("caller_id", sa.String(36), nullable=False),
        sa.Column("device_id", sa.String(36), nullable=False),
        sa.Column("stored_through", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "caller_id", "device_id"),
    )
    op.create_table(
        "rejected_seqs",
        sa.Column("campaign_id", sa.String(64), nullable=False),
        sa.Column("caller_id", sa.String(36), nullable=False),
        sa.Column("device_id", sa.String(36), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "caller_id", "device_id", "seq"),
    )


def _attempts() -> None:
    op.create_table(
        "attempts",
        sa.Column("campaign_id", sa.String(64), nullable=False),
        sa.Column("attempt_id", sa.String(36), nullable=False),
        sa.Column("caller_id", sa.String(36), nullable=False),
        sa.Column("voter_id", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(16), nullable=False),
        sa.Column("disposition", sa.String(40), nullable=False),
        sa.Column("contact", sa.Boolean(), nullable=False),
        sa.Column("talk", sa.Boolean(), nullable=False),
        sa.Column("same_call", sa.Boolean(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("lent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "attempt_id"),
    )
    op.create_index("attempts_by_caller", "attempts", ["campaign_id", "caller_id", "at"])
    op.create_index("attempts_by_household", "attempts", ["campaign_id", "household_id"])
    op.create_index("attempts_by_voter", "attempts", ["campaign_id", "voter_id"])
    op.create_table(
        "news",
        sa.Column("campaign_id", sa.String(64), nullable=False),
        sa.Column("news_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "news_id"),
    )
