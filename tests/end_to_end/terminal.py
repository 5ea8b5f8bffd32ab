"""A real terminal for a test: a command in a pty, its output drawn by pyte, keys typed into it."""

from __future__ import annotations

import codecs
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from types import TracebackType

import pyte

#: Seconds after which what was waited for will not come; generous, since CI is slow at times.
PATIENCE = 30.0


class Terminal:
    """Runs `command` in a terminal of its own; leaving the `with` block ends the command."""

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], *, columns: int = 80, rows: int = 24
    ) -> None:
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.process = subprocess.Popen(
            command,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={"TERM": "xterm-256color", **environment},
            start_new_session=True,
        )
        os.close(theirs)
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.Stream(self._screen)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(5)
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self._ours)

    @property
    def text(self) -> str:
        """What is on the screen now, lines without the blanks at their ends."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    @property
    def lines(self) -> list[str]:
        """The screen's lines."""
        return self.text.split("\n")

    def type(self, keys: str) -> None:
        """Types the keys."""
        os.write(self._ours, keys.encode())

    def wait_for(self, what: str | Callable[[str], bool]) -> str:
        """Reads until the screen holds `what`, or `what` says so of it; returns the screen. Fails with it otherwise."""
        holds = what if callable(what) else lambda text: what in text
        until = time.monotonic() + PATIENCE
        while not holds(self.text):
            left = until - time.monotonic()
            assert left > 0, f"{what!r} did not come; the screen is\n{self.text}"
            assert self._read(left), f"{what!r} did not come, the command has ended; the screen is\n{self.text}"
        return self.text

    def look(self, seconds: float) -> None:
        """Reads for so long, as a person looks before the next key."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and self._read(left):
            pass

    def wait_until_it_ends(self) -> int:
        """Reads until the command has ended; returns its exit code."""
        until = time.monotonic() + PATIENCE
        while self._read(until - time.monotonic()):
            assert time.monotonic() < until, f"the command did not end; the screen is\n{self.text}"
        return self.process.wait(PATIENCE)

    def _read(self, seconds: float) -> bool:
        """Draws what the command writes next; False once it has ended."""
        readable, _, _ = select.select([self._ours], [], [], max(seconds, 0))
        if not readable:
            return True
        try:
            output = os.read(self._ours, 65536)
        except OSError:  # Linux's way to say that nobody holds the other end any more
            return False
        self._stream.feed(self._decoder.decode(output))
        return bool(output)
