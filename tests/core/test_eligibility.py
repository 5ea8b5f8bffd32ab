"""When a voter may be called, and what is said when not."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest

from phonetui.core.campaign import MIDNIGHT, Hours
from phonetui.core.eligibility import (
    Verdict,
    callable_zones,
    closes_at,
    known_zone,
    local_time,
    may_call,
    next_ready,
    opens_at,
    sentence,
)
from tests.core.example import BUSY, CALL_BACK, CAMPAIGN, NOT_HOME, REFUSED, with_rules

NEW_YORK, CHICAGO, PHOENIX, HONOLULU = "America/New_York", "America/Chicago", "America/Phoenix", "Pacific/Honolulu"


def at(day: int, hour: int, minute: int = 0, zone: str = NEW_YORK) -> datetime:
    """A moment of November 2026; the 2nd is a Monday, the 8th a Sunday, the 26th a holiday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=ZoneInfo(zone))


def test_within_hours_a_voter_may_be_called() -> None:
    assert may_call(CAMPAIGN, [NEW_YORK], at(3, 9)) == Verdict()
    assert may_call(CAMPAIGN, [NEW_YORK], at(3, 20, 59)).allowed


def test_the_hours_are_those_of_the_voters_clock() -> None:
    assert may_call(CAMPAIGN, [CHICAGO], at(3, 9, zone=NEW_YORK)) == Verdict("outside_hours", at(3, 9, zone=CHICAGO))
    assert may_call(CAMPAIGN, [CHICAGO], at(3, 21, 30, zone=NEW_YORK)).allowed


def test_at_closing_time_no_call_is_made_until_the_next_day_that_has_hours() -> None:
    assert may_call(CAMPAIGN, [NEW_YORK], at(3, 21)) == Verdict("outside_hours", at(4, 9))
    assert may_call(CAMPAIGN, [NEW_YORK], at(7, 21)) == Verdict("outside_hours", at(9, 9))


def test_no_call_on_a_day_without_hours() -> None:
    assert may_call(CAMPAIGN, [NEW_YORK], at(8, 12)) == Verdict("outside_hours", at(9, 9))


def test_whether_it_is_sunday_is_seen_on_the_voters_calendar() -> None:
    late = with_rules(hours={**CAMPAIGN.calling.hours, "sat": Hours(time(9), MIDNIGHT)})
    saturday_in_honolulu = at(8, 0, 30, zone=NEW_YORK)
    assert may_call(late, [HONOLULU], saturday_in_honolulu).allowed
    assert not may_call(late, [NEW_YORK], saturday_in_honolulu).allowed


def test_hours_to_midnight_last_to_the_end_of_the_day() -> None:
    always = with_rules(hours=dict.fromkeys(CAMPAIGN.calling.hours, Hours(time(0), MIDNIGHT)))
    assert may_call(always, [NEW_YORK], at(3, 0)).allowed
    assert may_call(always, [NEW_YORK], at(3, 23, 59)).allowed


def test_no_call_on_a_holiday() -> None:
    assert may_call(CAMPAIGN, [NEW_YORK], at(26, 12)) == Verdict("holiday", at(27, 9))


def test_no_call_before_the_campaign_begins_nor_after_it_is_over() -> None:
    assert may_call(CAMPAIGN, [NEW_YORK], datetime(2026, 10, 30, 12, tzinfo=ZoneInfo(NEW_YORK))) == Verdict(
        "campaign_not_begun", at(2, 9)
    )
    assert may_call(CAMPAIGN, [NEW_YORK], at(30, 12)) == Verdict("campaign_over")


def test_where_zones_disagree_all_of_them_must_allow_the_call() -> None:
    assert may_call(CAMPAIGN, [NEW_YORK, PHOENIX], at(3, 10)) == Verdict("outside_hours", at(3, 11))
    assert may_call(CAMPAIGN, [NEW_YORK, PHOENIX], at(3, 11)).allowed
    assert may_call(CAMPAIGN, [PHOENIX, NEW_YORK], at(3, 21)) == Verdict("outside_hours", at(4, 9, zone=PHOENIX))


@pytest.mark.parametrize("zones", [[], ["Mars/Olympus"], ["America"], ["../etc"], [""]])
def test_a_zone_that_is_missing_or_unknown_is_the_campaigns(zones: list[str]) -> None:
    assert may_call(CAMPAIGN, zones, at(3, 9, zone=NEW_YORK)).allowed
    assert may_call(CAMPAIGN, zones, at(3, 8, zone=NEW_YORK)) == Verdict("outside_hours", at(3, 9))


def test_a_zone_is_known_by_its_name() -> None:
    assert known_zone(CHICAGO) == ZoneInfo(CHICAGO)
    assert known_zone("America/Evansville") is None


