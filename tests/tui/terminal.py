"""The real application in a real terminal: a pty, with pyte reading what comes out of it."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyte

REPOSITORY = Path(__file__).parents[2]
#: Seconds after which what was to come has not.
PATIENCE = 20


class Terminal:
    """The other end of the pty, and the screen that its output amounts to."""

    def __init__(self, pid: int, end: int, size: tuple[int, int]) -> None:
        self.pid = pid
        self._end = end
        self._screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self._screen)
        self.output = b""

    def press(self, keys: str) -> None:
        """Bytes from the keyboard."""
        os.write(self._end, keys.encode())

    def sees(self, text: str) -> None:
        """Read until `text` stands on the screen."""
        until = time.monotonic() + PATIENCE
        while not any(text in line for line in self.lines):
            if time.monotonic() > until or not self.read(0.1):
                self._check(until, text)

    def _check(self, until: float, text: str) -> None:
        if time.monotonic() > until:
            raise AssertionError("\n".join([f"“{text}” did not come; on the screen is", *self.lines]))

    def read(self, wait: float) -> bool:
        """Take in what comes within `wait` seconds; False when nothing did."""
        if not select.select([self._end], [], [], wait)[0]:
            return False
        try:
            read = os.read(self._end, 65536)
        except OSError:  # the application has closed its end
            read = b""
        self.output += read
        self._stream.feed(read)
        return bool(read)

    def settles(self) -> None:
        """Read until nothing has come for a while."""
        while self.read(0.3):
            pass

    def ends(self) -> int:
        """Read until the application has ended; its exit code."""
        while self.read(PATIENCE):
            pass
        _, status = os.waitpid(self.pid, 0)
        self.pid = 0
        return os.waitstatus_to_exitcode(status)

    def hang_up(self) -> None:
        """Close the window."""
        os.close(self._end)
        self._end = -1

    def close(self) -> None:
        """End the application if it has not."""
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        if self._end >= 0:
            os.close(self._end)

    @property
    def lines(self) -> list[str]:
        """What stands on the screen, row by row."""
        return [line.rstrip() for line in self._screen.display]


@contextmanager
def terminal(*arguments: str, size: tuple[int, int] = (80, 24), **environment: str) -> Iterator[Terminal]:
    """The screen over a desk in memory, in a terminal of that size."""
    pid, end = pty.fork()
    if pid == 0:
        os.chdir(REPOSITORY)
        kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLORTERM")}
        command = [sys.executable, "-m", "tests.tui.desk_in_memory", *arguments]
        os.execve(sys.executable, command, {**kept, "TERM": "xterm-256color", **environment})
    fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
    shown = Terminal(pid, end, size)
    try:
        yield shown
    finally:
        shown.close()
