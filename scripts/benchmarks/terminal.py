"""A terminal with a stopwatch: a command in a pty of 80x24, and when each byte of its output came."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

from msgspec import Struct

COLUMNS, ROWS = 80, 24
#: Seconds after which what was waited for will not come.
PATIENCE = 30.0
#: Seconds of silence after which a screen has been drawn.
QUIET = 0.03

#: What today's terminals answer when they are asked whether they draw a frame at once.
SYNCHRONISED_ASKED, SYNCHRONISED = b"\x1b[?2026$p", b"\x1b[?2026;2$y"
_ESCAPES = re.compile(rb"\x1b\[[0-9;:?<>=$ ]*[A-Za-z]|\x1b[=>]|\x1b\][^\x07]*\x07")


class Chunk(Struct, frozen=True):
    """What was read at once, and how many seconds after what was waited for began."""

    seconds: float
    output: bytes


class StopwatchTerminal:
    """Runs `command`; leaving the `with` block ends it. `started` is the moment of its exec, by `perf_counter`."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self.output = b""
        self.last_byte = 0.0
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            command,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={"TERM": "xterm-256color", "COLORTERM": "truecolor", **environment},
            start_new_session=True,
        )
        os.close(theirs)

    def __enter__(self) -> StopwatchTerminal:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._ours)

    def until(self, text: str) -> float:
        """Reads until `text` has been drawn; returns the moment, by `perf_counter`. The text must have one style."""
        wanted = text.encode()
        while wanted not in _ESCAPES.sub(b"", self.output):
            if not self._read(self.started + PATIENCE - time.perf_counter()):
                raise TimeoutError(f"{text!r} did not come; the output is {self.output[-2000:]!r}")
        return self.last_byte

    def settle(self, quiet: float = QUIET) -> None:
        """Reads until nothing has come for `quiet` seconds."""
        while self._read(quiet):
            pass

    def read_for(self, seconds: float) -> None:
        """Reads whatever comes for so long."""
        until = time.perf_counter() + seconds
        while (left := until - time.perf_counter()) > 0:
            self._read(left)

    def type(self, keys: bytes) -> None:
        """Types what nobody waits for the answer to."""
        os.write(self._ours, keys)

    def press(self, key: str, answer: str) -> list[Chunk]:
        """Types a key and reads until `answer` has been drawn and silence follows. The text must have one style."""
        self.settle(0)
        chunks: list[Chunk] = []
        pressed, before = time.perf_counter(), len(self.output)
        self.type(key.encode())
        answered = False
        while self._read(QUIET if answered else PATIENCE):
            chunks.append(Chunk(self.last_byte - pressed, self.output[before + sum(len(c.output) for c in chunks) :]))
            answered = answered or answer.encode() in _ESCAPES.sub(b"", self.output[before:])
        if not answered:
            raise TimeoutError(f"the key {key!r} was not answered with {answer!r}")
        return chunks

    def resident(self) -> int:
        """The bytes of memory that the command has in use."""
        with Path(f"/proc/{self.process.pid}/statm").open() as pages:
            return int(pages.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def _read(self, seconds: float) -> bool:
        """Takes in what the command writes next; False when nothing came, or it has ended."""
        readable, _, _ = select.select([self._ours], [], [], max(seconds, 0))
        if not readable:
            return False
        try:
            output = os.read(self._ours, 65536)
        except OSError:  # Linux's way to say that nobody holds the other end any more
            return False
        self.last_byte = time.perf_counter()
        self.output += output
        if SYNCHRONISED_ASKED in output:
            os.write(self._ours, SYNCHRONISED)
        return bool(output)
