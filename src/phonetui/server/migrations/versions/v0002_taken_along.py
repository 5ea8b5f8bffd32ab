"""Households that callers take along, beside those of the hourly limit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Nobody has taken any along yet."""
    op.add_column("lendings", sa.Column("along", sa.Integer(), nullable=False, server_default="0"))
