"""What becomes of a push: a test a row of the table."""

from __future__ import annotations

import itertools
from typing import get_args

import pytest

from phonetui.core.push import NEXT, OPEN, Happening, State

ROWS: list[tuple[State, Happening, State]] = [
    ("waiting", "begins", "sending"),
    ("waiting", "overtaken", "superseded"),
    ("waiting", "untellable", "lost"),
    ("waiting", "refused", "refused"),
    ("waiting", "unknown_there", "stranger"),
    ("sending", "begins", "sending"),
    ("sending", "taken", "pushed"),
    ("sending", "taken_in_part", "in_part"),
    ("sending", "untellable", "lost"),
    ("sending", "refused", "refused"),
    ("sending", "put_off", "waiting"),
    ("sending", "unanswered", "sending"),
    ("sending", "overtaken", "superseded"),
    ("in_part", "again", "waiting"),
    ("in_part", "overtaken", "pushed"),
    ("refused", "again", "waiting"),
    ("refused", "overtaken", "superseded"),
    ("superseded", "stands_again", "waiting"),
    ("stranger", "known_there", "waiting"),
    ("stranger", "overtaken", "superseded"),
]


@pytest.mark.parametrize(("state", "happening", "becomes"), ROWS)
def test_a_row_of_the_table(state: State, happening: Happening, becomes: State) -> None:
    assert NEXT[state, happening] == becomes


def test_there_are_no_other_rows() -> None:
    assert set(NEXT) == {(state, happening) for state, happening, _ in ROWS}


def test_nothing_happens_to_what_was_told() -> None:
    told: tuple[State, ...] = ("pushed", "lost")
    assert not [key for key in itertools.product(told, get_args(Happening)) if key in NEXT]


def test_whatever_is_open_can_end() -> None:
    ends = {state: {NEXT[key] for key in NEXT if key[0] == state} - set(OPEN) for state in OPEN}
    assert ends == {
        "waiting": {"superseded", "lost", "refused", "stranger"},
        "sending": {"pushed", "in_part", "lost", "refused", "superseded"},
    }
