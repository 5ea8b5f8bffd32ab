"""Connections to a journal, opened so that what is committed survives a power cut.

SQLCipher's pragmas: https://www.zetetic.net/sqlcipher/sqlcipher-api/.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from sqlcipher3 import dbapi2

from phonetui.client.journal_pages import salt

if TYPE_CHECKING:
    from sqlite3 import Connection

QUIET = ("cipher_log = off", "cipher_log_level = none")  # it writes to stderr, into the screen
#: The connection is the file's single owner from its first read to its close.
PRAGMAS = (
    "locking_mode = exclusive",
    "journal_mode = wal",
    "synchronous = full",
    "secure_delete = on",
    "temp_store = memory",
    *(("fullfsync = on", "checkpoint_fullfsync = on") if sys.platform == "darwin" else ()),
)
#: SQLite's file systems without locks, https://sqlite.org/vfs.html: with locks, reading a log needs a file beside it.
_WITHOUT_LOCKS = "unix-none" if os.name == "posix" else "win32-none"


def connect(path: Path, key: bytes) -> Connection:
    """A connection to a file that is there; raises SQLite's errors."""
    return connect_with(PRAGMAS, path, key)


def connect_with(pragmas: Sequence[str], path: Path, key: bytes) -> Connection:
    """The same, where other things matter than that it survives a power cut."""
    return _prepared(_connect(path, "mode=rw"), key, pragmas)


def connect_to_read(path: Path, key: bytes) -> Connection:
    """A connection that reads file and log and changes no byte of either, nor of the folder around them.

    It has no lock, so the journal's own must be held. Raises SQLite's errors.
    """
    log = path.with_name(f"{path.name}-wal")
    how = f"vfs={_WITHOUT_LOCKS}" if log.exists() else "immutable=1"  # for a log that is not there, one would be made
    return _prepared(_connect(path, f"mode=ro&{how}"), key, ("locking_mode = exclusive",))


def _connect(path: Path, how: str) -> Connection:
    uri = f"file:{quote(str(path))}?{how}"
    connection: Connection = dbapi2.connect(uri, uri=True, isolation_level=None, timeout=0)
    return connection


def _prepared(connection: Connection, key: bytes, pragmas: Sequence[str]) -> Connection:
    try:
        for pragma in (*QUIET, f"key = \"x'{key.hex()}{salt(key).hex()}'\"", *pragmas):
            connection.execute(f"PRAGMA {pragma}")
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def transaction(connection: Connection) -> Iterator[Connection]:
    """Kept as a whole, or not at all."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
