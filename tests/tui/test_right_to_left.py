"""Names of every writing: read from right to left, wide, joined; none moves or turns what stands beside it."""

from __future__ import annotations

from unicodedata import bidirectional

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from phonetui.core.voter import Household
from phonetui.screen.right_to_left import LEFT_TO_RIGHT, RIGHT_TO_LEFT, isolated
from tests.tui.desk_in_memory import DeskInMemory
from tests.tui.sample import HOUSEHOLDS
from tests.tui.stage import Stage, play

SIZES = [(60, 20), (80, 24), (120, 40)]
NAMES = {
    "Arabic": ("محمد", "عبد الرحمن"),
    "Hebrew": ("יִצְחָק", "בן־דוד"),
    "Hangul": ("김민준", "남궁"),
    "Chinese": ("司馬", "相如"),
    "Devanagari": ("क्षितिज", "शर्मा"),
    "emoji": ("Ana 👩‍👩‍👧‍👦", "🏳️‍🌈 Vega 🇲🇽"),
    "long": ("عبد الرحمن محمد إبراهيم", "الحسيني الهاشمي القرشي"),
}


def first_named(name: tuple[str, str]) -> DeskInMemory:
    """A desk whose first voter has that name."""
    household = HOUSEHOLDS[0]
    voter = msgspec.structs.replace(household.voters[0], first_name=name[0], middle_name="", last_name=name[1])
    renamed: Household = msgspec.structs.replace(household, voters=(voter, *household.voters[1:]))
    return DeskInMemory([renamed, *HOUSEHOLDS[1:]])


def screen(name: tuple[str, str], size: tuple[int, int]) -> list[str]:
    """What stands on the screen while that voter is called."""
    drawn: list[list[str]] = []

    async def story(stage: Stage) -> None:
        drawn.append(stage.lines)

    play(story, first_named(name), size=size)
    return drawn[0]


def columns(line: str) -> list[int]:
    """The cells in which the line between two panes stands."""
    return [cell_len(line[:at]) for at, letter in enumerate(line) if letter == "│"]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: "{}x{}".format(*size))
@pytest.mark.parametrize("writing", NAMES)
def test_no_name_moves_another_column(writing: str, size: tuple[int, int]) -> None:
    usual, drawn = screen(("Ana", "Vega"), size), screen(NAMES[writing], size)
    assert [columns(line) for line in drawn] == [columns(line) for line in usual]
    assert all(cell_len(line) <= size[0] for line in drawn)
    for line, before in zip(drawn, usual, strict=True):
        assert line.rpartition("│")[2] == before.rpartition("│")[2] or size[0] == 60


@pytest.mark.parametrize("size", SIZES, ids=lambda size: "{}x{}".format(*size))
@pytest.mark.parametrize("writing", ["Arabic", "Hebrew", "long"])
def test_what_is_read_from_right_to_left_ends_before_the_next_column(writing: str, size: tuple[int, int]) -> None:
    turned = [line for line in screen(NAMES[writing], size) if any(map(is_turned, line))]
    assert turned
    for line in turned:
        inside = False
        for letter in line:
            inside = letter not in (LEFT_TO_RIGHT, "│") and (inside or is_turned(letter))
            assert not (inside and letter == "│")
        assert line.count(LEFT_TO_RIGHT) >= 2
        assert not inside


def is_turned(letter: str) -> bool:
    return bidirectional(letter) in ("R", "AL") and letter != RIGHT_TO_LEFT


def test_a_text_has_the_direction_of_its_first_letter() -> None:
    both = LEFT_TO_RIGHT + RIGHT_TO_LEFT
    assert isolated("محمد, 77") == f"{both}محمد, 77{both[::-1]}"
    assert isolated("Hi, is this محمد?") == f"{LEFT_TO_RIGHT}Hi, is this محمد?{LEFT_TO_RIGHT}"
    assert isolated("  בן… ") == f"  {both}בן…{both[::-1]} "


@given(st.text(st.sampled_from("ab 12·…Á한שم٣"), max_size=12))
def test_only_what_is_turned_is_marked_and_nothing_else_changes(text: str) -> None:
    marked = isolated(text)
    assert marked.replace(LEFT_TO_RIGHT, "").replace(RIGHT_TO_LEFT, "") == text
    assert (marked != text) == any(bidirectional(letter) in ("R", "AL", "AN") for letter in text)
    assert cell_len(marked) == cell_len(text)
