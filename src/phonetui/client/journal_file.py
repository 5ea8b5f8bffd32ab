"""The journal's file: one SQLCipher connection, opened so that what it has committed survives a power cut.

SQLCipher's pragmas: https://www.zetetic.net/sqlcipher/sqlcipher-api/. Everything here runs on the journal's thread.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from sqlcipher3 import dbapi2

from phonetui.client import journal_writing as writing
from phonetui.client.journal_key import fingerprint, fingerprint_file, read_fingerprint
from phonetui.client.journal_reading import holds
from phonetui.client.journal_records import Entry
from phonetui.client.journal_refusals import JournalFolder, JournalRefused, JournalTooNew, WrongKey, refusal
from phonetui.client.journal_tables import SCHEMA, TABLES
from phonetui.client.private_files import private_file, write_private
from phonetui.wire import Lease

if TYPE_CHECKING:
    from sqlite3 import Connection

Result = TypeVar("Result")

QUIET = ("cipher_log = off", "cipher_log_level = none")  # it writes to stderr, into the screen
#: The connection is the file's single owner from its first read to its close, so no second phonetui opens it.
PRAGMAS = (
    "locking_mode = exclusive",
    "journal_mode = wal",
    "synchronous = full",
    "secure_delete = on",
    "temp_store = memory",
    *(("fullfsync = on", "checkpoint_fullfsync = on") if sys.platform == "darwin" else ()),
)


class JournalFile:
    """Runs transactions. After one that failed the file is closed, then opened anew and read back."""

    def __init__(self, path: Path, key: bytes) -> None:
        self.path = path
        self._key = key
        self._take_back: Sequence[writing.Statement] = ()
        self._connection: Connection | None = _open(path, key)

    def run(self, work: Callable[[Connection], Result]) -> Result:
        """One transaction; raises `JournalRefused`."""
        try:
            with _transaction(self._ready()) as connection:
                return work(connection)
        except dbapi2.Error as error:
            self.close()
            raise refusal(error, self.path) from None

    def record(
        self,
        entries: Sequence[Entry],
        finished: Collection[str],
        returned: Collection[str],
        changed: Collection[Lease],
        call: bytes,
    ) -> None:
        """One transaction that is either kept or, however its failure left the file, taken back; `JournalRefused`."""
        before: list[writing.Statement] = []
        try:
            self.run(lambda c: before.extend(writing.record(c, entries, finished, returned, changed, call)))
        except JournalRefused:
            if not self._kept_after_all(entries):
                self._take_back = before
                raise

    def truncate(self) -> None:
        """Moves all from the write-ahead log into the file, so that nothing deleted stays in the log."""
        self._outside("PRAGMA wal_checkpoint(truncate)")

    def complaints(self) -> tuple[str, ...]:
        """What SQLite and SQLCipher find wrong with the file's pages; nothing for a sound file."""
        found = [*self._outside("PRAGMA integrity_check"), *self._outside("PRAGMA cipher_integrity_check")]
        return tuple(text for text in found if text != "ok")

    def close(self) -> None:
        """Closes the file; the next transaction opens it again."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(dbapi2.Error):  # nothing depends on it: what is committed is in the log
                connection.close()

    def remove(self) -> None:
        """Closes the file and deletes it; raises `JournalFolder`."""
        self.close()
        log = self.path.with_name(f"{self.path.name}-wal")
        try:
            for file in (self.path, log, fingerprint_file(self.path)):
                file.unlink(missing_ok=True)
        except OSError as error:
            raise JournalFolder.of(self.path, error.strerror or "it cannot be written") from None

    def _ready(self) -> Connection:
        if self._connection is None:
            self._connection = _open(self.path, self._key)
        if self._take_back:
            with _transaction(self._connection) as connection:
                for sql, values in self._take_back:
                    connection.execute(sql, values)
            self._take_back = ()
        return self._connection

    def _kept_after_all(self, entries: Sequence[Entry]) -> bool:
        """Whether a transaction whose sync failed is in the log, and now, synced, in the file itself."""
        try:
            kept = self.run(lambda connection: holds(connection, entries))
            if kept:
                self.truncate()
        except JournalRefused:
            return False
        return kept

    def _outside(self, statement: str) -> list[str]:
        """Runs a statement that cannot be in a transaction; answers with its first column."""
        try:
            return [str(row[0]) for row in self._ready().execute(statement).fetchall()]
        except dbapi2.Error as error:
            self.close()
            raise refusal(error, self.path) from None


def _open(path: Path, key: bytes) -> Connection:
    try:
        _prepare(path, key)
    except OSError as error:
        raise JournalFolder.of(path, error.strerror or "it cannot be written") from None
    connection: Connection = dbapi2.connect(str(path), isolation_level=None, timeout=0)
    try:
        _set_up(connection, path, key)
    except dbapi2.Error as error:
        connection.close()
        raise refusal(error, path) from None
    except JournalRefused:
        connection.close()
        raise
    return connection


def _prepare(path: Path, key: bytes) -> None:
    """The files, if they are not there. A wrong key shows here, and so is never taken for damage."""
    beside = read_fingerprint(path)
    if not path.exists() or not beside:
        write_private(fingerprint_file(path), fingerprint(key).encode())
    elif beside != fingerprint(key):
        raise WrongKey.of(path)
    private_file(path)


def _set_up(connection: Connection, path: Path, key: bytes) -> None:
    for pragma in (*QUIET, f"key = \"x'{key.hex()}'\"", *PRAGMAS):
        connection.execute(f"PRAGMA {pragma}")
    with _transaction(connection):
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > SCHEMA:
            raise JournalTooNew.of(path)
        if version == 0:
            for statement in TABLES:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {SCHEMA}")


@contextmanager
def _transaction(connection: Connection) -> Iterator[Connection]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
