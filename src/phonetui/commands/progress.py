"""How far long work has come, told while it goes on."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from phonetui.commands.terminal import fitted_line

#: Says how far the work has come, in a few words.
Tell = Callable[[str], None]

#: Seconds between what is told: where it is written over, and where each is a line of its own.
SOON, NOW_AND_THEN = 0.1, 5.0


@contextmanager
def progress(out: TextIO, *, quiet: bool) -> Iterator[Tell]:
    """One line that is written over on a terminal, and is gone at the end; elsewhere a line now and then."""
    if quiet:
        yield lambda words: None
    elif out.isatty() and os.environ.get("TERM") != "dumb":
        line = _Line(out)
        try:
            yield line.tell
        finally:
            line.wipe()
    else:
        yield _Log(out).tell


class _Line:
    """Written over."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._next_at = 0.0
        self._length = 0

    def tell(self, words: str) -> None:
        now = time.monotonic()
        if now < self._next_at:
            return
        self._next_at = now + SOON
        line = fitted_line(words, self._out)
        self._write(f"\r{line.ljust(self._length)}")
        self._length = len(line)

    def wipe(self) -> None:
        self._write(f"\r{' ' * self._length}\r" if self._length else "")

    def _write(self, text: str) -> None:
        self._out.write(text)
        self._out.flush()


class _Log:
    """Line by line; work that is done soon tells nothing."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._next_at = time.monotonic() + NOW_AND_THEN

    def tell(self, words: str) -> None:
        now = time.monotonic()
        if now >= self._next_at:
            self._next_at = now + NOW_AND_THEN
            self._out.write(f"{words}\n")
            self._out.flush()
