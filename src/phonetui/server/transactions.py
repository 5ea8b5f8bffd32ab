"""Transactions that meet others: the same again where PostgreSQL gave one up."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from phonetui.server.engine import Database, Result

#: One of two transactions that waited for each other was given up; the same again may go through.
_TRY_AGAIN = ("40P01", "40001")
_TRIES = 4


async def transact(database: Database, work: Callable[[Connection], Result]) -> Result:
    """As `Database.transact`, up to four times."""
    for _ in range(_TRIES - 1):
        try:
            return await database.transact(work)
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", "") not in _TRY_AGAIN:
                raise
    return await database.transact(work)
