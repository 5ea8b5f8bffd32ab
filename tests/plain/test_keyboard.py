"""Lines from standard input, read without holding anything else up."""

from __future__ import annotations

import asyncio
import io
import os
import sys
from typing import cast

import pytest

if sys.platform == "win32":
    pytest.skip("needs a pty", allow_module_level=True)

import termios

from phonetui.plain.keyboard import LONGEST_LINE, Keyboard
from tests.terminal import Terminal

#: Asks for a password and then for a line, as plain mode does.
_ASKS = """
import asyncio
from phonetui.plain.keyboard import standard_input

async def ask():
    keyboard = standard_input()
    print("password:", flush=True)
    secret = await keyboard.secret()
    print(f"{len(secret)} letters", flush=True)
    print(f"then {await keyboard.line()}", flush=True)

asyncio.run(ask())
"""


def typed(data: bytes) -> Keyboard:
    return Keyboard(io.BytesIO(data), "utf-8", terminal=False)


def every_line(keyboard: Keyboard) -> list[str]:
    async def read() -> list[str]:
        lines = []
        while (line := await keyboard.line()) is not None:
            lines.append(line)
        return lines

    return asyncio.run(read())


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"", []),
        (b"n\nb\n", ["n", "b"]),
        (b"n\r\nb\r\n", ["n", "b"]),
        (b"n\n\n", ["n", ""]),
        (b"half a line", ["half a line"]),
        ("señal\n".encode(), ["señal"]),
        (b"\xff\n", ["\ufffd"]),
    ],
)
def test_lines_however_they_end(data: bytes, lines: list[str]) -> None:
    assert every_line(typed(data)) == lines


def test_a_line_without_end_takes_no_more_memory_than_anybody_types() -> None:
    assert [len(line) for line in every_line(typed(b"a" * 1_000_000 + b"\nn\n"))] == [LONGEST_LINE, 1]


def test_the_loop_goes_on_while_nobody_types() -> None:
    async def wait() -> int:
        read, write = os.pipe()
        with os.fdopen(read, "rb", buffering=0) as source:
            keyboard, rounds = Keyboard(source, "utf-8", terminal=True), 0
            line = asyncio.ensure_future(keyboard.line())
            while rounds < 50:
                await asyncio.sleep(0)
                rounds += 1
            assert not line.done()
            os.write(write, b"n\n")
            assert await line == "n"
            os.close(write)
        return rounds

    assert asyncio.run(wait()) == 50


def test_a_terminal_that_is_gone_is_the_end() -> None:
    class Gone:
        def read(self, size: int, /) -> bytes:
            raise OSError(5, "Input/output error")

    assert every_line(Keyboard(Gone(), "utf-8", terminal=True)) == []


def test_a_password_is_not_shown_nor_what_was_typed_before_it_taken_for_it() -> None:
    with Terminal([sys.executable, "-c", _ASKS], {"PYTHONUNBUFFERED": "1"}) as terminal:
        terminal.sees("password:")
        while cast(int, terminal.modes[3]) & termios.ECHO:
            terminal.looks(0.01)
        terminal.press("correct horse\n")
        terminal.sees("13 letters")
        assert cast(int, terminal.modes[3]) & termios.ECHO
        terminal.press("n\n")
        terminal.sees("then n")
        assert terminal.ends() == 0
        assert b"horse" not in terminal.output
