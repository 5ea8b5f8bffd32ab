"""A campaign keeps its voters until a day: past it, the server erases them by itself, and what was counted stays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from phonetui.server import tables
from phonetui.server.keep_until import Keeper
from phonetui.wire_supervisors import KeepUntil, decode_keep_until

from .conftest import Clock
from .phone_bank import TURNOUT, PhoneBank
from .supervisors_office import SupervisorsOffice, office


@pytest.fixture
def here(url: str, clock: Clock) -> Iterator[SupervisorsOffice]:
    with office(url, clock) as opened:
        yield opened


async def names(bank: PhoneBank) -> int:
    return sum(b"Ann" in bytes(str(body), "utf-8") for (body,) in await bank.rows(tables.voters, "body"))


def test_the_day_is_set_and_taken_back(here: SupervisorsOffice) -> None:
    sam = here.joins("sam", "supervisor")
    assert decode_keep_until(here.does(sam, "GET", "keep-until")) == KeepUntil(None)
    here.does(sam, "PUT", "keep-until", KeepUntil(date(2026, 12, 1)))
    assert decode_keep_until(here.does(sam, "GET", "keep-until")) == KeepUntil(date(2026, 12, 1))
    here.does(sam, "PUT", "keep-until", KeepUntil(None))
    assert here.audited() == [("sam", "keep-until", ""), ("sam", "keep-until", "2026-12-01")]
    assert here.refused(sam, "PUT", "keep-until", KeepUntil(date(2026, 10, 5))) == (
        "refused",
        "October 5, 2026, is past; name today, or a day to come.",
    )


def test_past_the_day_all_voters_are_erased_once_nobody_calls(here: SupervisorsOffice, clock: Clock) -> None:
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    here.borrows(dana, 1)
    here.calls(dana, "talked")
    here.does(sam, "PUT", "keep-until", KeepUntil(clock().date()))
    keeper = Keeper(here.bank.database, clock)
    here.run(keeper.look())
    assert here.run(names(here.bank)) == 3
    clock.passes(days=1)
    here.run(keeper.look())
    assert here.run(names(here.bank)) == 3  # in the middle of calling
    assert [look.kind for look in here.evening(sam).looks] == ["keep-until"]
    here.does(sam, "PUT", "state", {"state": "closed"})
    here.run(keeper.look())
    assert here.run(names(here.bank)) == 0
    assert here.run(here.bank.figures()).talks == 1
    assert here.run(here.bank.count(tables.erased_voters)) == 0  # nobody of them asked to stay out
    assert here.audited()[0] == ("", "erased-all", "3")
    here.run(keeper.look())
    assert len([entry for entry in here.audited() if entry[1] == "erased-all"]) == 1
    clock.passes(minutes=1)
    assert here.evening(sam).looks == ()


def test_a_campaign_that_is_over_needs_not_be_closed(here: SupervisorsOffice, clock: Clock) -> None:
    sam = here.joins("sam", "supervisor")
    here.does(sam, "PUT", "keep-until", KeepUntil(TURNOUT.ends + timedelta(days=7)))
    clock.passes(days=40)
    here.run(Keeper(here.bank.database, clock).look())
    assert here.run(names(here.bank)) == 0
