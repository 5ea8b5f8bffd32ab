"""Names in every script stand beside columns that stay where they are, whatever a terminal makes of their letters."""

from __future__ import annotations

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from phonetui.screen.line import fit, wrap
from phonetui.screen.steady import cut, most_cells, steadied

UNSTEADY = [
    "👩\u200d👩\u200d👧\u200d👦",
    "👩🏽\u200d🚀",
    "❤\ufe0f",
    "🇰🇷",
    "हिन्दी",
    "ශ්\u200dරී",
    "ศักดิ์สิทธิ์",
    "محمد",
    "שָׁלוֹם",
    "🏻🏻🏻",
    "a\u200db\u200d\u200dc/\u200d ",
]


@pytest.mark.parametrize("name", UNSTEADY)
def test_what_follows_stands_in_its_column_and_nothing_old_shows_through(name: str) -> None:
    screen = pyte.Screen(40, 1)  # which joins nothing
    stream = pyte.Stream(screen)
    stream.feed(f"{'x' * 40}\r\x1b[1m{steadied(name)}")
    assert screen.cursor.x == cell_len(name) <= most_cells(name)
    assert all(screen.buffer[0][x].data != "x" for x in range(cell_len(name)))
    assert all(screen.buffer[0][x].data == "x" for x in range(most_cells(name), 40))


@pytest.mark.parametrize(
    "text", ["Soo-Jin De La Cruz", "Nguyễn Thị Hồng", "김수진 │ ● ✓ … ▸", "\x1b[1;31mOwens\x1b[0m"]
)
def test_letters_with_one_width_everywhere_are_written_as_they_are(text: str) -> None:
    assert steadied(text) == text


def test_sequences_are_never_torn() -> None:
    assert steadied("\x1b[0mم\x1b[31m") == "\x1b[0m\x1b[1X\x1b7م\x1b8\x1b[1C\x1b[31m"
    assert steadied("\x1b]52;c;KzE=\x07e\u0301") == "\x1b]52;c;KzE=\x07\x1b[1X\x1b7e\u0301\x1b8\x1b[1C"
    assert steadied("\x1b[5;3H\u0301") == "\x1b[5;3H\x1b7\u0301\x1b8"


def test_a_text_is_cut_at_the_most_that_any_terminal_takes() -> None:
    assert fit("👩\u200d👩\u200d👧\u200d👦 Nguyễn", 8) == "👩\u200d👩\u200d👧…"
    assert fit("e\u0301" * 3, 3) == "ééé"
    assert cut("🏻🏻🏻", 4) == ("🏻🏻", "🏻")
    assert wrap("🇰🇷🇰🇷 a\u200db\u200dc", 4) == ["🇰🇷", "🇰🇷", "a\u200db\u200dc"]


@given(st.text(st.sampled_from("ab \u0301\u200d\ufe0f🏽👩🇰कािم한"), max_size=30), st.integers(2, 12))
def test_no_line_takes_more_room_than_it_has(text: str, cells: int) -> None:
    assert most_cells(fit(text, cells)) <= cells
    assert all(most_cells(line) <= cells for line in wrap(text, cells))
