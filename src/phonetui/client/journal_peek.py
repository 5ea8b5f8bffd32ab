"""Looking into a journal without changing a byte of it, or of the folder around it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote

from msgspec import Struct
from sqlcipher3 import dbapi2

from phonetui.client.journal_connection import QUIET
from phonetui.client.journal_key import fingerprint, read_fingerprint
from phonetui.client.journal_reading import known_campaign, rejected, unsent
from phonetui.client.journal_records import Entry, Rejected
from phonetui.client.journal_refusals import JournalFolder, JournalInUse, JournalTooNew, WrongKey, refusal
from phonetui.client.journal_tables import SCHEMA
from phonetui.core.campaign import Campaign

if TYPE_CHECKING:
    from sqlite3 import Connection

Result = TypeVar("Result")

#: SQLite's file systems without locks, https://sqlite.org/vfs.html: with locks, reading a log needs a file beside it.
WITHOUT_LOCKS = "unix-none" if os.name == "posix" else "win32-none"
_BUSY = 5


class NotTaken(Struct, frozen=True):
    """What the campaign does not have of a journal; `campaign` is None where this version cannot read it."""

    campaign: Campaign | None
    unsent: tuple[Entry, ...]
    rejected: tuple[Rejected, ...]


def read_not_taken(path: Path, key: bytes) -> NotTaken:
    """What is unsent and what was rejected, of a newer phonetui's journal too; raises `JournalRefused`."""
    return _read(path, key, lambda connection: _not_taken(connection, path))


def read_complaints(path: Path, key: bytes) -> tuple[str, ...]:
    """What is wrong with the file's pages; nothing for a sound file. Raises `JournalRefused`."""

    def look(connection: Connection) -> tuple[str, ...]:
        checks = ("PRAGMA integrity_check", "PRAGMA cipher_integrity_check")
        found = [str(row[0]) for check in checks for row in connection.execute(check).fetchall()]
        return tuple(text for text in found if text != "ok")

    return _read(path, key, look)


def _not_taken(connection: Connection, path: Path) -> NotTaken:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version == 0:  # made, and nothing was ever recorded
        return NotTaken(None, (), ())
    try:
        return NotTaken(known_campaign(connection), unsent(connection), tuple(rejected(connection)))
    except dbapi2.OperationalError:
        if version > SCHEMA:  # and its tables are other ones
            raise JournalTooNew.of(path) from None
        raise


def _read(path: Path, key: bytes, work: Callable[[Connection], Result]) -> Result:
    try:
        if read_fingerprint(path) not in ("", fingerprint(key)):
            raise WrongKey.of(path)
    except OSError as error:
        raise JournalFolder.of(path, error.strerror or "it cannot be read") from None
    _need_nobody_in(path, key)
    with _opened(path, key, WITHOUT_LOCKS) as connection:
        try:
            return work(connection)
        except dbapi2.Error as error:
            raise refusal(error, path) from None


def _need_nobody_in(path: Path, key: bytes) -> None:
    """Raises `JournalInUse`. Whatever else stands in the way of a locked reader does not matter here."""
    with _opened(path, key) as connection:
        try:
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        except dbapi2.Error as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF == _BUSY:
                raise JournalInUse.of(path) from None


@contextmanager
def _opened(path: Path, key: bytes, file_system: str = "") -> Iterator[Connection]:
    uri = f"file:{quote(str(path))}?mode=ro" + (f"&vfs={file_system}" if file_system else "")
    try:
        connection: Connection = dbapi2.connect(uri, uri=True, isolation_level=None, timeout=0)
    except dbapi2.Error as error:
        raise refusal(error, path) from None
    with closing(connection):
        for pragma in (*QUIET, f"key = \"x'{key.hex()}'\"", "locking_mode = exclusive"):
            connection.execute(f"PRAGMA {pragma}")
        yield connection
