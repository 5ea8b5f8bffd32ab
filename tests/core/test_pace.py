"""A caller's numbers: time, talks an hour, the goal, and the last hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec

from phonetui.core.event import Outcome, Undo
from phonetui.core.pace import Break, Made, Pace, Work, last_hour, made, work
from phonetui.core.tally import Tally
from tests.core.example import CAMPAIGN

NOON = datetime(2026, 11, 4, 17, tzinfo=UTC)


def outcome(seq: int, minutes: float, result: str = "talked", *, took: float = 4, of: str = "") -> Outcome:
    """What came of a call that was over so many minutes after noon."""
    at = NOON + timedelta(minutes=minutes)
    return Outcome(
        id=f"e{seq}",
        seq=seq,
        at=at,
        campaign_id="fall",
        voter_id=f"v{of or seq}",
        disposition=result,
        number_ending="01",
        shown_at=at - timedelta(minutes=took),
    )


def test_talks_an_hour_are_of_the_time_with_a_voter_on_the_screen() -> None:
    calls = made([outcome(1, 10), outcome(2, 20, "not_home"), outcome(3, 30, took=12)])
    done = work(CAMPAIGN, calls)
    assert (done.tally.attempts, done.tally.talks) == (3, 2)
    assert done.calling == timedelta(minutes=20)
    assert done.talks_per_hour == 6


def test_a_break_is_no_calling_and_nobody_calls_for_an_hour_on_end() -> None:
    break_of_five = Break(NOON + timedelta(minutes=8), NOON + timedelta(minutes=13))
    assert work(CAMPAIGN, made([outcome(1, 20, took=15)]), [break_of_five]).calling == timedelta(minutes=10)
    assert work(CAMPAIGN, made([outcome(1, 90, took=90)])).calling == timedelta(minutes=30)


def test_a_break_that_goes_on_counts_up_to_the_result() -> None:
    assert Break(NOON).within(NOON, NOON + timedelta(minutes=3)) == timedelta(minutes=3)
    assert Break(NOON).within(NOON - timedelta(minutes=9), NOON - timedelta(minutes=3)) == timedelta(0)


def test_a_household_is_on_the_screen_once_however_many_are_spoken_with() -> None:
    first = outcome(1, 4)
    second = msgspec.structs.replace(outcome(2, 9), shown_at=first.shown_at, same_call=True)
    done = work(CAMPAIGN, made([first, second]))
    assert (done.tally.attempts, done.tally.talks, done.calling) == (1, 2, timedelta(minutes=9))


def test_before_ten_minutes_of_calling_nothing_is_said_of_talks_an_hour() -> None:
    assert work(CAMPAIGN, made([outcome(1, 10, took=9.9)])).talks_per_hour is None
    assert Work().talks_per_hour is None


def test_before_the_first_talk_nothing_is_said_of_talks_an_hour() -> None:
    assert work(CAMPAIGN, made([outcome(1, 20, "not_home", took=20)])).talks_per_hour is None


def test_a_corrected_call_was_made_when_it_was_made() -> None:
    corrected = msgspec.structs.replace(outcome(2, 50, "refused", of="1"), supersedes="e1")
    assert made([outcome(1, 10), corrected]) == [Made("e1", NOON + timedelta(minutes=10), corrected)]


def test_what_was_taken_back_and_what_was_made_elsewhere_is_not_there() -> None:
    undo = Undo(id="e2", seq=2, at=NOON, campaign_id="fall", voter_id="v1", supersedes="e1")
    of_another_shift = msgspec.structs.replace(outcome(3, 9), supersedes="e0")
    assert made([outcome(1, 5), undo, of_another_shift]) == []


def test_the_last_hour_is_counted_in_five_minutes_each() -> None:
    calls = made([outcome(1, -1), outcome(2, -4), outcome(3, -6), outcome(4, -59), outcome(5, -60), outcome(6, 1)])
    assert last_hour(calls, NOON) == (1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2)


def test_twenty_calls_reach_three_or_four_people_until_the_caller_knows_better() -> None:
    begun = Pace(goal=40, today=Work(Tally(attempts=10, contacted=frozenset("abcdef"))))
    assert (begun.left, begun.still_to_reach) == (30, 5)
    known = Pace(goal=40, today=Work(Tally(attempts=20, contacted=frozenset("abcdefghij"))))
    assert (known.left, known.still_to_reach) == (20, 10)
    assert Pace(goal=5, today=Work(Tally(attempts=7))).left == 0
