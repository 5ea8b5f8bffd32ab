"""Which addresses are one home."""

from __future__ import annotations

import pytest

from phonetui.core.voter import Address
from phonetui.server.addresses import address_key
from phonetui.server.households import rank


@pytest.mark.parametrize(
    "street",
    ["12 N Mill St Apt 4", "12 North Mill Street, Apt. #4", "12  N.  MILL  ST  #4", "12 n mill st. unit 4"],
)
def test_a_home_is_one_however_it_is_written(street: str) -> None:
    assert address_key(Address(street, "Durham", "NC", "27701-1234")) == "12 n mill st unit 4, 27701"


def test_units_and_towns_are_told_apart() -> None:
    assert address_key(Address("12 Mill St", zip_code="27701")) != address_key(Address("12 Mill St", zip_code="27702"))
    assert address_key(Address("12 Mill St", "Durham", "NC")) != address_key(Address("12 Mill St", "Raleigh", "NC"))
    assert address_key(Address("12 Mill St #1", "Durham")) != address_key(Address("12 Mill St #2", "Durham"))


@pytest.mark.parametrize("street", ["", "General Delivery", "CONFIDENTIAL"])
def test_an_address_without_a_house_brings_nobody_together(street: str) -> None:
    assert address_key(Address(street, "Durham", "NC", "27701")) == ""


def test_round_comes_before_priority_and_priority_before_the_lists_order() -> None:
    in_order = [(0, 5, 900), (0, 0, 1), (0, 0, 2), (0, -5, 1), (1, 127, 1), (1, 0, 4_000_000_000), (2, 127, 0)]
    assert sorted(in_order, key=lambda it: rank(*it)) == in_order
    assert rank(0, 1000, 7) == rank(0, 127, 7)
    assert rank(0, -1000, 7) == rank(0, -128, 7)
