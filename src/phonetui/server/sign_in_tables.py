"""The tables behind signing in: who tried, and the codes that went out by mail."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table

from phonetui.server.either_database import Utc
from phonetui.server.tables import metadata

#: Codes that went out by mail, one at a time for each address and purpose.
mailed_codes = Table(
    "mailed_codes",
    metadata,
    Column("email_hash", String(64), primary_key=True),
    Column("purpose", String(10), primary_key=True),  # join, password
    Column("code_hash", String(64), nullable=False),
    Column("tries_left", Integer, nullable=False),
    Column("expires_at", Utc, nullable=False),
)

sign_in_tries = Table(
    "sign_in_tries",
    metadata,
    Column("try_id", Integer, primary_key=True, autoincrement=True),
    Column("email_hash", String(64), nullable=False),
    Column("origin", String(45), nullable=False),  # an address, or a device that has signed in to the account before
    Column("at", Utc, nullable=False),
    Index("sign_in_tries_by_origin", "origin", "at"),
    Index("sign_in_tries_by_pair", "email_hash", "origin", "at"),
)
