from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from phonetui.core import call_back
from phonetui.core.campaign import MIDNIGHT, WEEKDAYS, CallingRules, Campaign, Hours
from phonetui.core.eligibility import may_call
from phonetui.core.refusal import Refused
from phonetui.core.translation import speaking
from phonetui.core.when import moment_after
from tests.tui.sample import CAMPAIGN

CHICAGO = ("America/Chicago",)
#: A Saturday, 3:12 pm in Chicago, 4:12 pm in New York.
AFTERNOON = datetime(2026, 11, 21, 21, 12, tzinfo=UTC)


def shown(moment: datetime) -> str:
    return moment.strftime("%a %H:%M %Z")


def test_tonight_is_seven_at_the_voters_place() -> None:
    assert shown(call_back.tonight(CAMPAIGN, CHICAGO, AFTERNOON)) == "Sat 19:00 CST"


def test_late_in_the_evening_tonight_is_an_hour_from_now() -> None:
    half_past_six = datetime(2026, 11, 22, 0, 30, tzinfo=UTC)
    assert shown(call_back.tonight(CAMPAIGN, CHICAGO, half_past_six)) == "Sat 19:30 CST"


def test_tonight_is_refused_once_calling_ends_before_it() -> None:
    half_past_eight = datetime(2026, 11, 22, 2, 30, tzinfo=UTC)
    with pytest.raises(Refused) as refused:
        call_back.tonight(CAMPAIGN, CHICAGO, half_past_eight)
    assert str(refused.value) == ("Today at 9:30 pm is outside calling hours; they open tomorrow at 9:00 am.")


def test_tomorrow_is_the_same_time_of_day_even_when_the_clocks_change() -> None:
    campaign = msgspec.structs.replace(CAMPAIGN, starts=date(2026, 10, 1))
    saturday_before_the_clocks_go_back = datetime(2026, 10, 31, 20, 12, tzinfo=UTC)
    moment = call_back.tomorrow(campaign, CHICAGO, saturday_before_the_clocks_go_back)
    assert shown(moment) == "Sun 15:12 CST"


def test_where_the_zones_disagree_all_of_them_must_allow_the_time() -> None:
    zones = ("America/Chicago", "America/New_York")
    assert shown(call_back.typed(CAMPAIGN, zones, AFTERNOON, "19:30")) == "Sat 19:30 CST"
    with pytest.raises(Refused) as refused:
        call_back.typed(CAMPAIGN, zones, AFTERNOON, "20:30")
    assert str(refused.value) == ("Today at 8:30 pm is outside calling hours; they open tomorrow at 9:00 am.")


def test_a_voter_without_a_zone_lives_by_the_campaigns() -> None:
    assert shown(call_back.tonight(CAMPAIGN, (), AFTERNOON)) == "Sat 19:00 EST"


@pytest.mark.parametrize(
    ("words", "moment"),
    [
        ("18:30", "Sat 18:30 CST"),
        ("6pm", "Sat 18:00 CST"),
        ("6 PM", "Sat 18:00 CST"),
        ("6 p.m.", "Sat 18:00 CST"),
        ("6:45p", "Sat 18:45 CST"),
        ("6", "Sat 18:00 CST"),
        ("tonight 8", "Sat 20:00 CST"),
        ("today at 5.15", "Sat 17:15 CST"),
        ("tomorrow 6pm", "Sun 18:00 CST"),
        ("Tomorrow 9:30 am", "Sun 09:30 CST"),
        ("tomorrow at 12pm", "Sun 12:00 CST"),
    ],
)
def test_times_as_people_type_them(words: str, moment: str) -> None:
    assert shown(call_back.typed(CAMPAIGN, CHICAGO, AFTERNOON, words)) == moment


def test_a_time_that_is_past_is_refused_and_tomorrows_offered() -> None:
    with pytest.raises(Refused) as refused:
        call_back.typed(CAMPAIGN, CHICAGO, AFTERNOON, "2pm")
    assert str(refused.value) == "2:00 pm is past there, it is 3:12 pm; for tomorrow type tomorrow 2:00 pm."


Choose = Callable[[Campaign, Sequence[str], datetime], datetime]


@pytest.mark.parametrize("choose", [call_back.tonight, call_back.tomorrow])
def test_after_the_campaigns_last_calls_no_time_is_left(choose: Choose) -> None:
    last_day_late = datetime(2026, 12, 9, 2, 30, tzinfo=UTC)
    with pytest.raises(Refused, match="is after the campaign's last calls; choose an earlier time"):
        choose(CAMPAIGN, CHICAGO, last_day_late)


