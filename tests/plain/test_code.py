"""Whoever asks for it in plain mode has the number as a code for a phone's camera, where one can be drawn."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from phonetui.dial.qr import number_code
from phonetui.plain.voice import AS_BEFORE, BLACK_ON_WHITE, Voice
from tests.plain.dialing import DialingDesk, HandsOffDesk
from tests.plain.talking import said_last
from tests.scanning import BLACK, WHITE, needs_zbar, scanned

NUMBER = "+18125550166"


class TerminalOut(io.StringIO):
    """A terminal that takes letters of this encoding, as wide as terminals are."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        raise OSError


@pytest.fixture(autouse=True)
def in_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)


@needs_zbar
def test_a_phone_reads_the_number_off_the_terminal(tmp_path: Path) -> None:
    out = TerminalOut()
    assert Voice(out).draw(number_code(NUMBER))
    rows = [line.removeprefix(BLACK_ON_WHITE).removesuffix(AS_BEFORE) for line in out.getvalue().splitlines()]
    cells = [[(letter, BLACK, WHITE) for letter in row] for row in rows]
    assert scanned(cells, tmp_path / "code.pgm") == f"tel:{NUMBER}"


@pytest.mark.parametrize(("name", "value"), [("TERM", "dumb"), ("NO_COLOR", "1")])
def test_without_colours_none_is_drawn(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    assert not Voice(out := TerminalOut()).draw(number_code(NUMBER))
    assert out.getvalue() == ""


def test_where_its_signs_or_its_columns_are_missing_none_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    out = TerminalOut()
    assert not Voice(out).draw(["█" * 81])
    out.encoding = "ascii"
    assert not Voice(out).draw(number_code(NUMBER))
    assert out.getvalue() == ""


def test_over_a_pipe_the_number_is_said_and_asking_for_it_is_dialing() -> None:
    desk = HandsOffDesk("qr")
    assert said_last("code", desk=desk)[0] == "No code can be drawn here; dial 8 1 2, 5 5 5, 0 1 6 6."
    assert desk.done == [f"dial {NUMBER}"]
    assert said_last("code", desk=DialingDesk())[0].startswith("“code” is nothing here")