def test_what_ends_calls_comes_before_the_hours() -> None:
    night = at(3, 3)
    assert may_call(CAMPAIGN, [NEW_YORK], night, suppressed=True, ended=True) == Verdict("suppressed")
    assert may_call(CAMPAIGN, [NEW_YORK], night, ended=True) == Verdict("ended")
    assert may_call(CAMPAIGN, [NEW_YORK], night, attempts_in_all=3) == Verdict("attempts_used")
    assert may_call(CAMPAIGN, [NEW_YORK], night, lease_until=night) == Verdict("lease_ended")
    assert may_call(CAMPAIGN, [NEW_YORK], night, taken_back=True, lease_until=night) == Verdict("taken_back")
    assert may_call(CAMPAIGN, [NEW_YORK], night, shut="closed", taken_back=True) == Verdict("closed")
    assert may_call(CAMPAIGN, [NEW_YORK], night, shut="closed", suppressed=True) == Verdict("suppressed")


def test_a_lease_lasts_up_to_its_end() -> None:
    assert may_call(CAMPAIGN, [NEW_YORK], at(3, 10), lease_until=at(3, 10, 1)).allowed


def test_the_campaigns_last_day_is_a_day_of_calling_to_its_end() -> None:
    to_election_day = msgspec.structs.replace(CAMPAIGN, ends=date(2026, 11, 3))
    assert may_call(to_election_day, [NEW_YORK], at(3, 20, 59)).allowed
    assert may_call(to_election_day, [NEW_YORK], at(2, 21)) == Verdict("outside_hours", at(3, 9))
    assert may_call(to_election_day, [NEW_YORK], at(3, 21)) == Verdict("outside_hours")
    assert may_call(to_election_day, [NEW_YORK], at(4, 0)) == Verdict("campaign_over")


def test_a_voter_called_lately_rests_until_they_are_ready_and_calling_is_open() -> None:
    assert may_call(CAMPAIGN, [NEW_YORK], at(3, 10), ready_at=at(3, 12)) == Verdict("resting", at(3, 12))
    assert may_call(CAMPAIGN, [NEW_YORK], at(3, 10), ready_at=at(3, 22)) == Verdict("resting", at(4, 9))
    assert may_call(CAMPAIGN, [NEW_YORK], at(3, 8), ready_at=at(3, 12)) == Verdict("outside_hours", at(3, 12))
    assert may_call(CAMPAIGN, [NEW_YORK], at(3, 10), ready_at=at(3, 10)).allowed


def test_when_calling_opens() -> None:
    assert opens_at(CAMPAIGN, [NEW_YORK], at(3, 10)) == at(3, 10)
    assert opens_at(CAMPAIGN, [NEW_YORK], at(3, 8)) == at(3, 9)
    assert opens_at(CAMPAIGN, [NEW_YORK], at(25, 22)) == at(27, 9)
    assert opens_at(CAMPAIGN, [NEW_YORK], at(28, 21)) is None


def test_it_opens_by_the_clock_on_the_day_that_the_clocks_change() -> None:
    spring = msgspec.structs.replace(with_rules(holidays=()), starts=date(2026, 3, 1), ends=date(2026, 3, 31))
    monday = datetime(2026, 3, 9, 9, tzinfo=ZoneInfo(NEW_YORK))
    opening = opens_at(spring, [NEW_YORK], monday - timedelta(hours=24 + 12))
    assert opening == monday
    assert opening.utcoffset() == timedelta(hours=-4)


def test_zones_whose_hours_never_meet_are_never_open() -> None:
    short = with_rules(hours={"mon": Hours(time(9), time(10))})
    assert opens_at(short, [NEW_YORK, HONOLULU], at(3, 9)) is None


def test_the_server_asks_which_of_its_zones_are_open() -> None:
    sets = ["", CHICAGO, HONOLULU, f"{CHICAGO} {NEW_YORK}", "Mars/Olympus"]
    assert callable_zones(CAMPAIGN, sets, at(3, 9)) == ["", "Mars/Olympus"]
    assert callable_zones(CAMPAIGN, sets, at(3, 10)) == ["", CHICAGO, f"{CHICAGO} {NEW_YORK}", "Mars/Olympus"]


def test_it_asks_too_which_of_them_are_open_later_today() -> None:
    sets = [NEW_YORK, HONOLULU]
    assert callable_zones(CAMPAIGN, sets, at(3, 8), later_today=True) == sets
    assert callable_zones(CAMPAIGN, sets, at(3, 21), later_today=True) == [HONOLULU]
    assert callable_zones(CAMPAIGN, sets, at(8, 8), later_today=True) == []


def test_the_day_ends_where_calling_ends_first() -> None:
    assert closes_at(CAMPAIGN, [NEW_YORK], at(3, 7)) == at(3, 21)
    assert closes_at(CAMPAIGN, [NEW_YORK, CHICAGO], at(3, 20)) == at(3, 21)
    assert closes_at(CAMPAIGN, [NEW_YORK], at(3, 21)) is None
    assert closes_at(CAMPAIGN, [NEW_YORK], at(26, 12)) is None


