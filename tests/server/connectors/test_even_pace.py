"""Requests at an even pace."""

from __future__ import annotations

from phonetui.server.connectors.even_pace import EvenPace, Turns
from tests.server.conftest import Clock


def test_requests_wait_for_their_turn_and_no_longer(clock: Clock) -> None:
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        clock.passes(seconds=seconds)

    pace = EvenPace(4, wait, clock, Turns())
    pace.take_turn()
    pace.take_turn()
    clock.passes(seconds=0.1)
    pace.take_turn()
    clock.passes(seconds=10)
    pace.take_turn()
    assert waits == [0.25, 0.15]


def test_a_clock_that_is_set_back_holds_nothing_up(clock: Clock) -> None:
    waits: list[float] = []
    pace = EvenPace(4, waits.append, clock, Turns())
    pace.take_turn()
    clock.passes(hours=-1)
    pace.take_turn()
    assert waits == [0.25]


def test_a_push_and_a_pull_take_turns(clock: Clock) -> None:
    waits: list[float] = []
    turns = Turns()
    push, pull = (EvenPace(4, waits.append, clock, turns) for _ in range(2))
    for pace in (push, pull, push):
        pace.take_turn()
    assert waits == [0.25, 0.5]
