"""One owner a journal, from before its first byte is read until it is closed; a kill gives it up.

The lock is on a file of its own: a journal is read byte by byte before SQLite opens it, and closing any descriptor of
a file gives up all the locks that SQLite has on it (fcntl(2)).
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

from phonetui.client.journal_refusals import JournalInUse, JournalLocks, folder_refusal
from phonetui.client.private_files import private_folder

if sys.platform == "win32":

    def _lock(descriptor: int) -> None:
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:

    def _lock(descriptor: int) -> None:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class JournalLock:
    """Held from the start; raises `JournalInUse`, `JournalLocks` and `JournalFolder`."""

    def __init__(self, journal: Path) -> None:
        self._file = lock_file(journal)
        self._descriptor = _taken(self._file, journal)

    def release(self) -> None:
        """Give it up; a second time does nothing."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor < 0:
            return
        with suppress(OSError):  # one that stays is no obstacle
            self._file.unlink()
        os.close(descriptor)


def is_owned(journal: Path) -> bool:
    """Whether a phonetui has the journal open; nothing is written."""
    try:
        descriptor = os.open(lock_file(journal), os.O_RDWR)
    except OSError:
        return False
    try:
        _lock(descriptor)
    except (BlockingIOError, PermissionError):
        return True
    except OSError:  # nobody can lock there, so nobody calls there
        return False
    finally:
        os.close(descriptor)
    return False


def lock_file(journal: Path) -> Path:
    """The file beside a journal that its owner has locked."""
    return journal.with_suffix(".lock")


def _taken(file: Path, journal: Path) -> int:
    while True:
        descriptor = _opened(file, journal)
        try:
            _lock(descriptor)
            if _is_still(file, descriptor):
                return descriptor
            os.close(descriptor)  # its owner closed the journal, and removed the file, since it was opened here
        except (BlockingIOError, PermissionError):
            os.close(descriptor)
            raise JournalInUse.of(journal) from None
        except OSError:
            os.close(descriptor)
            raise JournalLocks.of(journal) from None


def _opened(file: Path, journal: Path) -> int:
    try:
        private_folder(file.parent)
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        with suppress(FileNotFoundError):  # its owner has just removed it
            file.chmod(0o600)
    except OSError as error:
        raise folder_refusal(error, journal) from None
    return descriptor


def _is_still(file: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(file.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False
