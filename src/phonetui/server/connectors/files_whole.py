"""Files for another system to read: under its name a file is there whole, or as it was before."""

from __future__ import annotations

import csv
import errno
import glob
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO

from phonetui.core.refusal import Refused
from phonetui.server.cells import cell

_FULL = "make room on the disk"
_SHUT = "let the user that the server runs as write there"
#: What to do about an error of the disk.
_MENDS = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EACCES: _SHUT,
    errno.EPERM: _SHUT,
    errno.EROFS: "choose a folder that can be written",
    errno.ENOENT: "make its folder, or name another in the connection's file",
    errno.ENOTDIR: "name a folder in the connection's file",
}


@contextmanager
def whole_file(file: Path) -> Iterator[BinaryIO]:
    """What is written here replaces the file at the end, also after a power cut; an exception leaves it as it was.

    Until then it has a name that begins with a dot, and only this user may read it. Raises `Refused`.
    """
    try:
        with _renamed_at_the_end(file) as writing:
            yield writing
    except OSError as error:
        mend = _MENDS.get(error.errno or 0, "look after the disk")
        raise Refused(f"The results cannot be written to {file} ({error.strerror}); {mend}.") from None


def write_csv(file: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """The rows as CSV in UTF-8; nothing in them acts in a spreadsheet. Raises `Refused`."""
    with whole_file(file) as binary:
        out = TextIOWrapper(binary, "utf-8", newline="")
        writer = csv.writer(out)
        writer.writerow([cell(name) for name in header])
        writer.writerows([cell(text) for text in row] for row in rows)
        out.detach()  # which flushes


def check_folder(folder: Path) -> None:
    """Raises `Refused` unless a file can be written there; leaves nothing behind."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"phonetui")
    except OSError as error:
        mend = _MENDS.get(error.errno or 0, "look after the disk")
        raise Refused(f"No file can be written in {folder} ({error.strerror}); {mend}.") from None


@contextmanager
def _renamed_at_the_end(file: Path) -> Iterator[BinaryIO]:
    ours = f".{file.name}."
    for left in file.parent.glob(f"{glob.escape(ours)}*.part"):  # by a kill
        with suppress(OSError):
            left.unlink()
    descriptor, name = tempfile.mkstemp(prefix=ours, suffix=".part", dir=file.parent)
    unfinished = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as writing:
            yield writing
            writing.flush()
            os.fsync(writing.fileno())
        unfinished.replace(file)
        _sync_folder(file.parent)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":  # elsewhere a folder cannot be opened
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # a network's file system may not know how
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
