"""Why a journal cannot be opened or written, one sentence each with the mend."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import TYPE_CHECKING, Self

from phonetui.core.refusal import Refused
from phonetui.core.translation import later, tr, tr_n

if TYPE_CHECKING:
    from sqlite3 import Error


class JournalRefused(Refused):
    """The journal cannot be opened or written; what it holds is as it was.

    * JournalRefused
      - JournalInUse    another phonetui has it open
      - WrongKey        it belongs to another key
      - JournalDamaged  its pages are not what was written
      - JournalTooNew   a newer phonetui made it
      - JournalFolder   its folder cannot be written
      - TemporaryFolder the folder in which a damaged one is read cannot be written
      - JournalLocks    its folder cannot lock files
      - DiskFull        there is no room for one more call
    """

    sentence = later("The journal in {folder} cannot be used.")

    @classmethod
    def of(cls, path: Path, reason: str = "") -> Self:
        """The refusal for the journal at `path`."""
        return cls(tr(cls.sentence, folder=path.parent, file=path, reason=reason))


class JournalInUse(JournalRefused):
    """Another phonetui has it open."""

    sentence = later("Another phonetui has the calls in {folder} open; go on there, or close it first.")


class WrongKey(JournalRefused):
    """It belongs to another key."""

    sentence = later(
        "The calls in {file} are locked with another key than this sign-in has; "
        "log in again as the caller who made them."
    )


class JournalDamaged(JournalRefused):
    """Its pages are not what was written."""

    sentence = later(
        "The file {file} with your calls is damaged and takes no more; "
        "leave and start phonetui again: it keeps the file, and saves what can be read."
    )


class JournalTooNew(JournalRefused):
    """A newer phonetui made it."""

    sentence = later("The calls in {file} were written by a newer phonetui; install that one to go on.")


class JournalFolder(JournalRefused):
    """Its folder cannot be written."""

    sentence = later(
        "The folder {folder} cannot be written ({reason}); "
        "make it writable, or set PHONETUI_HOME to a folder on this machine's own disk."
    )


class TemporaryFolder(JournalRefused):
    """The folder in which a damaged one is read cannot be written."""

    sentence = later(
        "Damaged calls are read by way of the folder {folder}, which cannot be written ({reason}); "
        "make some room there, or set TMPDIR to another folder."
    )


class JournalLocks(JournalRefused):
    """Its folder cannot lock files, or a program that is not phonetui has locked this one."""

    sentence = later(
        "The calls in {folder} cannot be locked, as on some network homes, so two windows could spoil them; "
        "set PHONETUI_HOME to a folder on this machine's own disk."
    )


class DiskFull(JournalRefused):
    """There is no room for one more call."""

    sentence = later("The disk with {folder} is full, so nothing can be saved; make some room and try again.")


def set_aside(damaged: Path, unsent: int) -> str:
    """What a caller is told of a journal that was damaged, once a new one has taken its place."""
    told = tr("The file with your calls was damaged; what could be read is saved, with nothing unsent.")
    if unsent:
        told = tr_n(
            "The file with your calls was damaged; what could be read is saved, with {n} entry unsent.",
            "The file with your calls was damaged; what could be read is saved, with {n} entries unsent.",
            unsent,
        )
    return f"{told} {tr('The damaged file is kept as {file}.', file=damaged)}"


def still_here(lacking: int, count: int) -> Refused:
    """Why a journal is not removed: the campaign lacks some that is in it; `count` is what would be given up in all."""
    return Refused(
        tr_n(
            "{n} entry is not with the campaign yet, so nothing was removed; connect once to send it, "
            "or give it up with --discard {count}.",
            "{n} entries are not with the campaign yet, so nothing was removed; connect once to send them, "
            "or give them up with --discard {count}.",
            lacking,
            count=count,
        )
    )


#: SQLite's primary result codes, https://sqlite.org/rescode.html
_BY_CODE: dict[int, type[JournalRefused]] = {
    5: JournalInUse,  # BUSY
    6: JournalInUse,  # LOCKED
    11: JournalDamaged,  # CORRUPT
    13: DiskFull,  # FULL
    26: JournalDamaged,  # NOTADB
}
#: Extended ones of IOERR: UNLOCK, RDLOCK, CHECKRESERVEDLOCK, LOCK.
_OF_LOCKS = {2058, 2314, 3594, 3850}


def folder_refusal(error: OSError, path: Path) -> JournalRefused:
    """The refusal for an error of the system."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull.of(path)
    return JournalFolder.of(path, error.strerror or tr("it cannot be written"))


def refusal(error: Error, path: Path) -> JournalRefused:
    """The refusal for an error of SQLite."""
    code: int = getattr(error, "sqlite_errorcode", 1)
    reason = str(error).strip() or "unknown error"
    if code in _OF_LOCKS:
        return JournalLocks.of(path)
    return _BY_CODE.get(code & 0xFF, JournalFolder).of(path, reason)
