from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime

import msgspec
import pytest

from phonetui.core import call_back
from phonetui.core.campaign import Campaign
from phonetui.core.refusal import Refused
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


@pytest.mark.parametrize("words", ["", "soon", "25:00", "18:75", "13pm", "0am", "6pm please", "yesterday 6pm"])
def test_what_is_not_a_time_is_refused_with_an_example(words: str) -> None:
    with pytest.raises(Refused) as refused:
        call_back.typed(CAMPAIGN, CHICAGO, AFTERNOON, words)
    assert str(refused.value) == f"“{words}” is not a time; type one like 18:30, 6pm or tomorrow 6pm."


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
