"""Numbers that nobody on the server calls: added by a supervisor, looked for, and kept whatever callers take back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from phonetui.wire_supervisors import Numbers, SuppressedNumber, TakenNumbers, decode_suppressed, decode_taken

from .conftest import Clock
from .phone_bank import number
from .supervisors_office import SupervisorsOffice, office


@pytest.fixture
def here(url: str, clock: Clock) -> Iterator[SupervisorsOffice]:
    with office(url, clock) as opened:
        yield opened


def test_numbers_are_added_once_and_nobody_is_lent_them(here: SupervisorsOffice) -> None:
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    written = ("(212) 555-0001", "212.555.0001", "not a number", "+1 212 555 0002")
    taken = decode_taken(here.does(sam, "POST", "do-not-call", Numbers(written)))
    assert taken == TakenNumbers(2, ("not a number",))
    assert here.run(dana.borrows(25)) == [number(3)]
    again = decode_taken(here.does(sam, "POST", "do-not-call", Numbers(written)))
    assert again.added == 0
    assert here.audited() == [("sam", "suppressed", "2"), ("sam", "suppressed", "2")]


def test_a_laptop_that_has_the_number_gives_it_up(here: SupervisorsOffice) -> None:
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    here.borrows(dana, 2)
    here.does(sam, "POST", "do-not-call", Numbers((number(1),)))
    assert here.run(dana.sends()).ended == ("1",)


def test_the_list_says_how_a_number_came_to_it(here: SupervisorsOffice, clock: Clock) -> None:
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    here.borrows(dana, 1)
    here.run(dana.sends(dana.outcome("1", "do_not_call", at=clock())))
    here.does(sam, "POST", "do-not-call", Numbers((number(2),)))
    listed = decode_suppressed(here.does(sam, "GET", "do-not-call"))
    assert listed.count == 2
    assert listed.numbers == (
        SuppressedNumber(number(1), clock(), True),
        SuppressedNumber(number(2), clock(), False),
    )
    for find, many in (("212-555-0002", 1), ("555", 2), ("777", 0)):
        assert len(decode_suppressed(here.does(sam, "GET", "do-not-call", find=find)).numbers) == many
