"""A damaged journal is never overwritten: it is moved aside, and what can be read of it goes into a new one.

A kill or a power cut may come at any moment of it. Under the name of a journal there is always either the damaged file,
or nothing while a finished one waits to be moved there, or the finished one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlcipher3 import dbapi2

from phonetui.client.journal_connection import connect, connect_to_read, transaction
from phonetui.client.journal_key import fingerprint, fingerprint_file, read_fingerprint
from phonetui.client.journal_pages import Seal, is_damaged, sound_pages
from phonetui.client.journal_refusals import JournalDamaged, JournalTooNew, WrongKey, refusal
from phonetui.client.journal_salvage import refill, salvage, version_of
from phonetui.client.journal_tables import SCHEMA, STEPS
from phonetui.client.private_files import private_file, sync_folder, write_private

if TYPE_CHECKING:
    from sqlite3 import Connection

#: What follows the name of a journal's file in the name of its log.
LOG = "-wal"
#: In place of a journal's suffix: the file in which its pages are read, and one that was moved aside.
SALVAGE, DAMAGED = ".salvage", ".damaged"


def ready(path: Path, key: bytes) -> Path | None:
    """A sound journal at `path`, new where there was none; the damaged file, if there was one, by its new name.

    The journal's lock is held. Raises `JournalTooNew` and `WrongKey`, and where nothing can be written `OSError` and
    SQLite's errors.
    """
    for file in (nameless(path), log_of(nameless(path)), path.with_suffix(SALVAGE)):  # of a start that was cut short
        file.unlink(missing_ok=True)
    aside = _finish(path, key)
    if not path.exists() and not log_of(path).exists():
        _make(path, key, lambda connection: None)
        nameless(path).replace(path)
        sync_folder(path.parent)
    elif not _is_sound(path, key):
        aside = set_aside(path, key)
    elif not read_fingerprint(path):
        _name_key(path, key)
    return aside


def set_aside(path: Path, key: bytes) -> Path:
    """Moves the damaged journal aside and puts a new one in its place; the damaged one by its new name."""
    newest, older = readable(path, key)
    scratch = path.with_suffix(SALVAGE)
    if version_of(scratch, key, {**older, **newest}) > SCHEMA:
        raise JournalTooNew.of(path)
    found = salvage(scratch, key, newest, older)
    _make(path, key, lambda connection: refill(connection, found))
    count = 1
    while any(_set_aside_as(path, count)):
        count += 1
    nameless(path).replace(path.with_name(f"{path.stem}-{count}.mended"))
    sync_folder(path.parent)
    aside = _finish(path, key)
    if aside is None:
        raise FileNotFoundError(path)
    return aside


def readable(path: Path, key: bytes) -> tuple[dict[int, bytes], dict[int, bytes]]:
    """The newest and the older sound pages of a damaged journal; raises `WrongKey` and `OSError`."""
    newest, older = sound_pages(*read(path), Seal(key))
    if not (newest or older or read_fingerprint(path)):  # nothing shows that this key was ever the right one
        raise WrongKey.of(path)
    return newest, older


def set_aside_files(path: Path) -> Iterator[Path]:
    """Every file of the journals that were moved aside from `path`."""
    yield from path.parent.glob(f"{path.stem}-[0-9]*.*")


def forget_set_aside(path: Path, before: datetime) -> None:
    """Remove the damaged journals that were moved aside before that. Raises `OSError`."""
    for named in path.parent.glob(f"{path.stem}-[0-9]*.fingerprint"):  # written just then
        if named.stat().st_mtime < before.timestamp():
            damaged = named.with_suffix(DAMAGED)
            for file in (log_of(damaged), damaged, named):
                file.unlink(missing_ok=True)


def bring_up_to_date(connection: Connection, path: Path) -> None:
    """The journal's tables as this version has them, in one transaction; raises `JournalTooNew`."""
    with transaction(connection):
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > SCHEMA:
            raise JournalTooNew.of(path)
        for step in STEPS[version:]:
            for statement in step:
                connection.execute(statement)
        if version < SCHEMA:
            connection.execute(f"PRAGMA user_version = {SCHEMA}")


def log_of(path: Path) -> Path:
    """The write-ahead log of a journal."""
    return path.with_name(f"{path.name}{LOG}")


def read(path: Path) -> tuple[bytes, bytes]:
    """File and log of a journal, empty where there is none. Raises `OSError`."""
    file, log = (each.read_bytes() if each.exists() else b"" for each in (path, log_of(path)))
    return file, log


def nameless(path: Path) -> Path:
    """Where a journal is made before it takes its name."""
    return path.with_suffix(".new")


def _is_sound(path: Path, key: bytes) -> bool:
    """Whether every page is as it was written, and all fit together; raises `JournalTooNew`. Changes nothing."""
    if is_damaged(*read(path), Seal(key)):  # SQLite would remove a log without a first page
        return False
    try:
        with closing(connect_to_read(path, key)) as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version > SCHEMA:
                raise JournalTooNew.of(path)
            return version > 0 and connection.execute("PRAGMA quick_check").fetchall() == [("ok",)]
    except dbapi2.Error as error:
        if isinstance(refusal(error, path), JournalDamaged):
            return False
        raise


def _make(path: Path, key: bytes, fill: Callable[[Connection], None]) -> None:
    """A journal with all of its files but its name, synced."""
    new = nameless(path)
    new.unlink(missing_ok=True)
    private_file(new)
    with closing(connect(new, key)) as connection:
        bring_up_to_date(connection, path)
        with transaction(connection):
            fill(connection)
        connection.execute("PRAGMA wal_checkpoint(truncate)")
    _name_key(path, key)


def _name_key(path: Path, key: bytes) -> None:
    write_private(fingerprint_file(path), fingerprint(key).encode())


def _finish(path: Path, key: bytes) -> Path | None:
    """Moves the damaged journal away and the finished one to its place, where there is one."""
    mended = next(path.parent.glob(f"{path.stem}-[0-9]*.mended"), None)
    if mended is None:
        return None
    aside = mended.with_suffix(DAMAGED)
    _name_key(aside, key)
    for file, its_new_name in ((path, aside), (log_of(path), log_of(aside))):
        with suppress(FileNotFoundError):
            file.rename(its_new_name)
    sync_folder(path.parent)  # the finished one must not take the place of a file that has no other name yet
    mended.replace(path)
    sync_folder(path.parent)
    return aside


def _set_aside_as(path: Path, count: int) -> Iterator[Path]:
    return path.parent.glob(f"{path.stem}-{count}.*")
