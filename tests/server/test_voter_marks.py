"""Marking voters of a file as having voted, or as not to be called."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from phonetui.core.campaign import ENDED_BY_SERVER
from phonetui.core.refusal import Refused
from phonetui.core.voter import Phone
from phonetui.server import tables, voter_marks
from phonetui.server.household_states import NO_NUMBER, WITHDRAWN
from phonetui.server.voter_marks import MarkReport, mark

from .office import NOON, Office
from .phone_bank import SCHOOLS

THREE = (
    "id,first name,last name,phone,cell phone\n"
    "1,Rosa,Owens,919-555-0101,919-555-0104\n2,Amos,Lee,919-555-0102,\n3,Fern,Owens,919-555-0101,919-555-0103\n"
)


@pytest.fixture
def office(url: str, tmp_path: Path) -> Office:
    """A server with two campaigns, and three voters in one of them."""
    office = Office(url, tmp_path)
    office.add(SCHOOLS)
    office.imports(THREE)
    return office


def test_those_who_have_voted_are_not_called_any_more(office: Office) -> None:
    assert office.marks("voted", "voter id\n2\n3\n99\n") == MarkReport(3, 2, 1, 0, voters=2, numbers=0)
    assert office.ended() == {"Rosa": "", "Amos": "voted", "Fern": "voted"}
    assert office.households(states=["ready"]) == [("Rosa", "Fern")]
    assert office.household("Amos").state == "closed"


def test_marking_twice_ends_nobody_twice(office: Office) -> None:
    office.marks("voted", "voter id\n2\n")
    assert office.marks("voted", "voter id\n2\n") == MarkReport(1, 1, 0, 0, voters=0, numbers=0)


def test_without_an_id_name_and_number_tell_who_is_meant(office: Office) -> None:
    report = office.marks("voted", 'name,phone\n"OWENS, Rosa",(919) 555-0101\nRosa Owens,919-555-0102\n')
    assert report == MarkReport(2, 1, 1, 0, voters=1, numbers=0)
    assert office.ended()["Rosa"] == "voted"
    assert office.ended()["Fern"] == ""


def test_a_laptop_that_holds_a_voter_is_told(office: Office) -> None:
    office.set(tables.households, {"lent_at": NOON, "lent_to": "dana", "state": "lent"}, number="+19195550101")
    office.marks("voted", "voter id\n1\n2\n")
    assert [(row.kind, row.subject) for row in office.rows(tables.news)] == [("withdrawn", "1")]


def test_voted_is_not_undone_by_a_newer_file(office: Office) -> None:
    office.marks("voted", "voter id\n1\n2\n3\n")
    office.imports(THREE.replace("0102", "0109"))
    assert set(office.ended().values()) == {"voted"}
    assert office.households(states=["ready"]) == []


def test_do_not_call_suppresses_every_number_of_the_voter(office: Office) -> None:
    assert office.marks("do_not_call", "voter id\n1\n") == MarkReport(1, 1, 0, 0, voters=1, numbers=2)
    assert office.ended() == {"Rosa": "do-not-call", "Amos": "", "Fern": ""}
    assert office.household("Fern").number == "+19195550103"
    assert office.households(states=["ready"]) == [("Amos",), ("Fern",)]
    suppressed = office.rows(tables.suppressed_numbers)
    assert [(row.number, row.reason, row.at) for row in suppressed] == [
        ("+19195550101", "import", NOON),
        ("+19195550104", "import", NOON),
    ]
    told = {row.subject for row in office.rows(tables.news) if row.kind == "suppressed"}
    assert told == {"+19195550101", "+19195550104"}


def test_a_file_of_bare_numbers_acts_in_every_campaign(office: Office) -> None:
    office.imports("id,name,phone\n7,Kim Soto,919-555-0102\n", SCHOOLS)
    report = office.marks("do_not_call", "Phone\n919-555-0102\n919-555-0199\n555\n")
    assert msgspec.structs.replace(report, refused_file="") == MarkReport(
        3, 1, 1, 1, voters=0, numbers=2, reasons={"the number is too short": 1}
    )
    assert Path(report.refused_file).read_text("utf-8") == "line,reason,id\n4,the number is too short,\n"
    assert office.ended()["Amos"] == "no-number"
    assert [row.state for row in office.rows(tables.households, campaign=SCHOOLS)] == ["closed"]
    assert [row.subject for row in office.rows(tables.news, campaign=SCHOOLS)] == ["+19195550102", "+19195550199"]


def test_bare_numbers_need_no_header(office: Office) -> None:
    report = office.marks("do_not_call", "(919) 555-0102\n919-555-0199\n\n555\n")
    assert (report.rows_read, report.found, report.not_found, report.refused, report.numbers) == (3, 1, 1, 1, 2)
    assert Path(report.refused_file).read_text("utf-8").splitlines()[1:] == ["4,the number is too short,"]
    assert office.marks("do_not_call", "+1 919 555 0101\n").numbers == 1


def test_a_row_without_an_id_names_nobody(office: Office) -> None:
    report = office.marks("voted", "voter id,county\n,Wake\n2,Wake\n")
    assert (report.found, report.reasons) == (1, {"no id": 1})


def test_a_header_alone_marks_nobody(office: Office) -> None:
    with pytest.raises(Refused) as refused:
        office.marks("voted", "voter id\n")
    assert str(refused.value) == "marked.csv has no rows under its header; export it again."


def test_a_number_that_a_caller_suppressed_first_stays_suppressed_when_the_caller_undoes_it(office: Office) -> None:
    asked = {"number": "+19195550102", "reason": "an attempt", "campaign_id": "turnout", "at": NOON}
    office.insert(tables.suppressed_numbers, asked)
    assert office.marks("do_not_call", "Phone\n919-555-0102\n").numbers == 0
    reasons = {row.reason for row in office.rows(tables.suppressed_numbers)}
    assert reasons == {"an attempt", "import"}


def test_a_suppressed_number_stays_out_of_later_files(office: Office) -> None:
    office.marks("do_not_call", "Phone\n919-555-0101\n")
    office.imports(THREE)
    assert office.voter("Rosa").phones == (Phone("+19195550104", "cell"),)
    assert sorted(office.households(states=["ready"])) == [("Amos",), ("Fern",), ("Rosa",)]


def test_a_file_that_names_nobody_is_refused(office: Office) -> None:
    with pytest.raises(Refused) as nobody:
        office.marks("do_not_call", "name\nRosa Owens\n")
    assert str(nobody.value).startswith("marked.csv has no phone column that is recognised; ")
    with pytest.raises(Refused) as numbers:
        office.marks("voted", "phone\n919-555-0101\n")
    assert str(numbers.value).startswith("marked.csv has no name column that is recognised; ")


def test_what_the_server_ends_voters_with_is_no_disposition_of_a_campaign() -> None:
    assert set(ENDED_BY_SERVER) == {*WITHDRAWN, NO_NUMBER}


def test_ctrl_c_leaves_whole_chunks_and_says_how_many_rows_they_are(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(voter_marks, "CHUNK", 1)
    file = office.file("voter id\n1\n2\n3\n", "marked.csv")
    seen: list[int] = []

    def ctrl_c(rows: int, _read: int, _size: int) -> None:
        seen.append(rows)
        if rows == 2:
            raise KeyboardInterrupt

    with office.engine.connect() as connection, pytest.raises(KeyboardInterrupt) as stopped:
        mark(connection, "turnout", file, "voted", now=NOON, progress=ctrl_c)
    assert str(stopped.value) == "Stopped after 2 rows of marked.csv, which are marked; mark the file again to go on."
    assert seen == [1, 2]
    assert office.ended() == {"Rosa": "voted", "Amos": "voted", "Fern": ""}


def test_ctrl_c_before_anybody_is_marked_marks_nobody(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    class Stopped(voter_marks._Marking):
        def take(self, people: Sequence[voter_marks.Person]) -> tuple[int, int, int]:
            super().take(people)
            raise KeyboardInterrupt

    monkeypatch.setattr(voter_marks, "_Marking", Stopped)
    with pytest.raises(KeyboardInterrupt, match=r"^Stopped; nothing of marked\.csv is marked\.$"):
        office.marks("voted", "voter id\n1\n")
    assert set(office.ended().values()) == {""}