def refusal(
    words: str, *, campaign: Campaign = CAMPAIGN, zones: Sequence[str] = CHICAGO, now: datetime = AFTERNOON
) -> str:
    with pytest.raises(Refused) as refused:
        call_back.typed(campaign, zones, now, words)
    return str(refused.value)


def test_a_day_needs_a_time() -> None:
    assert refusal("Monday") == "“Monday” is Monday, November 23, but at what time? Type one like Monday 6pm."


def test_on_a_saturday_sat_morning_is_the_next_once_todays_is_past() -> None:
    assert shown(call_back.typed(CAMPAIGN, CHICAGO, AFTERNOON, "Sat morning")) == "Sat 10:00 CST"
    assert call_back.typed(CAMPAIGN, CHICAGO, AFTERNOON, "Sat morning").date() == date(2026, 11, 28)
    assert refusal("Sat 6pm") == (
        "“Sat 6pm” may be Saturday, November 21, or Saturday, November 28; type the date, like Nov 21."
    )


def test_a_day_that_is_past_is_refused() -> None:
    assert refusal("Nov 14 6pm") == ("On Saturday, November 14, at 6:00 pm is past there; choose a time that is ahead.")


def test_nobody_is_promised_a_call_in_half_a_year() -> None:
    long = msgspec.structs.replace(CAMPAIGN, ends=date(2028, 1, 1))
    assert refusal("in 200 days", campaign=long) == (
        "On Wednesday, June 9, at 3:12 pm is more than half a year ahead; choose an earlier time."
    )


#: Calls are allowed at every hour of the day, so that the clocks' changes are within.
DAY_AND_NIGHT = msgspec.structs.replace(
    CAMPAIGN,
    starts=date(2026, 1, 1),
    ends=date(2027, 12, 31),
    calling=CallingRules(hours=dict.fromkeys(WEEKDAYS, Hours(time(0), MIDNIGHT))),
)


def test_an_hour_without_am_or_pm_is_the_one_at_which_calls_are_made() -> None:
    assert shown(call_back.typed(CAMPAIGN, CHICAGO, AFTERNOON, "8")) == "Sat 20:00 CST"
    assert shown(call_back.typed(CAMPAIGN, CHICAGO, AFTERNOON, "tomorrow at 10")) == "Sun 10:00 CST"


def test_where_calls_are_made_at_both_it_is_asked_which() -> None:
    assert refusal("tomorrow at 8", campaign=DAY_AND_NIGHT) == (
        "That may be 8:00 am or 8:00 pm; type it with am or pm, like 8pm."
    )


def test_an_hour_that_no_clock_shows_is_refused() -> None:
    before = datetime(2026, 3, 7, 18, 0, tzinfo=UTC)
    assert refusal("tomorrow 2:30am", campaign=DAY_AND_NIGHT, now=before) == (
        "Tomorrow at 2:30 am does not exist there: the clocks go forward over it; choose another time."
    )


def test_an_hour_that_the_clocks_show_twice_is_refused() -> None:
    before = datetime(2026, 10, 31, 18, 0, tzinfo=UTC)
    twice = "Tomorrow at 1:30 am comes twice there: the clocks go back over it; choose another time."
    assert refusal("tomorrow 1:30am", campaign=DAY_AND_NIGHT, now=before) == twice
    assert refusal("in 12 hours 30 minutes", campaign=DAY_AND_NIGHT, now=before) == twice


def test_a_length_of_time_is_that_long_though_the_clocks_change_meanwhile() -> None:
    before = datetime(2026, 11, 1, 6, 0, tzinfo=UTC)
    in_three_hours = call_back.typed(DAY_AND_NIGHT, CHICAGO, before, "in 3 hours")
    assert (in_three_hours - before, shown(in_three_hours)) == (timedelta(hours=3), "Sun 03:00 CST")


def test_near_midnight_tomorrow_is_tomorrow_where_the_voter_is() -> None:
    saturday_there_sunday_here = datetime(2026, 11, 22, 5, 30, tzinfo=UTC)
    moment = call_back.typed(CAMPAIGN, CHICAGO, saturday_there_sunday_here, "tomorrow noon")
    assert shown(moment) == "Sun 12:00 CST"


# -- quiet voters ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "opens"),
    [
        ("Monday", "Mon 09:00 CST"),
        ("in a week", "Sat 09:00 CST"),
        ("Nov 30", "Mon 09:00 CST"),
        ("el lunes", "Mon 09:00 CST"),
        ("tomorrow", "Sun 09:00 CST"),
        ("Sat", "Sat 09:00 CST"),
    ],
)
def test_who_asked_for_quiet_is_left_alone_until_that_day_opens(words: str, opens: str) -> None:
    assert shown(call_back.quiet_until(CAMPAIGN, CHICAGO, AFTERNOON, words)) == opens


