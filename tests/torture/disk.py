"""A disk as POSIX leaves it after a power cut: what was synced is there, of all else whatever the disk pleases.

A file's bytes are safe after its own sync, its name only after its folder's. Sectors of 512 bytes are written whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Literal

from msgspec import Struct

SECTOR = 512

Left = Literal["nothing", "all", "up to", "any", "torn"]
#: What the disk has of all that was not synced.
LEFT: tuple[Left, ...] = ("nothing", "all", "up to", "any", "torn")


class Write(Struct, frozen=True):
    """Bytes at a place in a file; `call` counts the calls of the whole trace."""

    call: int
    at: int
    content: bytes


class Truncate(Struct, frozen=True):
    """A file's new length."""

    call: int
    length: int


class Inode:
    """A file's bytes apart from its name: those synced, and what was done since. A folder has none."""

    def __init__(self, content: bytes = b"", *, folder: bool = False) -> None:
        self.folder = folder
        self.synced = content
        self.since: list[Write | Truncate] = []

    def sync(self) -> None:
        """Everything up to here is safe."""
        content = bytearray(self.synced)
        for change in self.since:
            _change(content, change)
        self.synced, self.since = bytes(content), []

    @property
    def length(self) -> int:
        """Bytes, as the program sees it."""
        length = len(self.synced)
        for change in self.since:
            length = change.length if isinstance(change, Truncate) else max(length, change.at + len(change.content))
        return length


class Renamed(Struct, frozen=True):
    """One change of a folder, whole or not at all: a new name, a name gone, or both for the same inode."""

    call: int
    gone: Path | None
    new: Path | None
    inode: Inode


class Disk:
    """Folders and files under one folder that is safe from the start; `files` is what is there already."""

    def __init__(self, files: dict[Path, bytes] | None = None) -> None:
        self._synced: dict[Path, Inode] = {}
        for path, content in (files or {}).items():
            self._synced |= {folder: Inode(folder=True) for folder in path.parents}
            self._synced[path] = Inode(content)
        self._names = dict(self._synced)
        self._since: list[Renamed] = []
        self._call = 0

    # -- what the program does ---------------------------------------------------------------------------------------

    def make_folder(self, path: Path) -> None:
        self._rename(None, path, Inode(folder=True))

    def open(self, path: Path) -> Inode:
        """The inode of that name, made where there is none."""
        if path not in self._names:
            self._rename(None, path, Inode())
        return self._names[path]

    def write(self, inode: Inode, at: int, content: bytes) -> None:
        self._call += 1
        inode.since.append(Write(self._call, at, content))

    def truncate(self, inode: Inode, length: int) -> None:
        self._call += 1
        inode.since.append(Truncate(self._call, length))

    def rename(self, old: Path, new: Path) -> None:
        self._rename(old, new, self._names[old])

    def remove(self, path: Path) -> None:
        self._rename(path, None, self._names[path])

    def sync(self, inode: Inode) -> None:
        inode.sync()

    def sync_folder(self, folder: Path) -> None:
        mine = [change for change in self._since if _folder(change) == folder]
        for change in mine:
            _rename(self._synced, change)
        self._since = [change for change in self._since if change not in mine]

    def _rename(self, gone: Path | None, new: Path | None, inode: Inode) -> None:
        self._call += 1
        change = Renamed(self._call, gone, new, inode)
        _rename(self._names, change)
        self._since.append(change)

    # -- what a cut leaves -------------------------------------------------------------------------------------------

    def cut(self, left: Left, random: Random) -> dict[Path, bytes]:
        """The files that are there when the power is back, by their names."""
        calls = [change.call for change in self._since]
        calls += [change.call for inode in set(self._names.values()) for change in inode.since]
        survive = _surviving(sorted(calls), left, random)
        names = dict(self._synced)
        for change in self._since:
            if change.call in survive:
                _rename(names, change)
        there = {path: inode for path, inode in names.items() if _reachable(path, names)}
        return {path: _content(inode, survive, left, random) for path, inode in there.items() if not inode.folder}


def _surviving(calls: list[int], left: Left, random: Random) -> set[int]:
    match left:
        case "nothing":
            return set()
        case "up to":
            return set(calls[: random.randint(0, len(calls))])
        case "any":
            return {call for call in calls if random.random() < 0.5}
        case "all" | "torn":
            return set(calls)


def _content(inode: Inode, survive: set[int], left: Left, random: Random) -> bytes:
    content = bytearray(inode.synced)
    for change in inode.since:
        if change.call not in survive:
            continue
        if left != "torn" or isinstance(change, Truncate):
            _change(content, change)
            continue
        for sector in _sectors(change):
            if random.random() < 0.5:
                _change(content, sector)
    grown = inode.length - len(content)
    if left == "torn" and grown > 0 and random.random() < 0.5:  # the length is there, the bytes are not
        content += bytes(grown)
    return bytes(content)


def _sectors(write: Write) -> Iterator[Write]:
    at, end = write.at, write.at + len(write.content)
    while at < end:
        until = min(end, (at // SECTOR + 1) * SECTOR)
        yield Write(write.call, at, write.content[at - write.at : until - write.at])
        at = until


def _change(content: bytearray, change: Write | Truncate) -> None:
    end = change.length if isinstance(change, Truncate) else change.at
    if len(content) < end:
        content += bytes(end - len(content))
    if isinstance(change, Truncate):
        del content[end:]
    else:
        content[end : end + len(change.content)] = change.content


def _rename(names: dict[Path, Inode], change: Renamed) -> None:
    if change.gone is not None and names.get(change.gone) is change.inode:
        del names[change.gone]
    if change.new is not None:
        names[change.new] = change.inode


def _folder(change: Renamed) -> Path:
    """The folder of the name that changes; a file is never moved to another."""
    name = change.new or change.gone
    if name is None:
        raise ValueError("a change of no name")
    return name.parent


def _reachable(path: Path, names: dict[Path, Inode]) -> bool:
    return all(str(folder) == "." or folder in names for folder in path.parents)
