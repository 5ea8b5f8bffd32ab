"""Taking imports back."""

from __future__ import annotations

from pathlib import Path

import pytest

from phonetui.core.refusal import Refused
from phonetui.server import tables, voter_undo
from phonetui.server.voter_undo import UndoReport, undo_import

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


def test_it_tells_how_far_it_is(office: Office) -> None:
    office.imports(VAN)
    told: list[tuple[int, int]] = []
    with office.engine.connect() as connection:
        undo_import(connection, "turnout", 1, NOON, progress=lambda *far: told.append(far))
    assert told == [(500, 1194), (1000, 1194), (1194, 1194)]


def test_ctrl_c_leaves_whole_chunks_and_the_same_command_goes_on(office: Office) -> None:
    office.imports(VAN)

    def ctrl_c(done: int, voters: int) -> None:
        if done == 1000:
            raise KeyboardInterrupt

    with office.engine.connect() as connection, pytest.raises(KeyboardInterrupt) as stopped:
        undo_import(connection, "turnout", 1, NOON, progress=ctrl_c)
    assert str(stopped.value) == (
        "Stopped after 1,000 of 1,194 voters of import turnout/1; the rest is as it was. "
        "Go on with: phonetui server voters undo turnout/1"
    )
    assert len(office.voters()) == 194
    assert office.rows(tables.imports)[0].undone_at is None
    assert office.undoes(1) == UndoReport(1, "van-my-voters.txt", deleted=194, kept=0, restored=0)
    assert (office.voters(), office.rows(tables.households)) == ([], [])


def test_ctrl_c_in_mid_chunk_takes_nobody_of_it_back(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.imports("id,name,phone,age\n1,Rosa Owens,919-555-0101,40\n")
    office.imports("id,name,phone,age\n1,Rosa Soto,919-555-0102,41\n")
    before = (office.voters(), office.households(), office.rows(tables.replaced_voters))

    def ctrl_c(*voters: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(voter_undo, "delete", ctrl_c)
        with pytest.raises(KeyboardInterrupt, match=r"^Stopped; all of import turnout/2 is as it was\.$"):
            office.undoes(2)
    assert (office.voters(), office.households(), office.rows(tables.replaced_voters)) == before
    assert office.undoes(2).restored == 1


def test_a_second_time_and_an_unknown_import_are_refused(office: Office) -> None:
    office.imports(ROSA)
    office.undoes(1)
    with pytest.raises(Refused) as again:
        office.undoes(1)
    assert str(again.value) == "Import 1 of turnout was taken back on 2026-10-06 already."
    with pytest.raises(Refused) as unknown:
        office.undoes(7)
    assert str(unknown.value) == "There is no import 7 in turnout."
