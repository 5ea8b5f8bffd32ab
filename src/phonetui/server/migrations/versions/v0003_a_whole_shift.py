"""What a whole shift needs: calling names, practice, sign-ups, mailed codes, promises, questions and answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Nobody has practised, signed up or asked anything yet; a call back of before is promised for when it is due."""
    op.add_column("accounts", sa.Column("calling_name", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.add_column("accounts", sa.Column("on_board", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("journal_keys", sa.Column("withheld", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("members", sa.Column("practised_at", sa.DateTime(timezone=True)))
    op.add_column("households", sa.Column("promised_at", sa.DateTime(timezone=True)))
    op.add_column("households", sa.Column("only_to_promiser", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE households SET promised_at = ready_at WHERE promised_to <> ''")
    op.add_column("news", sa.Column("caller_id", sa.String(36), nullable=False, server_default=sa.text("''")))
    op.add_column("news", sa.Column("answers", sa.String(36), nullable=False, server_default=sa.text("''")))
    _add_tables()


def _add_tables() -> None:
    op.create_table(
        "sign_ups",
        sa.Column("campaign_id", sa.String(64), primary_key=True),
        sa.Column("phone_bank_id", sa.String(40), primary_key=True),
        sa.Column("caller_id", sa.String(36), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "mailed_codes",
        sa.Column("email_hash", sa.String(64), primary_key=True),
        sa.Column("purpose", sa.String(10), primary_key=True),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("tries_left", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "questions",
        sa.Column("campaign_id", sa.String(64), primary_key=True),
        sa.Column("event_id", sa.String(36), primary_key=True),
        sa.Column("caller_id", sa.String(36), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.Column("answered_by", sa.String(36), nullable=False, server_default=sa.text("''")),
    )
    op.create_table(
        "bridge_calls",
        sa.Column("caller_id", sa.String(36), primary_key=True),
        sa.Column("call_id", sa.String(36), primary_key=True),
        sa.Column("campaign_id", sa.String(64), nullable=False),
        sa.Column("household_id", sa.Integer()),
        sa.Column("number_hash", sa.String(64), nullable=False, server_default=sa.text("''")),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    unanswered = sa.text("answered_at IS NULL")
    op.create_index(
        "questions_open",
        "questions",
        ["campaign_id", "asked_at"],
        sqlite_where=unanswered,
        postgresql_where=unanswered,
    )