def test_a_day_that_ends_at_midnight_ends_with_the_next_days_first_moment() -> None:
    late = with_rules(hours={**CAMPAIGN.calling.hours, "sat": Hours(time(9), MIDNIGHT)})
    assert closes_at(late, [NEW_YORK], at(7, 23)) == at(8, 0)


def test_after_not_home_the_voter_comes_back_when_the_rest_is_over() -> None:
    assert next_ready(CAMPAIGN, NOT_HOME, [NEW_YORK], at(3, 18), 1, 1) == at(4, 14)
    assert next_ready(CAMPAIGN, NOT_HOME, [NEW_YORK], at(7, 18), 1, 1) == at(9, 9)


def test_a_day_takes_no_more_attempts_than_the_campaign_allows() -> None:
    assert next_ready(CAMPAIGN, BUSY, [NEW_YORK], at(3, 10), 1, 1) == at(4, 9)
    assert next_ready(with_rules(attempts_per_day=2), BUSY, [NEW_YORK], at(3, 10), 1, 1) == at(3, 11)


def test_the_day_ends_where_the_voter_is() -> None:
    always = with_rules(hours=dict.fromkeys(CAMPAIGN.calling.hours, Hours(time(0), MIDNIGHT)))
    assert next_ready(always, BUSY, [HONOLULU], at(3, 20), 1, 1) == at(4, 0, zone=HONOLULU)
    assert next_ready(always, BUSY, [HONOLULU, NEW_YORK], at(3, 20), 1, 1) == at(4, 0, zone=HONOLULU)


def test_after_the_last_attempt_or_a_result_that_ends_the_voter_never_comes_back() -> None:
    assert next_ready(CAMPAIGN, NOT_HOME, [NEW_YORK], at(3, 10), 3, 1) is None
    assert next_ready(CAMPAIGN, REFUSED, [NEW_YORK], at(3, 10), 1, 1) is None
    assert next_ready(CAMPAIGN, NOT_HOME, [NEW_YORK], at(28, 18), 1, 1) is None


def test_a_call_back_that_the_voter_asked_for_is_made_however_often_they_were_called() -> None:
    assert next_ready(CAMPAIGN, CALL_BACK, [NEW_YORK], at(3, 10), 3, 1) == at(3, 12)
    assert next_ready(CAMPAIGN, CALL_BACK, [NEW_YORK], at(3, 20), 3, 1) == at(4, 9)


def test_the_voters_local_time() -> None:
    assert local_time([CHICAGO], at(3, 17, 12)) == "4:12 pm"
    assert local_time([CHICAGO], at(3, 1, 5)) == "12:05 am"
    assert local_time([CHICAGO, NEW_YORK], at(3, 17, 12)) == "4:12 pm or 5:12 pm"
    assert local_time([NEW_YORK, "America/Detroit"], at(3, 12, 0)) == "12:00 pm"
    assert local_time(["Mars/Olympus"], at(3, 12)) == ""


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        (Verdict(), ""),
        (Verdict("suppressed"), "This number is on the do-not-call list; nobody calls it again."),
        (Verdict("ended"), "This voter is not called again in this campaign."),
        (Verdict("removed"), "You are not among this campaign's callers any more; skip them to go on."),
        (Verdict("closed"), "The campaign is closed: nobody is called any more; skip them to go on."),
        (Verdict("paused"), "The campaign is paused: nobody is called now; skip them to go on."),
        (Verdict("taken_back"), "This voter is not on your list any more; skip them to go on."),
        (Verdict("attempts_used"), "This voter has been called as often as the campaign allows."),
        (
            Verdict("lease_ended"),
            "This voter was lent to you for a time that is over; new voters come when you are online.",
        ),
        (Verdict("campaign_over"), "The campaign is over; no more calls are made."),
        (
            Verdict("campaign_not_begun", at(10, 9)),
            "The campaign has not begun; calls start on Tuesday, November 10, at 9:00 am, their time.",
        ),
        (
            Verdict("holiday", at(4, 9)),
            "No calls are made today, a holiday; they go on tomorrow at 9:00 am, their time.",
        ),
        (
            Verdict("outside_hours", at(3, 9, zone=CHICAGO)),
            "It is outside calling hours where this voter lives; they begin today at 9:00 am, their time.",
        ),
        (
            Verdict("resting", at(3, 14)),
            "This voter was called not long ago; they may be called again today at 2:00 pm, their time.",
        ),
        (
            Verdict("outside_hours"),
            "It is outside calling hours where this voter lives, and the campaign has no calling hours left.",
        ),
    ],
)
def test_every_verdict_has_its_sentence(verdict: Verdict, said: str) -> None:
    assert sentence(verdict, at(3, 8)) == said
