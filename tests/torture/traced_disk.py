"""A trace, played on a disk of its own."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from tests.torture.disk import Disk, Inode
from tests.torture.strace import Call


class TracedDisk:
    """Plays calls on `disk`, which lies at the folder `at`; those about other files and folders change nothing."""

    def __init__(self, disk: Disk, at: Path) -> None:
        self._disk = disk
        self._at = at
        self._open: dict[str, Path] = {}
        self._inodes: dict[str, Inode] = {}
        self._places: dict[str, int] = {}

    def play(self, call: Call) -> None:
        """Raises `ValueError` for a call of which it is not known what a cut would leave."""
        known = _PLAY.get(call.name)
        if known is not None:
            known(self, call)
        elif any(self._concerns(argument) for argument in call.arguments):
            raise ValueError(f"nobody knows what a cut leaves of {call.name}")

    def _concerns(self, argument: bytes | str) -> bool:
        return argument in self._open if isinstance(argument, str) else self._path(argument) is not None

    def _path(self, name: bytes) -> Path | None:
        path = Path(os.fsdecode(name))
        return path.relative_to(self._at) if path.is_relative_to(self._at) else None

    def _paths(self, call: Call) -> list[Path]:
        found = [self._path(argument) for argument in call.arguments if isinstance(argument, bytes)]
        return [path for path in found if path is not None]

    def _opened(self, call: Call) -> None:
        descriptor = str(call.answer)
        for path in self._paths(call):
            self._open[descriptor] = path
            self._places[descriptor] = 0
            if "O_CREAT" in str(call.arguments) or not self._is_folder(path):
                self._inodes[descriptor] = self._disk.open(path)
                if "O_TRUNC" in str(call.arguments):
                    self._disk.truncate(self._inodes[descriptor], 0)

    def _is_folder(self, path: Path) -> bool:
        return path == Path() or self._disk.open(path).folder

    def _closed(self, call: Call) -> None:
        self._open.pop(str(call.arguments[0]), None)
        self._inodes.pop(str(call.arguments[0]), None)

    def _written(self, call: Call) -> None:
        """`write` and `pwrite64`, of which as many bytes count as the call says."""
        descriptor, content = str(call.arguments[0]), call.arguments[1]
        inode = self._inodes.get(descriptor)
        if inode is None or not isinstance(content, bytes):
            return
        at = int(str(call.arguments[3])) if call.name == "pwrite64" else self._places[descriptor]
        self._disk.write(inode, at, content[: call.answer])
        if call.name == "write":
            self._places[descriptor] += call.answer

    def _truncated(self, call: Call) -> None:
        inode = self._inodes.get(str(call.arguments[0]))
        if inode is not None:
            self._disk.truncate(inode, int(str(call.arguments[1])))

    def _synced(self, call: Call) -> None:
        descriptor = str(call.arguments[0])
        inode = self._inodes.get(descriptor)
        if inode is not None:
            self._disk.sync(inode)
        elif descriptor in self._open:
            self._disk.sync_folder(self._open[descriptor])

    def _renamed(self, call: Call) -> None:
        match self._paths(call):
            case [old, new]:
                self._disk.rename(old, new)

    def _removed(self, call: Call) -> None:
        for path in self._paths(call):
            self._disk.remove(path)

    def _folder_made(self, call: Call) -> None:
        for path in self._paths(call):
            self._disk.make_folder(path)


_PLAY: dict[str, Callable[[TracedDisk, Call], None]] = {
    "open": TracedDisk._opened,
    "openat": TracedDisk._opened,
    "creat": TracedDisk._opened,
    "close": TracedDisk._closed,
    "write": TracedDisk._written,
    "pwrite64": TracedDisk._written,
    "ftruncate": TracedDisk._truncated,
    "fsync": TracedDisk._synced,
    "fdatasync": TracedDisk._synced,
    "rename": TracedDisk._renamed,
    "unlink": TracedDisk._removed,
    "mkdir": TracedDisk._folder_made,
}
