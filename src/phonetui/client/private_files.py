"""Files that only their owner may read, under any umask."""

from __future__ import annotations

import errno
import glob
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO


def private_folder(folder: Path) -> None:
    """Makes the folder 0700, and those above it that are not there yet, to outlive a power cut. Raises `OSError`."""
    if not folder.parent.exists():
        private_folder(folder.parent)
    is_new = not folder.exists()
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)
    if is_new:
        sync_folder(folder.parent)


def private_file(file: Path) -> None:
    """Makes an empty file, 0600, in a private folder; one that is there is left alone. Raises `OSError`.

    It is never opened where it exists: closing it would drop the locks that this process holds on it.
    """
    private_folder(file.parent)
    if not file.exists():
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    file.chmod(0o600)


def write_private(file: Path, content: bytes) -> None:
    """Replaces the file as a whole, so that a power cut leaves the old one or the new one. Raises `OSError`."""
    private_folder(file.parent)
    fresh = file.with_name(f"{file.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as writing:
        writing.write(content)
        writing.flush()
        os.fsync(writing.fileno())
    fresh.chmod(0o600)
    fresh.replace(file)
    sync_folder(file.parent)


@contextmanager
def new_file(file: Path, *, replace: bool = False) -> Iterator[BinaryIO]:
    """A file for somebody to take along; under its name it is there whole or not at all. Raises `OSError`.

    Without `replace`, `FileExistsError` for a name that is taken. What a kill has left of an earlier one goes.
    """
    if file.exists() and not replace:
        raise FileExistsError(errno.EEXIST, "there is such a file already", str(file))
    ours = f"{file.name}.phonetui-"
    for left in file.parent.glob(f"{glob.escape(ours)}*.part"):
        with suppress(OSError):  # another user's
            left.unlink()
    descriptor, name = tempfile.mkstemp(prefix=ours, suffix=".part", dir=file.parent)
    unfinished = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as writing:
            with suppress(OSError):  # the file system of a stick may know no modes
                unfinished.chmod(0o600)
            yield writing
            writing.flush()
            os.fsync(writing.fileno())
        unfinished.replace(file)
        with suppress(OSError):  # nor how to sync a folder
            sync_folder(file.parent)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def sync_folder(folder: Path) -> None:
    """What was made, renamed or removed in the folder outlives a power cut. Raises `OSError`."""
    if os.name != "posix":  # elsewhere a folder cannot be opened
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
