"""What a set of attempts sums to, and how sure its rates are."""

from __future__ import annotations

from datetime import UTC, datetime
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phonetui.core.figures import SURE, Counts, figures, median, share, total, wilson


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        (10, 100, 0.0552, 0.1744),
        (15, 148, 0.0624, 0.1605),
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (1, 2, 0.0945, 0.9055),
    ],
)
def test_an_interval_is_wilsons(part: int, whole: int, low: float, high: float) -> None:
    found = wilson(part, whole)
    assert found is not None
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@given(st.integers(1, 300_000).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))))
def test_at_the_ends_of_the_interval_the_score_is_what_95_in_100_say(of: tuple[int, int]) -> None:
    """Wilson's own definition: at either end the share lies as many deviations off as `SURE` says."""
    part, whole = of
    found = wilson(part, whole)
    assert found is not None
    assert 0 <= found.low <= part / whole <= found.high <= 1
    for end in (found.low, found.high):
        if 1e-9 < end < 1 - 1e-9:
            assert abs(part / whole - end) / sqrt(end * (1 - end) / whole) == pytest.approx(SURE, rel=1e-3)


def test_of_nothing_nothing_is_said() -> None:
    told = figures(Counts())
    assert (told.contact_rate, told.between, told.talk_seconds, told.attempts_per_contact) == (None, None, None, None)
    assert (told.attempts, told.contacts, told.talks, told.hours) == (0, 0, 0, 0.0)


def test_a_rate_above_one_has_no_interval() -> None:
    """One dialing reached two people of a household."""
    told = figures(Counts(attempts=1, contacts=2))
    assert (told.contact_rate, told.between) == (2.0, None)


def test_figures_of_an_evening() -> None:
    told = figures(Counts(attempts=40, results=41, contacts=10, talks=4, seconds=5400, talk_seconds=[60, 600, 90, 100]))
    assert (told.contact_rate, told.attempts_per_contact, told.hours, told.talk_seconds) == (0.25, 4.0, 1.5, 95)
    assert told.between is not None
    assert (told.between.low, told.between.high) == pytest.approx((0.1419, 0.4019), abs=1e-4)


@pytest.mark.parametrize(("numbers", "middle"), [([], None), ([7], 7), ([9, 1, 2], 2), ([4, 1], 2), ([3, 1, 9, 5], 4)])
def test_the_middle_one(numbers: list[int], middle: int | None) -> None:
    assert median(numbers) == middle


def test_sets_are_added_without_touching_them() -> None:
    early, late = datetime(2026, 10, 6, 21, tzinfo=UTC), datetime(2026, 10, 6, 22, tzinfo=UTC)
    first = Counts(2, 2, 1, 1, 30, [20], late)
    both = total([first, Counts(1, 2, 1, 0, 15, [40], early), Counts()])
    assert both == Counts(3, 4, 2, 1, 45, [20, 40], early)
    assert first == Counts(2, 2, 1, 1, 30, [20], late)


def test_a_share_of_nothing_is_none() -> None:
    assert (share(0, 0), share(1, 4)) == (None, 0.25)
