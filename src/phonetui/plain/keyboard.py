"""Lines from standard input, read without holding anything else up."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from queue import SimpleQueue
from typing import Protocol

CHUNK = 65536
#: Windows' own numbers for the console that is typed at, and for showing what is typed.
STD_INPUT_HANDLE, ENABLE_ECHO_INPUT = -10, 0x4
#: Bytes of a line that are read; nobody types more.
LONGEST_LINE = 65536


class Source(Protocol):
    """Bytes as they come, nothing at the end."""

    def read(self, size: int, /) -> bytes | None:
        """Waits for the next bytes."""


class Keyboard:
    """Reads on a thread of its own, which holds nothing that the interpreter needs to end.

    It reads only when a line is wanted: what is typed before a password is asked for is not the password.
    """

    def __init__(self, source: Source, encoding: str, *, terminal: bool) -> None:
        """`terminal` says that somebody sees what is typed, line by line."""
        self.is_terminal = terminal
        self._source = source
        self._encoding = encoding
        self._read = b""
        self._ended = False
        self._wanted: SimpleQueue[asyncio.Future[bytes]] = SimpleQueue()
        self._thread: threading.Thread | None = None

    async def line(self) -> str | None:
        """The next line without its end; None once there is no more."""
        while b"\n" not in self._read and not self._ended:
            chunk = await self._chunk()
            self._ended = not chunk
            self._read = self._read[:LONGEST_LINE] + chunk
        if not self._read:
            return None
        line, _, self._read = self._read.partition(b"\n")
        return line[:LONGEST_LINE].decode(self._encoding, "replace").rstrip("\r")

    async def secret(self) -> str | None:
        """The same, not shown while it is typed."""
        if not self.is_terminal:
            return await self.line()
        self._read = b""
        with _unseen():
            return await self.line()

    async def _chunk(self) -> bytes:
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, daemon=True)
            self._thread.start()
        wanted: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._wanted.put(wanted)
        return await wanted

    def _work(self) -> None:
        while True:
            wanted = self._wanted.get()
            try:
                chunk = self._source.read(CHUNK) or b""
            except OSError:  # the terminal is gone
                chunk = b""
            with suppress(RuntimeError):  # the shift has ended meanwhile
                wanted.get_loop().call_soon_threadsafe(_give, wanted, chunk)


def _give(wanted: asyncio.Future[bytes], chunk: bytes) -> None:
    if not wanted.done():
        wanted.set_result(chunk)


@cache
def standard_input() -> Keyboard:
    """What is typed, or piped in: one for all shifts, of which the next goes on where the one before stopped.

    Its bytes are read past Python's own buffer, which an ending program waits for.
    """
    raw = open(sys.stdin.fileno(), "rb", buffering=0, closefd=False)  # noqa: SIM115 - open as long as the program runs
    return Keyboard(raw, sys.stdin.encoding or "utf-8", terminal=sys.stdin.isatty())


@contextmanager
def _unseen() -> Iterator[None]:
    """In here the terminal shows of what is typed the line's end alone, and has forgotten what was typed before."""
    end = sys.stdin.fileno()
    if sys.platform == "win32":
        import ctypes

        handle, before = ctypes.windll.kernel32.GetStdHandle(STD_INPUT_HANDLE), ctypes.c_ulong()
        ctypes.windll.kernel32.GetConsoleMode(handle, ctypes.byref(before))
        ctypes.windll.kernel32.SetConsoleMode(handle, before.value & ~ENABLE_ECHO_INPUT)
        try:
            yield
        finally:
            ctypes.windll.kernel32.SetConsoleMode(handle, before.value)
    else:
        import termios

        shown = termios.tcgetattr(end)
        flags = shown[3] & ~termios.ECHO | termios.ECHONL
        termios.tcsetattr(end, termios.TCSAFLUSH, [*shown[:3], flags, *shown[4:]])
        try:
            yield
        finally:
            with suppress(termios.error):  # the terminal is gone
                termios.tcsetattr(end, termios.TCSANOW, shown)
