"""Taking imports back."""

from __future__ import annotations

from pathlib import Path

import pytest

from phonetui.core.refusal import Refused
from phonetui.server import tables, voter_undo
from phonetui.server.voter_undo import UndoReport

from .office import NOON, VAN, Office

ROSA = "id,first name,last name,phone\n1,Rosa,Owens,919-555-0101\n"


@pytest.fixture
def office(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """A server with one campaign, which takes imports back in small steps."""
    monkeypatch.setattr(voter_undo, "CHUNK", 500)
    return Office(url, tmp_path)


def test_an_import_taken_back_leaves_nobody(office: Office) -> None:
    office.imports(VAN)
    assert office.undoes(1) == UndoReport(1, "van-my-voters.txt", deleted=1194, kept=0, restored=0)
    assert office.voters() == []
    assert office.rows(tables.households) == []
    assert office.rows(tables.imports)[0].undone_at == NOON


def test_what_a_newer_file_replaced_is_as_before(office: Office) -> None:
    office.imports("id,name,phone,age\n1,Rosa Owens,919-555-0101,40\n2,Amos Lee,919-555-0102,50\n")
    before = (office.voters(), office.households())
    office.imports("id,name,phone,age\n1,Rosa Soto,919-555-0102,41\n3,Kim Lee,919-555-0103,30\n")
    assert office.households(states=["ready"]) == [("Amos", "Rosa"), ("Kim",)]
    assert office.undoes(2) == UndoReport(2, "voters.csv", deleted=1, kept=0, restored=1)
    assert (office.voters(), office.households()) == before
    assert office.household("Rosa").state == "ready"
    assert office.rows(tables.replaced_voters) == []


def test_an_earlier_import_is_taken_back_from_under_a_later_one(office: Office) -> None:
    for age in (40, 41, 42):
        office.imports(f"id,name,phone,age\n1,Rosa Owens,919-555-0101,{age}\n")
    office.undoes(2)
    assert office.voter("Rosa").age == 42
    office.undoes(3)
    assert office.voter("Rosa").age == 40


def test_voters_who_were_called_stay_out_of_reach_with_what_was_recorded(office: Office) -> None:
    office.imports("id,name,phone\n1,Rosa Owens,919-555-0101\n2,Amos Lee,919-555-0102\n3,Fern Owens,919-555-0101\n")
    office.set(tables.households, {"lent_at": NOON}, number="+19195550101")
    assert office.undoes(1) == UndoReport(1, "voters.csv", deleted=1, kept=2, restored=0)
    assert office.ended() == {"Rosa": "removed", "Fern": "removed"}
    assert office.household("Rosa").state == "closed"
    office.imports(ROSA)
    assert office.ended() == {"Rosa": "", "Fern": "removed"}
    assert office.household("Rosa").state == "ready"


def test_voters_on_a_laptop_are_withdrawn_there(office: Office) -> None:
    office.imports(ROSA)
    office.set(tables.households, {"lent_at": NOON, "lent_to": "dana", "state": "lent"}, household_id=1)
    office.undoes(1)
    assert [(row.kind, row.subject) for row in office.rows(tables.news)] == [("withdrawn", "1")]


def test_a_household_keeps_those_whom_another_import_brought(office: Office) -> None:
    office.imports(ROSA)
    office.imports("id,name,phone\n2,Fern Owens,919-555-0101\n")
    office.undoes(1)
    assert office.households() == [("Fern",)]
    assert office.household("Fern").state == "ready"


def test_a_second_time_and_an_unknown_import_are_refused(office: Office) -> None:
    office.imports(ROSA)
    office.undoes(1)
    with pytest.raises(Refused) as again:
        office.undoes(1)
    assert str(again.value) == "Import 1 of turnout was taken back on 2026-10-06 already."
    with pytest.raises(Refused) as unknown:
        office.undoes(7)
    assert str(unknown.value) == "There is no import 7 in turnout."
