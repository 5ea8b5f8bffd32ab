"""The table behind do-not-calls of voters who were erased before they came in."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table

from phonetui.server.either_database import Utc
from phonetui.server.tables import metadata

#: Where an erased voter was called, sealed, for as long as a laptop may still bring that they want no more calls.
sealed_numbers = Table(
    "sealed_numbers",
    metadata,
    Column("campaign_id", String(64), primary_key=True),
    Column("voter_id", Integer, primary_key=True, autoincrement=False),
    Column("sealed", LargeBinary, nullable=False),  # late_do_not_calls.Reached, under a key outside the database
    Column("erased_at", Utc, nullable=False),
    Index("sealed_numbers_by_time", "erased_at"),
)
