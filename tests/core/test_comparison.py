"""Whether one version of a script does better than another."""

from __future__ import annotations

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phonetui.core.comparison import Part, chance, compare, exact, needed

PARTS = st.integers(1, 40).flatmap(lambda whole: st.builds(Part, st.integers(0, whole), st.just(whole)))


def by_counting(first: Part, second: Part) -> float:
    """Fisher's test with whole numbers alone: all ways to deal the parts out, those no more than this one's."""
    parts = first.part + second.part
    ways = [comb(first.whole, n) * comb(second.whole, parts - n) for n in range(parts + 1)]
    return sum(one for one in ways if one <= ways[first.part]) / comb(first.whole + second.whole, parts)


@given(PARTS, PARTS)
def test_few_are_tested_exactly(first: Part, second: Part) -> None:
    assert exact(first, second) == pytest.approx(by_counting(first, second), abs=1e-9)


@given(PARTS, PARTS)
def test_which_comes_first_makes_no_difference(first: Part, second: Part) -> None:
    assert chance(first, second) == pytest.approx(chance(second, first), abs=1e-9)
    assert 0 <= chance(first, second) <= 1


def test_the_lady_who_tastes_tea() -> None:
    assert chance(Part(3, 4), Part(1, 4)) == pytest.approx(34 / 70)


def test_many_are_tested_by_the_normal_distribution() -> None:
    """The chi-square of this table is 8.3333 on one degree of freedom."""
    assert chance(Part(60, 100), Part(40, 100)) == pytest.approx(0.004678, abs=1e-6)
    assert exact(Part(600, 1000), Part(550, 1000)) == pytest.approx(chance(Part(600, 1000), Part(550, 1000)), abs=0.005)


def test_how_many_are_needed_around_a_half() -> None:
    assert (needed(0.5), needed(0.05), needed(0.0), needed(1.0)) == (392, 74, 74, 74)
    assert needed(0.5, 0.05 / 4) > needed(0.5)


def test_a_large_difference_shows_soon() -> None:
    assert compare(Part(5, 40), Part(25, 40)).verdict == "differs"


def test_a_difference_that_chance_would_make_needs_more_data() -> None:
    told = compare(Part(11, 50), Part(17, 50))
    assert (told.verdict, told.more) == ("too little", (needed(28 / 100) - 50, needed(28 / 100) - 50))


def test_one_group_may_have_enough() -> None:
    told = compare(Part(500, 1000), Part(50, 100))
    assert (told.verdict, told.more) == ("too little", (0, 292))


def test_with_enough_data_equal_shares_are_alike() -> None:
    assert compare(Part(500, 1000), Part(510, 1000)).verdict == "alike"


def test_of_many_pairs_each_must_show_more() -> None:
    assert compare(Part(60, 100), Part(44, 100)).verdict == "differs"
    assert compare(Part(60, 100), Part(44, 100), among=10).verdict == "too little"


def test_all_or_nobody_is_no_difference() -> None:
    assert chance(Part(0, 500), Part(0, 400)) == 1.0
    assert compare(Part(500, 500), Part(400, 400)).verdict == "alike"
