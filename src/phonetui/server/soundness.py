"""Whether an SQLite database is as it was written: looked at before a start and for whoever asks after its health."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta

from phonetui.core.refusal import Refused
from phonetui.server.engine import place, sqlite_file
from phonetui.server.log import log_damage

#: Seconds that a look may take: a million voters take one or two. What is not looked at by then counts as sound.
LONGEST = 5.0
#: From when on a look is too old to answer with.
AGAIN = timedelta(minutes=5)
#: Seconds that an answer waits for a new look; after that it is what was found before.
PATIENCE = 1.0
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


class LastLook:
    """What the last look at a database found; where that is too old, whoever asks has it looked at again."""

    def __init__(self, url: str, clock: Callable[[], datetime]) -> None:
        self._url = url
        self._clock = clock
        self._looked_at = clock()
        self._look: asyncio.Task[bool] | None = None
        self._found = True

    async def finds_sound(self) -> bool:
        """Whether it is sound. Damage is logged once a look; raises `sqlite3.Error` where nothing can be read."""
        now = self._clock()
        if now - self._looked_at >= AGAIN:
            self._looked_at, self._look = now, asyncio.create_task(asyncio.to_thread(_looks_sound, self._url))
        if self._look is not None:
            done, _ = await asyncio.wait({self._look}, timeout=PATIENCE)
            self._found = self._look.result() if done else self._found
        return self._found


def _looks_sound(url: str) -> bool:
    try:
        check_sound(url)
    except Refused as damaged:
        log_damage(damaged)
        return False
    return True


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
