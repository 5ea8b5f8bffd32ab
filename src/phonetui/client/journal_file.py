"""The journal's file: one owner, one SQLCipher connection. Everything here runs on the journal's thread."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from sqlcipher3 import dbapi2

from phonetui.client import journal_writing as writing
from phonetui.client.journal_connection import connect, transaction
from phonetui.client.journal_key import fingerprint, fingerprint_file, read_fingerprint
from phonetui.client.journal_lock import JournalLock
from phonetui.client.journal_mending import bring_up_to_date, forget_set_aside, log_of, ready, set_aside_files
from phonetui.client.journal_reading import holds
from phonetui.client.journal_records import Entry
from phonetui.client.journal_refusals import (
    JournalDamaged,
    JournalInUse,
    JournalLocks,
    JournalRefused,
    WrongKey,
    folder_refusal,
    refusal,
)
from phonetui.wire import Lease

if TYPE_CHECKING:
    from sqlite3 import Connection

Result = TypeVar("Result")


class JournalFile:
    """Runs transactions. After one that failed the file is closed, then opened anew and read back.

    `damaged` is the file that was there before and was moved aside, if it was; damage that shows later ends all work.
    """

    def __init__(self, path: Path, key: bytes) -> None:
        self.path = path
        self._key = key
        self._take_back: Sequence[writing.Statement] = ()
        self._connection: Connection | None = None
        self._shown: JournalDamaged | None = None
        self._lock = JournalLock(path)
        try:
            self.damaged = self._made_ready()
            self.run(lambda connection: None)
        except BaseException:
            self.close()
            raise

    def run(self, work: Callable[[Connection], Result]) -> Result:
        """One transaction; raises `JournalRefused`."""
        try:
            with transaction(self._ready()) as connection:
                return work(connection)
        except dbapi2.Error as error:
            raise self._failed(error) from None

    def record(
        self,
        entries: Sequence[Entry],
        finished: Collection[str],
        returned: Collection[str],
        changed: Collection[Lease],
        call: bytes,
        version: int = 0,
    ) -> None:
        """One transaction that is either kept or, however its failure left the file, taken back; `JournalRefused`."""
        before: list[writing.Statement] = []
        try:
            self.run(lambda c: before.extend(writing.record(c, entries, finished, returned, changed, call, version)))
        except JournalRefused:
            if not self._kept_after_all(entries):
                self._take_back = before or self._take_back  # nothing was done where an earlier one's still stands
                raise

    def truncate(self) -> None:
        """Moves all from the write-ahead log into the file, so that nothing deleted stays in the log."""
        self._outside("PRAGMA wal_checkpoint(truncate)")

    def complaints(self) -> tuple[str, ...]:
        """What SQLite and SQLCipher find wrong with the file's pages; nothing for a sound file."""
        found = [*self._outside("PRAGMA integrity_check"), *self._outside("PRAGMA cipher_integrity_check")]
        return tuple(text for text in found if text != "ok")

    def close(self) -> None:
        """Closes the file and gives it up."""
        self._disconnect()
        self._lock.release()

    def remove(self) -> None:
        """Closes the file and deletes it, and those that were moved aside; raises `JournalFolder`."""
        self._disconnect()
        try:
            for file in (self.path, log_of(self.path), fingerprint_file(self.path), *set_aside_files(self.path)):
                file.unlink(missing_ok=True)
        except OSError as error:
            raise folder_refusal(error, self.path) from None
        self.close()

    def forget_damaged(self, before: datetime) -> None:
        """Deletes the damaged files that were moved aside before that; raises `JournalFolder`."""
        try:
            forget_set_aside(self.path, before)
        except OSError as error:
            raise folder_refusal(error, self.path) from None

    def _made_ready(self) -> Path | None:
        try:
            if read_fingerprint(self.path) not in ("", fingerprint(self._key)):
                raise WrongKey.of(self.path)
            return ready(self.path, self._key)
        except OSError as error:
            raise folder_refusal(error, self.path) from None
        except dbapi2.Error as error:
            raise self._failed(error) from None

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(dbapi2.Error):  # nothing depends on it: what is committed is in the log
                connection.close()

    def _failed(self, error: dbapi2.Error) -> JournalRefused:
        """Closes the file; the next transaction opens it again, unless it is damaged."""
        self._disconnect()
        refused = refusal(error, self.path)
        if isinstance(refused, JournalInUse):  # no other phonetui has it: its lock is held here
            return JournalLocks.of(self.path)
        if isinstance(refused, JournalDamaged):
            self._shown = refused
        return refused

    def _ready(self) -> Connection:
        if self._shown is not None:
            raise self._shown
        if self._connection is None:
            self._connection = connect(self.path, self._key)
            bring_up_to_date(self._connection, self.path)
        if self._take_back:
            with transaction(self._connection) as connection:
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
            raise self._failed(error) from None
