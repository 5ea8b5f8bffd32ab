"""A private folder for one baresip, and what crashed ones have left of theirs."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

_PREFIX = "sip-"
_PROCESS = "process"


class PrivateFolder:
    """A folder 0700 below `parent`, this process's own while it lives: the lock beside it goes with the process."""

    def __init__(self, parent: Path) -> None:
        parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock, name = tempfile.mkstemp(prefix=_PREFIX, suffix=".lock", dir=parent)
        _lock(self._lock)
        self._lock_file = Path(name)
        self.path = self._lock_file.with_suffix("")
        self.path.mkdir(mode=0o700)

    def write(self, name: str, content: str) -> None:
        """A file 0600 in it. Raises `OSError`."""
        file = os.open(self.path / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(file, "w", encoding="utf-8") as writing:
            writing.write(content)

    def remember(self, process: int) -> None:
        """The process that is to end with this one."""
        self.write(_PROCESS, str(process))

    def forget(self, name: str) -> None:
        """The file is not needed any more."""
        (self.path / name).unlink(missing_ok=True)

    def remove(self) -> None:
        """Nothing of it is left. Twice does nothing."""
        if self._lock >= 0:
            _remove(self._lock_file)
            os.close(self._lock)
            self._lock = -1


def sweep(parent: Path) -> None:
    """Ends and removes what processes have left that are no more."""
    for lock_file in parent.glob(f"{_PREFIX}*.lock"):
        with suppress(OSError):  # somebody else has it, or has just removed it
            lock = os.open(lock_file, os.O_RDWR)
            try:
                _lock(lock)
                _end_left_over(lock_file.with_suffix(""))
                _remove(lock_file)
            finally:
                os.close(lock)


def _end_left_over(folder: Path) -> None:
    """The process whose number is noted in the folder, if it still is the one that was started for the folder."""
    with suppress(OSError, ValueError):
        process = int((folder / _PROCESS).read_text("ascii"))
        if str(folder) in _command_of(process):
            os.kill(process, signal.SIGKILL)


def _command_of(process: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{process}/cmdline").read_bytes().decode("utf-8", "replace")
    command = ["ps", "-ww", "-o", "args=", "-p", str(process)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def _lock(file: int) -> None:
    """Raises `OSError` while a living process has it."""
    import fcntl  # there is none on Windows

    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _remove(lock_file: Path) -> None:
    shutil.rmtree(lock_file.with_suffix(""), ignore_errors=True)
    lock_file.unlink(missing_ok=True)
