"""Whatever a server says and whatever is typed, what comes out is lines of letters that fit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import get_args

import pytest

from phonetui.client.phone_line import PhoneLine
from phonetui.client.view import Line, LineState, Said, Waiting
from phonetui.core.actions import ACTIONS
from phonetui.core.cells import cells
from phonetui.core.phone_call import Engine, Pace
from phonetui.dial.fake import Answer, FakeDialer
from phonetui.plain.typed_words import OWN_WORDS, PHONE_WORDS
from phonetui.plain.wrapping import lines
from tests.plain.dialing import ids, moments
from tests.plain.speech import faults
from tests.plain.talking import talk
from tests.torture.hostile.campaign import campaign, household
from tests.torture.hostile.payloads import hostile, without_surrogates
from tests.tui.desk_in_memory import DeskClock, DeskInMemory

WIDTHS = (0, 20, 33, 80)
STATES: tuple[LineState, ...] = get_args(LineState)
#: So many of the desks have something that dials.
SOME = 0.5
WORDS = [
    *(key for action in ACTIONS for key in action.keys),
    *(action.id for action in ACTIONS),
    *OWN_WORDS,
    *PHONE_WORDS,
    "hang up",
    "keys 1#",
    *"nbd!c",
]
#: Leaving would end the story, and a file is written elsewhere.
WORDS = [word for word in WORDS if word not in ("q", "quit", "export", ">", "f8", "connecting")]


def writer(random: Random) -> Callable[..., str]:
    """Says something else each time."""
    return lambda *_: without_surrogates(hostile(random.randrange(10**6)))


def desk_of(random: Random) -> DeskInMemory:
    """Names, script, results and notices by somebody who means no good."""
    text = writer(random)
    desk = DeskInMemory([household(number, text(), text) for number in range(3)], campaign(text))
    state = random.choice([state for state in STATES if state != "connecting"])
    desk.line = Line(state, desk.now, desk.now + timedelta(seconds=random.randrange(60)), why=text())
    desk.said, desk.waiting = Said(text()), Waiting(text(), text())
    if random.random() < SOME:
        has_them_dialed(desk, random)
    return desk


def has_them_dialed(desk: DeskInMemory, random: Random) -> None:
    """By any engine, which meets with anything."""

    async def passes(seconds: float) -> None:
        await moments()
        desk.tick += seconds

    made = ids()
    fake = FakeDialer(lambda _: random.choice(get_args(Answer)), lambda: next(made), moments)
    engine, pace = random.choice(get_args(Engine)), random.choice(get_args(Pace))
    desk.phone = PhoneLine(DeskClock(desk), fake, engine, pace, wait=passes)


def typed_by(random: Random) -> list[str]:
    """Keys, words, numbers and rubbish, one a line."""
    text = writer(random)
    choose = (lambda: random.choice(WORDS), lambda: str(random.randrange(12)), lambda: "", lambda: "esc", text)
    return [random.choice(choose)().replace("\n", " ") for _ in range(30)]


@pytest.mark.parametrize("seed", range(60))
def test_nothing_but_lines_of_letters_that_fit_is_ever_said(seed: int) -> None:
    random, columns = Random(seed), WIDTHS[seed % len(WIDTHS)]
    said = talk(*typed_by(random), desk=desk_of(random), columns=columns, short=seed % 3 == 0)
    assert len(said.splitlines()) > 30
    assert faults(said.encode("utf-8", "replace"), columns) == []


@pytest.mark.parametrize("columns", [1, 2, 5, 20, 80])
def test_every_word_of_a_text_is_kept(columns: int) -> None:
    words = (Path(__file__).parents[2] / "README.md").read_text("utf-8").split()[:300]
    kept = lines(" ".join(words), columns)
    assert "".join(kept).replace(" ", "") == "".join(words)
    assert all(cells(line) <= columns for line in kept)


def test_wide_letters_take_two_columns_and_marks_none() -> None:
    assert cells("金秀珍") == 6
    assert cells("e\u0301") == 1
    assert lines("金秀珍 金秀珍", 7) == ["金秀珍", "金秀珍"]


def test_lines_that_only_draw_are_not_read_aloud() -> None:
    assert lines("│ Vote ━━━━━━ now │", 0) == ["- Vote - now -"]