def test_quiet_past_the_campaigns_end_is_for_good() -> None:
    until = call_back.quiet_until(CAMPAIGN, CHICAGO, AFTERNOON, "Dec 24")
    assert (until.date(), until.time()) == (date(2026, 12, 24), time(0))
    assert not may_call(CAMPAIGN, CHICAGO, until).allowed


@pytest.mark.parametrize("words", ["Monday 6pm", "6pm", "in 20 minutes", "soon", "until Monday"])
def test_quiet_is_until_a_day_not_an_hour(words: str) -> None:
    with pytest.raises(Refused) as refused:
        call_back.quiet_until(CAMPAIGN, CHICAGO, AFTERNOON, words)
    assert str(refused.value) == f"“{words}” is not a day; type one alone, like Monday, Nov 30 or in 10 days."


def test_nothing_typed_is_answered_with_an_example() -> None:
    with pytest.raises(Refused, match=r"^Type a day, like Monday, .* or in 10 days\.$"):
        call_back.quiet_until(CAMPAIGN, CHICAGO, AFTERNOON, " ")
    with pytest.raises(Refused, match=r"^Type a time, like 18:30, tomorrow 6pm, Sat morning or in 20 minutes\.$"):
        call_back.typed(CAMPAIGN, CHICAGO, AFTERNOON, "")


def test_quiet_until_today_is_no_quiet() -> None:
    with pytest.raises(Refused) as refused:
        call_back.quiet_until(CAMPAIGN, CHICAGO, AFTERNOON, "today")
    assert str(refused.value) == ("Saturday, November 21, is not ahead; type a day like Monday, Nov 30 or in 10 days.")


# -- what the screen says of a promise ---------------------------------------------------------------------------------


def test_a_promise_is_told_with_its_day_where_that_is_not_today() -> None:
    at = AFTERNOON.astimezone(ZoneInfo(CHICAGO[0]))
    assert call_back.promise(at, AFTERNOON, by_you=True) == "You promised to call at 3:12 pm"
    assert call_back.promise(at, AFTERNOON, by_you=False) == "A call was promised for 3:12 pm"
    a_day_late = AFTERNOON + timedelta(days=1)
    assert call_back.promise(at, a_day_late, by_you=True) == (
        "You promised to call on Saturday, November 21, at 3:12 pm"
    )
    assert call_back.promise(at, a_day_late, by_you=False) == (
        "A call was promised for Saturday, November 21, at 3:12 pm"
    )


# -- whatever is understood --------------------------------------------------------------------------------------------

ZONES = st.sampled_from(
    [
        ("America/Chicago",),
        ("America/New_York", "America/Chicago"),
        ("America/Phoenix", "America/Denver"),
        ("Pacific/Honolulu",),
        ("Mars/Olympus",),
        (),
    ]
)
FIRST = datetime(2026, 1, 2, tzinfo=UTC)
#: About a year, with both changes of the clocks and the turn of the year.
MOMENTS = st.integers(0, 395 * 24 * 60).map(lambda minutes: FIRST + timedelta(minutes=minutes))
PHRASES = """
in 20 minutes, 2 hours, en media hora, in 3 days, in a week, tomorrow, mañana, today, Sat, next Tuesday, el martes
Nov 30, 3 de mayo, 12/1, 11/30, 2027-01-05, the 30th, morning, por la mañana, tonight, after lunch, mediodía, 6pm, 18:30
5, 8, 9:30, 1:30 am, 2:30am, a las 7, half past 5, 6 y media, quarter to 9, please, and, -7
"""
SAID = st.lists(st.sampled_from(PHRASES.strip().replace("\n", ", ").split(", ")), min_size=1, max_size=3).map(" ".join)


@given(SAID | st.text(max_size=20), ZONES, MOMENTS, st.sampled_from([CAMPAIGN, DAY_AND_NIGHT]))
@example("tomorrow 2:30am", CHICAGO, datetime(2026, 3, 7, 18, 0, tzinfo=UTC), DAY_AND_NIGHT)
@example("in 20 minutes", CHICAGO, datetime(2026, 11, 1, 6, 50, tzinfo=UTC), DAY_AND_NIGHT)
def test_whatever_is_understood_is_ahead_and_allowed_and_means_the_same_when_it_is_said_back(
    words: str, zones: tuple[str, ...], now: datetime, campaign: Campaign
) -> None:
    try:
        moment = call_back.typed(campaign, zones, now, words)
    except Refused as refused:
        assert str(refused).endswith((".", "?"))
        return
    assert moment > now
    assert may_call(campaign, zones, moment).allowed
    assert call_back.typed(campaign, zones, now, moment_after(moment, now)) == moment
    with speaking("es"):
        assert call_back.typed(campaign, zones, now, moment_after(moment, now)) == moment
