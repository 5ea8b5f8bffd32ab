"""Sam reads the evening's report without a shell on the server's machine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import msgspec
import pytest

from phonetui.wire_supervisors import decode_report

from .conftest import Clock
from .phone_bank import TURNOUT, Laptop
from .supervisors_office import SupervisorsOffice, office


@pytest.fixture
def here(url: str, clock: Clock) -> Iterator[SupervisorsOffice]:
    with office(url, clock) as opened:
        yield opened


def lines(here: SupervisorsOffice, who: Laptop, **of: object) -> list[str]:
    return decode_report(here.does(who, "GET", "report", **of)).text.splitlines()


def row(told: list[str], name: str) -> list[str]:
    """The first row of any table that begins so."""
    return next(line for line in told if line.startswith(f"{name} ")).split()


def test_the_report_is_of_a_day_or_of_all_and_agrees_with_the_screen(here: SupervisorsOffice, clock: Clock) -> None:
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    here.borrows(dana, 3)
    here.calls(dana, "talked")
    clock.passes(days=1)
    here.calls(dana, "refused")
    here.calls(dana, "not_home")
    now = here.evening(sam).today
    told = lines(here, sam, day="2026-10-07")
    assert told[1] == "Calls of Wed Oct 7, 2026 · made Wed Oct 7, 2026, 12:00 pm"
    assert row(told, "dana")[1:3] == [str(now.attempts), str(now.contacts)] == ["2", "1"]
    told = lines(here, sam)
    assert told[1] == "All calls so far · made Wed Oct 7, 2026, 12:00 pm"
    assert row(told, "dana")[1:3] == ["3", "2"]
    assert lines(here, sam, day=(clock() - timedelta(days=9)).date())[-1] == (
        "No calls of these days are recorded in the campaign turnout."
    )
    assert here.audited() == []


@pytest.mark.parametrize("day", [date.min, date.max])
@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Guam"])
def test_the_first_and_the_last_day_of_the_calendar_have_no_calls(
    here: SupervisorsOffice, day: date, zone: str
) -> None:
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    here.borrows(dana, 1)
    here.calls(dana, "talked")
    here.run(here.bank.set_campaign(body=msgspec.json.encode(msgspec.structs.replace(TURNOUT, zone=zone))))
    assert lines(here, sam, day=day)[-1] == "No calls of these days are recorded in the campaign turnout."


def test_a_day_that_is_none_is_refused(here: SupervisorsOffice) -> None:
    sam = here.joins("sam", "supervisor")
    assert here.asks(sam, "GET", "report", day="yesterday").status_code == 400


def test_callers_read_no_report(here: SupervisorsOffice) -> None:
    dana = here.joins("dana")
    assert here.refused(dana, "GET", "report")[0] == "not-yours"
