"""Stories of one caller's line."""

from __future__ import annotations

import pytest

from phonetui.core.pacer import (
    REDIALS,
    Answered,
    Came,
    DialKey,
    Effect,
    EndCall,
    Failed,
    Gone,
    Input,
    NotPlaced,
    OtherKey,
    Pacer,
    Paused,
    PauseKey,
    PlaceCall,
    Placed,
    ResultSaved,
    Shown,
    Stage,
    Tick,
    seconds_left,
    step,
    stops_the_countdown,
    talked_for,
)
from phonetui.core.phone_call import CallEvent, Ending, Pace, State

MOBILE, LANDLINE = Shown(by_itself=False), Shown(by_itself=True)


class Line:
    """A caller's line, and what was asked of the desk."""

    def __init__(self, pace: Pace, countdown: float = 3.0) -> None:
        self.pacer = Pacer(pace=pace, countdown=countdown)
        self.tick = 0.0
        self.calls = 0

    def does(self, *inputs: Input) -> list[Effect]:
        asked: list[Effect] = []
        for each in inputs:
            self.pacer, effects = step(self.pacer, each, self.tick)
            asked += effects
        return asked

    def hears(self, state: State, ending: Ending | None = None, call_id: str = "") -> list[Effect]:
        """Something of the last call, or of another."""
        return self.does(Came(CallEvent(call_id or f"call-{self.calls}", state, ending)))

    def waits(self, seconds: float) -> list[Effect]:
        self.tick += seconds
        return self.does(Tick())

    def dials(self) -> None:
        """The voter on the screen is dialed, by a key."""
        assert self.does(DialKey()) == [PlaceCall("key")]
        self.is_placed()

    def is_placed(self) -> None:
        self.calls += 1
        self.does(Placed(f"call-{self.calls}"))


def test_by_hand_and_in_preview_only_a_key_dials() -> None:
    for pace in ("manual", "preview"):
        line = Line(pace)
        assert line.does(LANDLINE) == line.waits(60) == []
        line.dials()


def test_in_power_the_next_voter_is_dialed_after_a_countdown() -> None:
    line = Line("power")
    line.does(LANDLINE)
    assert line.waits(2.9) == []
    assert seconds_left(line.pacer, line.tick) == pytest.approx(0.1)
    assert line.waits(0.1) == [PlaceCall("countdown")]
    assert line.waits(10) == []


@pytest.mark.parametrize("key", [OtherKey(), DialKey()])
def test_any_key_stops_the_countdown_and_does_nothing_else(key: Input) -> None:
    line = Line("power")
    line.does(LANDLINE)
    assert stops_the_countdown(line.pacer)
    assert line.does(key) == []
    assert not stops_the_countdown(line.pacer)
    assert line.waits(60) == []
    line.dials()


def test_a_mobile_is_dialed_by_a_key_alone() -> None:
    line = Line("power")
    line.does(MOBILE)
    assert line.waits(60) == []
    line.dials()


def test_nobody_is_dialed_before_the_call_is_over_and_has_its_result() -> None:
    line = Line("power", countdown=0)
    line.does(LANDLINE)
    assert line.waits(0) == [PlaceCall("countdown")]
    line.is_placed()
    assert line.hears("ringing") == []
    assert line.hears("talking") == [Answered()]
    assert line.hears("ended", "completed") == []
    assert line.waits(60) == []
    assert line.does(ResultSaved(), LANDLINE) == []
    assert line.waits(0) == [PlaceCall("countdown")]


def test_a_result_in_mid_call_hangs_up() -> None:
    line = Line("preview")
    line.does(LANDLINE)
    line.dials()
    line.hears("talking")
    assert line.does(ResultSaved()) == [EndCall()]


def test_a_voter_who_goes_in_mid_call_is_not_left_on_the_line() -> None:
    line = Line("preview")
    line.does(LANDLINE)
    line.dials()
    assert line.does(Gone()) == [EndCall()]
    assert line.pacer.stage is Stage.NOBODY


@pytest.mark.parametrize(
    ("ending", "offered"),
    [
        ("busy", "busy"),
        ("no_answer", "not_home"),
        ("declined", "not_home"),
        ("bad_number", "disconnected"),
        ("completed", ""),
        ("canceled", ""),
        ("unknown", ""),
    ],
)
def test_the_result_that_an_ending_suggests_is_offered(ending: Ending, offered: str) -> None:
    line = Line("preview")
    line.does(LANDLINE)
    line.dials()
    assert line.hears("ended", ending) == []
    assert (line.pacer.stage, line.pacer.offered) == (Stage.OVER, offered)


