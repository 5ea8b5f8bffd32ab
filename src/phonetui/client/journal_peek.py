"""Looking into a journal without changing a byte of it, or of the folder around it.

A newer phonetui's journal is no obstacle, damaged or not: no start of this version mends it, or sends what is in it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct
from sqlcipher3 import dbapi2

from phonetui.client.journal_connection import connect_to_read, transaction
from phonetui.client.journal_key import fingerprint, read_fingerprint
from phonetui.client.journal_lock import is_owned
from phonetui.client.journal_mending import bring_up_to_date, read, readable
from phonetui.client.journal_pages import Seal, is_damaged
from phonetui.client.journal_reading import known_campaign, rejected, unsent
from phonetui.client.journal_records import Entry, Rejected
from phonetui.client.journal_refusals import (
    JournalDamaged,
    JournalFolder,
    JournalInUse,
    JournalTooNew,
    TemporaryFolder,
    WrongKey,
    refusal,
)
from phonetui.client.journal_salvage import Salvage, refill, salvage, version_of
from phonetui.client.journal_tables import SCHEMA
from phonetui.core.campaign import Campaign
from phonetui.core.translation import tr

if TYPE_CHECKING:
    from sqlite3 import Connection

Pages = Mapping[int, bytes]
Result = TypeVar("Result")


class NotTaken(Struct, frozen=True):
    """What the campaign does not have of a journal; `campaign` is None where this version cannot read it."""

    campaign: Campaign | None
    unsent: tuple[Entry, ...]
    rejected: tuple[Rejected, ...]


def read_not_taken(path: Path, key: bytes) -> NotTaken:
    """What is unsent and what was rejected, of a newer phonetui's journal too; raises `JournalRefused`."""
    try:
        return _read(path, key, lambda connection: _not_taken(connection, path))
    except JournalDamaged:
        return _of_damaged(path, key)


def read_campaign(path: Path, key: bytes) -> Campaign | None:
    """The campaign; None where it was never heard of. Raises `JournalRefused`."""
    return _read(path, key, lambda connection: _not_taken(connection, path).campaign)


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


def _of_damaged(path: Path, key: bytes) -> NotTaken:
    """What can be read of a newer phonetui's; raises `JournalDamaged` for another, which the next start mends."""
    try:
        newest, older = readable(path, key)
    except OSError as error:
        raise _unread(error, path) from None
    found = _salvaged(path, key, newest, older)
    with closing(dbapi2.connect(":memory:", isolation_level=None)) as connection:
        bring_up_to_date(connection, path)
        with transaction(connection):
            refill(connection, found)
        return _not_taken(connection, path)


def _salvaged(path: Path, key: bytes, newest: Pages, older: Pages) -> Salvage:
    try:
        with TemporaryDirectory(prefix="phonetui-") as folder:
            scratch = Path(folder) / path.name  # locked with the journal's own key
            if version_of(scratch, key, {**older, **newest}) <= SCHEMA:
                raise JournalDamaged.of(path)
            return salvage(scratch, key, newest, older)
    except (OSError, dbapi2.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise TemporaryFolder.of(Path(tempfile.tempdir or "") / path.name, reason or str(error)) from None


def _read(path: Path, key: bytes, work: Callable[[Connection], Result]) -> Result:
    try:
        if read_fingerprint(path) not in ("", fingerprint(key)):
            raise WrongKey.of(path)
        if is_owned(path):
            raise JournalInUse.of(path)
        content = read(path)
    except OSError as error:
        raise _unread(error, path) from None
    if any(content) and is_damaged(*content, Seal(key)):  # SQLite would remove a log that it cannot read
        raise JournalDamaged.of(path)
    try:
        with closing(connect_to_read(path, key)) as connection:
            return work(connection)
    except dbapi2.Error as error:
        raise refusal(error, path) from None


def _unread(error: OSError, path: Path) -> JournalFolder:
    return JournalFolder.of(path, error.strerror or tr("it cannot be read"))
