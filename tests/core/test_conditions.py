"""Whom a step of the script is for."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from phonetui.core.campaign import Condition
from phonetui.core.conditions import date_there, holds, meant
from phonetui.core.voter import Voter
from tests.core.scripts import campaign, say, somebody

ANN = somebody(age=30, party="Dem", language="Spanish", tags=("Volunteer", "student"), elections=("2024 general",))


@pytest.mark.parametrize(
    "condition",
    [
        Condition(languages=("es",)),
        Condition(languages=("vi", "es")),
        Condition(parties=("dem", "ind")),
        Condition(tags=("volunteer",)),
        Condition(voted_in=("2022 general", "2024 General")),
        Condition(youngest=30, oldest=30),
        Condition(youngest=18),
        Condition(oldest=64),
        Condition(starts=date(2026, 11, 20), ends=date(2026, 11, 20)),
        Condition(answers={"plan": ("sure", "leaning")}),
        Condition(answers={"issues": ("roads",)}),
        Condition(parties=("Dem",), tags=("student",), youngest=18),
        Condition(),
    ],
)
def test_a_condition_holds_when_all_that_it_names_is_so(condition: Condition) -> None:
    assert holds(condition, ANN, {"plan": "sure", "issues": "schools;roads"})


@pytest.mark.parametrize(
    "condition",
    [
        Condition(languages=("en",)),
        Condition(parties=("rep",)),
        Condition(tags=("donor",)),
        Condition(voted_in=("2022 general",)),
        Condition(youngest=31),
        Condition(oldest=29),
        Condition(starts=date(2026, 11, 21)),
        Condition(ends=date(2026, 11, 19)),
        Condition(answers={"plan": ("no",)}),
        Condition(answers={"gone": ("yes",)}),
        Condition(parties=("Dem",), tags=("donor",)),
    ],
)
def test_it_does_not_hold_when_one_thing_is_not_so(condition: Condition) -> None:
    assert not holds(condition, ANN, {"plan": "sure"})


@pytest.mark.parametrize(
    "condition",
    [Condition(languages=("en",)), Condition(parties=("Dem",)), Condition(oldest=99), Condition(youngest=0)],
)
def test_what_is_not_known_of_the_voter_is_not_so(condition: Condition) -> None:
    assert not holds(condition, somebody(), {})


def test_a_step_is_for_those_for_whom_when_holds_and_unless_does_not() -> None:
    democrats = Condition(parties=("Dem",))
    assert meant(say("a", when=democrats), ANN, {})
    assert not meant(say("a", when=democrats), somebody(), {})
    assert not meant(say("a", unless=democrats), ANN, {})
    assert meant(say("a", unless=democrats), somebody(), {})
    assert not meant(say("a", when=democrats, unless=Condition(tags=("student",))), ANN, {})


@pytest.mark.parametrize(
    ("zones", "day"),
    [
        (("Pacific/Honolulu",), date(2026, 11, 20)),
        (("America/New_York",), date(2026, 11, 21)),
        (("Nowhere/Land", "Pacific/Honolulu"), date(2026, 11, 20)),
        ((), date(2026, 11, 21)),
    ],
)
def test_the_date_is_the_one_where_the_voter_lives(zones: tuple[str, ...], day: date) -> None:
    assert (
        date_there(campaign(), Voter("v", "Ann", "Doe", zones=zones), datetime(2026, 11, 21, 5, 1, tzinfo=UTC)) == day
    )
