"""Whether an SQLite database is as it was written: looked at before a start, and said once it shows in a request."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing

from phonetui.core.refusal import Refused
from phonetui.server.engine import place, sqlite_file

#: Seconds that a start gives to it: a million voters take one or two. What is not looked at by then counts as sound.
LONGEST = 5.0
#: Steps of SQLite between two looks at the clock.
_STEPS = 10_000


def check_sound(url: str) -> None:
    """Raises `Refused` for a damaged SQLite database, with the table in which that shows; PostgreSQL looks itself."""
    file = sqlite_file(url)
    if file is None:
        return
    until = time.monotonic() + LONGEST
    with closing(sqlite3.connect(file)) as database:
        database.set_progress_handler(lambda: time.monotonic() > until, _STEPS)
        tables = database.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY rootpage").fetchall()
        for (table,) in tables:
            if time.monotonic() > until:
                return
            if not _is_sound(database, table):
                raise Refused(
                    f"The database in {place(url)} is damaged in its table {table}; put a backup in its place with "
                    "`phonetui server restore FILE`."
                )


def is_damage(error: BaseException) -> bool:
    """Whether it is SQLite's word for pages that are not as they were written; SQLAlchemy's has it inside."""
    code: int = getattr(getattr(error, "orig", error), "sqlite_errorcode", 0)
    return code & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def _is_sound(database: sqlite3.Connection, table: str) -> bool:
    try:
        return bool(database.execute(f"PRAGMA quick_check('{table}')").fetchone() == ("ok",))
    except sqlite3.DatabaseError as error:
        if is_damage(error):
            return False
        if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:  # there was no more time
            return True
        raise
