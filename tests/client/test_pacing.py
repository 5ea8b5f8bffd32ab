"""Breaks outlast the program: after a kill the break still counts, and its time is not counted as work."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from phonetui.client.numbers import goal_line
from phonetui.core.call_actions import Forward, Result
from phonetui.core.pace import Pace, Work
from phonetui.core.tally import Tally
from tests.client.test_desk import ANA, BEN, CampaignServer, Evening, Killed, sit_down

HOUR = timedelta(hours=1)


def counted(evening: Evening) -> Pace:
    campaign = evening.desk.view.campaign
    assert campaign is not None
    return evening.desk.pacing.pace(campaign)


async def rests_and_is_killed(evening: Evening) -> None:
    await evening.shows("Ana")
    await evening.desk.pacing.rest()
    raise Killed


def test_a_break_goes_on_after_a_kill_and_is_not_counted_as_work(tmp_path: Path) -> None:
    server = CampaignServer(ANA, BEN)
    sit_down(tmp_path, server, rests_and_is_killed)

    async def a_while_later(evening: Evening) -> None:
        assert evening.desk.pacing.resting_since is not None
        assert timedelta(minutes=19) < evening.desk.pacing.rested < timedelta(minutes=21)
        await evening.desk.pacing.go_on()
        assert evening.desk.pacing.resting_since is None
        assert evening.on_screen() == "Ana"
        await evening.desk.act(Result("refused"))
        assert timedelta(minutes=19) < counted(evening).breaks < timedelta(minutes=21)
        assert counted(evening).shift.calling < timedelta(minutes=1)
        raise Killed

    sit_down(tmp_path, server, a_while_later, later=timedelta(minutes=20))

    async def killed_once_more(evening: Evening) -> None:
        assert evening.desk.pacing.resting_since is None
        assert timedelta(minutes=19) < counted(evening).breaks < timedelta(minutes=21)
        assert counted(evening).today.calling < timedelta(minutes=1)

    sit_down(tmp_path, server, killed_once_more, later=timedelta(minutes=30))


def test_only_a_talk_has_a_time_from_its_last_word_to_its_result(tmp_path: Path) -> None:
    async def calls(evening: Evening) -> None:
        await evening.shows("Ana")
        await evening.desk.act(Forward())
        await evening.desk.act(Result("not_home"))
        assert counted(evening).wrap_up is None
        await evening.desk.act(Forward())
        await evening.desk.act(Result("talked"))
        assert counted(evening).wrap_up is not None

    sit_down(tmp_path, CampaignServer(ANA, BEN), calls)


def test_what_is_left_to_the_goal_is_told_with_nobody_where_it_would_reach_nobody() -> None:
    one_left = Pace(goal=40, today=Work(Tally(attempts=39, contacted=frozenset("ab"))))
    assert goal_line(one_left) == "39 of 40 calls to today's goal."


def test_the_end_of_the_shift_ends_the_break_and_the_next_shift_has_none(tmp_path: Path) -> None:
    server = CampaignServer(ANA, BEN)

    async def closes_the_window(evening: Evening) -> None:
        await evening.shows("Ana")
        await evening.desk.act(Result("refused"))
        await evening.desk.pacing.rest()

    [rested] = sit_down(tmp_path, server, closes_the_window).earlier_breaks
    assert isinstance(rested.until, datetime)

    async def next_shift(evening: Evening) -> None:
        assert evening.desk.pacing.resting_since is None
        assert counted(evening).breaks == timedelta()

    sit_down(tmp_path, server, next_shift, later=HOUR)


def test_a_break_of_an_earlier_shift_is_no_work_of_the_day_either(tmp_path: Path) -> None:
    server = CampaignServer(ANA, BEN)
    sit_down(tmp_path, server, rests_and_is_killed)

    async def calls_on(evening: Evening) -> None:
        await evening.desk.pacing.go_on()
        await evening.desk.act(Result("refused"))

    sit_down(tmp_path, server, calls_on, later=timedelta(minutes=20))

    async def next_shift(evening: Evening) -> None:
        assert counted(evening).today.tally.attempts == 1
        assert counted(evening).today.calling < timedelta(minutes=1)

    sit_down(tmp_path, server, next_shift, later=HOUR)


def test_a_clock_that_was_set_back_makes_no_break_less_than_none(tmp_path: Path) -> None:
    server = CampaignServer(ANA, BEN)
    sit_down(tmp_path, server, rests_and_is_killed, later=HOUR)

    async def an_hour_earlier(evening: Evening) -> None:
        assert evening.desk.pacing.rested == timedelta()
        await evening.desk.pacing.go_on()
        assert counted(evening).breaks == timedelta()

    sit_down(tmp_path, server, an_hour_earlier)
