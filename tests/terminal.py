"""A real terminal for a test: a command in a pty, its output drawn by pyte, keys pressed on it."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType

import pyte

#: Seconds after which what was waited for will not come; generous, since a machine may be busy with much else.
PATIENCE = 120.0
#: Seconds of silence after which a screen has been drawn.
QUIET = 0.3

#: Takes the pty as the terminal whose closing is told to the command, which then takes this process.
_IN_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""


class Terminal:
    """Runs `command` in a terminal of its own; leaving the `with` block ends it. `output` is all that it wrote."""

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], size: tuple[int, int] = (80, 24)
    ) -> None:
        self._end, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        self.process = subprocess.Popen(
            [sys.executable, "-S", "-c", _IN_TERMINAL, *command],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={"TERM": "xterm-256color", **_without_another_size(environment)},
            start_new_session=True,
        )
        os.close(theirs)
        self._screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self._screen)
        self.output = b""

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.process.kill()
        self.process.wait()
        if self._end >= 0:
            os.close(self._end)

    @property
    def lines(self) -> list[str]:
        """What stands on the screen, row by row."""
        screen = self._screen  # whose own `display` fails where half of a wide letter was written over
        rows = ((screen.buffer[y][x].data for x in range(screen.columns)) for y in range(screen.lines))
        return ["".join(row).rstrip() for row in rows]

    @property
    def text(self) -> str:
        """The same in one piece."""
        return "\n".join(self.lines)

    @property
    def modes(self) -> list[object]:
        """How the terminal treats what is typed, as `stty` shows it."""
        return termios.tcgetattr(self._end)

    @property
    def at_cursor(self) -> str:
        """What stands where the cursor is, to the end of its row; nothing where it is hidden."""
        cursor = self._screen.cursor
        return "" if cursor.hidden else self.lines[cursor.y][cursor.x :]

    def column(self, x: int) -> list[str]:
        """What stands in each cell of a column, counted from 0, from top to bottom."""
        return [self._screen.buffer[y][x].data for y in range(self._screen.lines)]

    def press(self, keys: str) -> None:
        """Bytes from the keyboard."""
        os.write(self._end, keys.encode())

    def sees(self, what: str | Callable[[str], bool]) -> None:
        """Reads until the screen holds `what`, or `what` says so of it; fails with the screen otherwise."""
        holds = what if callable(what) else lambda text: what in text
        until = time.monotonic() + PATIENCE
        while not holds(self.text):
            left = until - time.monotonic()
            if left < 0 or not self._read(left):
                raise AssertionError(f"“{what}” did not come; on the screen is\n{self.text}")

    def looks(self, seconds: float) -> bytes:
        """Reads for so long, as a person looks before the next key; what came meanwhile."""
        before = len(self.output)
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and self._read(left):
            pass
        return self.output[before:]

    def answers(self) -> None:
        """Reads what is written next."""
        before = len(self.output)
        while len(self.output) == before and self._read(PATIENCE):
            pass

    def settles(self) -> None:
        """Reads until nothing has come for a while and the command waits for what is next."""
        while self.looks(QUIET) or self._works():
            pass

    def ends(self) -> int:
        """Reads until the command has ended; its exit code."""
        until = time.monotonic() + PATIENCE
        while self._read(until - time.monotonic()):
            if time.monotonic() > until:
                raise AssertionError(f"the command does not end; on the screen is\n{self.text}")
        return self.process.wait(PATIENCE)

    def hangs_up(self) -> int:
        """Closes the window; the exit code of the command, which is told so."""
        os.close(self._end)
        self._end = -1
        return self.process.wait(PATIENCE)

    def _works(self) -> bool:
        """Whether the command would go on if the machine had time for it; False where /proc does not tell."""
        for thread in Path(f"/proc/{self.process.pid}/task").glob("*/stat"):
            with suppress(OSError):  # it has ended
                if thread.read_text().rpartition(") ")[2][0] in "RD":
                    return True
        return False

    def _read(self, seconds: float) -> bool:
        """Draws what the command writes next; False once it has ended."""
        if not select.select([self._end], [], [], max(seconds, 0))[0]:
            return True
        try:
            read = os.read(self._end, 65536)
        except OSError:  # Linux's way to say that nobody holds the other end any more
            return False
        self.output += read
        self._stream.feed(read)
        return bool(read)


def _without_another_size(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment but for what counts more than the terminal's own size; readline, once loaded, writes it there."""
    return {name: value for name, value in environment.items() if name not in ("COLUMNS", "LINES")}