def test_a_line_that_fails_leaves_the_voter_undialed_and_twice_in_a_row_pauses() -> None:
    line = Line("power")
    line.does(LANDLINE)
    line.waits(3)
    assert line.hears("ended", "trunk_error") == [Failed("trunk_error")]
    assert (line.pacer.stage, line.pacer.offered) == (Stage.SHOWN, "")
    line.dials()
    assert line.hears("ended", "trunk_error") == [Failed("trunk_error"), Paused(failing=True)]
    line.does(ResultSaved(), LANDLINE)
    assert line.waits(60) == []
    line.does(PauseKey(), ResultSaved(), LANDLINE)
    assert line.waits(3) == [PlaceCall("countdown")]


def test_a_call_that_comes_through_between_two_failures_forgives_the_first() -> None:
    line = Line("preview")
    line.does(LANDLINE)
    for ending in ("trunk_error", "busy", "trunk_error"):
        line.does(ResultSaved(), LANDLINE)
        line.dials()
        heard = line.hears("ended", ending)
    assert heard == [Failed("trunk_error")]


def test_a_pause_takes_effect_after_this_call() -> None:
    line = Line("power")
    line.does(LANDLINE)
    line.waits(3)
    line.hears("talking")
    assert line.does(PauseKey()) == [Paused()]
    assert line.pacer.stage is Stage.TALKING
    line.hears("ended", "completed")
    line.does(ResultSaved(), LANDLINE)
    assert line.waits(60) == []


def test_a_pause_stops_the_countdown() -> None:
    line = Line("power")
    line.does(LANDLINE, PauseKey())
    assert line.waits(60) == []
    line.dials()


def test_the_same_voter_is_dialed_again_in_one_attempt_but_not_for_ever() -> None:
    line = Line("preview")
    line.does(LANDLINE)
    line.dials()
    for _ in range(REDIALS):
        line.hears("ended", "no_answer")
        assert line.does(DialKey()) == [PlaceCall("redial")]
        line.is_placed()
    line.hears("ended", "no_answer")
    assert line.does(DialKey()) == []


def test_what_comes_late_of_an_earlier_call_is_not_this_ones() -> None:
    line = Line("preview")
    line.does(LANDLINE)
    line.dials()
    assert line.hears("talking", call_id="call-0") == []
    assert line.hears("ended", "busy", call_id="call-0") == []
    assert line.pacer.stage is Stage.PLACED


def test_what_comes_late_is_not_the_next_calls_either() -> None:
    line = Line("preview")
    line.does(LANDLINE)
    line.dials()
    line.does(ResultSaved(), LANDLINE, DialKey())
    assert line.hears("ended", "completed", call_id="call-1") == []
    assert line.pacer.stage is Stage.PLACED


def test_an_event_may_come_before_the_engine_has_said_which_call_it_is() -> None:
    line = Line("preview")
    line.does(LANDLINE, DialKey())
    assert line.hears("ringing", call_id="call-1") == []
    line.is_placed()
    assert line.hears("talking") == [Answered()]


def test_who_may_not_be_dialed_stays_on_the_screen() -> None:
    line = Line("power")
    line.does(LANDLINE)
    line.waits(3)
    line.does(NotPlaced())
    assert line.pacer.stage is Stage.SHOWN
    assert line.waits(60) == []


def test_the_time_since_the_answer_is_told() -> None:
    line = Line("preview")
    line.does(LANDLINE)
    assert talked_for(line.pacer, line.tick) is None
    line.dials()
    line.hears("talking")
    line.tick += 42
    assert talked_for(line.pacer, line.tick) == 42


def test_a_number_handed_to_another_phone_wants_a_result_and_nothing_more_is_heard() -> None:
    line = Line("preview")
    line.does(LANDLINE)
    line.dials()
    assert line.hears("handed_off") == []
    assert (line.pacer.stage, line.pacer.offered) == (Stage.OVER, "")


def test_without_a_voter_no_key_dials() -> None:
    line = Line("preview")
    assert line.does(DialKey(), OtherKey(), Tick(), ResultSaved()) == []
