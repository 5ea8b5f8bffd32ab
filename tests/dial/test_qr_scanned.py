"""A phone's camera reads the number out of the rows that are drawn."""

from __future__ import annotations

from pathlib import Path

import pytest

from phonetui.dial.links import telephone_link, text_message_link
from phonetui.dial.qr import number_code, qr_code
from tests.scanning import BLACK, WHITE, Cell, needs_zbar, scanned

pytestmark = needs_zbar

#: The shortest and the longest that E.164 has, one from each end of the world.
NUMBERS = ["+18125550166", "+12025550100", "+4930123456", "+442079460018", "+2901234", "+999123456789012"]


def on_a_screen(rows: tuple[str, ...], around: int) -> list[list[Cell]]:
    """Black on white, in the middle of a screen of another brightness."""
    beside: list[Cell] = [(" ", around, around)] * 4
    drawn = [[*beside, *((cell, BLACK, WHITE) for cell in row), *beside] for row in rows]
    blank = [[(" ", around, around)] * len(drawn[0])] * 2
    return [*blank, *drawn, *blank]


@pytest.mark.parametrize("around", [BLACK, WHITE], ids=["dark", "light"])
@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_is_read(tmp_path: Path, number: str, around: int) -> None:
    cells = on_a_screen(number_code(number), around)
    assert scanned(cells, tmp_path / "screen.pgm") == telephone_link(number)


@pytest.mark.parametrize("around", [BLACK, WHITE], ids=["dark", "light"])
def test_a_message_is_read(tmp_path: Path, around: int) -> None:
    link = text_message_link("+18125550166", "Vote at Mill School, 14 Mill Ct, on December 8. ¿Preguntas? " * 3)
    assert scanned(on_a_screen(qr_code(link), around), tmp_path / "screen.pgm") == link


def test_half_a_code_is_not_read(tmp_path: Path) -> None:
    half = tuple(row[:13] for row in number_code("+18125550166"))
    assert scanned(on_a_screen(half, WHITE), tmp_path / "screen.pgm") == ""
