"""Importing voter files: merging, households, refusals, dry runs."""

from __future__ import annotations

import hashlib
import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import event

from phonetui.core.campaign import Campaign
from phonetui.core.refusal import Refused
from phonetui.core.voter import Phone
from phonetui.server import tables, voter_import
from phonetui.server.engine import create_tables, database_url
from phonetui.server.identity import erasure_hashes
from phonetui.server.voter_import import ImportReport
from phonetui.server.voter_roll import Entry, Roll

from .office import ERASING_KEY, NOON, NORTH_CAROLINA, THRUTALK, VAN, Office, refused
from .phone_bank import SCHOOLS, TURNOUT

ROSA = "id,first name,last name,phone\n1,Rosa,Owens,919-555-0101\n"


@pytest.fixture
def office(url: str, tmp_path: Path) -> Office:
    """A server with one campaign, on SQLite and then on PostgreSQL."""
    return Office(url, tmp_path)


# -- the sample files --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "read", "imported", "merged", "reasons"),
    [
        (VAN, 1501, 1194, 1, {"no number": 306}),
        (
            NORTH_CAROLINA,
            1500,
            611,
            0,
            {"no number": 762, "registration removed": 81, "registration denied": 28, "confidential record": 18},
        ),
        (THRUTALK, 800, 795, 0, {"no number": 5}),
    ],
    ids=["VAN", "North Carolina", "ThruTalk"],
)
def test_every_row_of_a_sample_file_is_imported_merged_or_refused(
    office: Office, file: Path, read: int, imported: int, merged: int, reasons: dict[str, int]
) -> None:
    report = office.imports(file)
    left_out = sum(reasons.values())
    assert report == ImportReport(1, read, imported, merged, left_out, reasons, report.refused_file)
    assert imported + merged + left_out == read == file.read_bytes().count(b"\n") - 1
    assert len(refused(report)) == left_out
    assert len(office.voters()) == imported
    [row] = office.rows(tables.imports)
    assert (row.rows_read, row.imported, row.merged, row.refused) == (read, imported, merged, left_out)


def test_all_three_together_and_once_more_change_nothing(office: Office) -> None:
    for file in (VAN, NORTH_CAROLINA, THRUTALK):
        office.imports(file)
    before = office.everything()
    for file in (VAN, NORTH_CAROLINA, THRUTALK):
        again = office.imports(file)
        assert again.imported == 0
        assert again.merged + again.refused == again.rows_read
    assert office.everything() == before
    assert office.rows(tables.replaced_voters) == []


def test_the_refused_rows_are_written_down_without_names_or_numbers(office: Office) -> None:
    report = office.imports(NORTH_CAROLINA)
    text = Path(report.refused_file).read_text("utf-8")
    assert text.startswith("line,reason,id\n2,confidential record,BN000001\n")
    assert "555" not in text
    assert "GRANT" not in text.upper()


# -- merging -----------------------------------------------------------------------------------------------------------


def test_a_newer_file_updates_fields_and_keeps_the_history(office: Office) -> None:
    office.imports("id,first name,last name,age,phone\n1,Rosa,Owens,40,919-555-0101\n2,Amos,Lee,50,919-555-0102\n")
    newer = office.imports(
        "id,first name,last name,age,phone\n1,Rosa,Soto,41,919-555-0101\n2,Amos,Lee,50,919-555-0102\n"
    )
    assert (newer.imported, newer.merged) == (0, 2)
    assert (office.voter("Rosa").last_name, office.voter("Rosa").age) == ("Soto", 41)
    [former] = office.rows(tables.replaced_voters)
    assert (former.import_id, former.voter_id) == (2, 1)
    assert b"Owens" in former.body


def test_without_an_id_a_voter_is_known_by_name_and_number(office: Office) -> None:
    office.imports("name,phone,party\nRosa Owens,919-555-0101,D\nRosa Owens,919-555-0102,R\n")
    report = office.imports('name,phone,party\n"OWENS, Rosa",(919) 555-0101,I\n')
    assert (report.imported, report.merged) == (0, 1)
    assert [voter.party for voter in office.voters()] == ["I", "R"]


def test_a_father_and_a_son_of_one_name_and_number_are_two(office: Office) -> None:
    office.imports("first,last,suffix,phone\nEarl,Lee,Sr.,919-555-0101\nEarl,Lee,Jr.,919-555-0101\n")
    assert office.households() == [("Earl", "Earl")]


def test_a_very_long_id_is_still_one_voters_own(office: Office) -> None:
    long = "x" * 100
    office.imports(f"id,name,phone\n{long}1,Rosa Owens,919-555-0101\n{long}2,Amos Lee,919-555-0102\n")
    assert office.imports(f"id,name,phone\n{long}2,Amos Lee,919-555-0102\n").merged == 1
    assert len(office.voters()) == 2


def test_the_last_of_a_voters_rows_in_a_file_counts(office: Office) -> None:
    report = office.imports(f"{ROSA}1,Rosa,Soto,919-555-0102\n")
    assert (report.imported, report.merged) == (1, 1)
    assert office.voter("Rosa").last_name == "Soto"
    assert office.household("Rosa").number == "+19195550102"


def test_an_import_cut_short_is_done_again(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voter_import, "CHUNK", 400)

    def power_cut(rows: int, _read: int, _size: int) -> None:
        if rows >= 800:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        office.imports(VAN, progress=power_cut)
    half = len(office.voters())
    assert 0 < half < 800
    assert sum(len(home) for home in office.households()) == half
    again = office.imports(VAN)
    assert again.imported == 1194 - half
    assert len(office.voters()) == 1194


def test_ctrl_c_in_mid_chunk_leaves_whole_chunks_and_says_which(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(voter_import, "CHUNK", 400)
    written: list[int] = []
    add = Roll.add

    def add_and_stop(roll: Roll, entries: Sequence[Entry], import_id: int) -> None:
        add(roll, entries, import_id)
        written.append(len(entries))
        if len(written) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(Roll, "add", add_and_stop)
    with pytest.raises(KeyboardInterrupt) as stopped:
        office.imports(VAN)
    assert str(stopped.value) == (
        "Stopped after 800 rows of van-my-voters.txt, which are in as import turnout/1. "
        "Import the file again to go on, or take them back: phonetui server voters undo turnout/1"
    )
    assert len(office.voters()) == sum(written[:2])
    monkeypatch.undo()
    assert office.undoes(1).deleted == sum(written[:2])


def test_ctrl_c_before_anything_is_in_says_so(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(roll: Roll, entries: Sequence[Entry], import_id: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Roll, "add", stop)
    with pytest.raises(KeyboardInterrupt, match=r"^Stopped; nothing of voters\.csv is in\.$"):
        office.imports(ROSA)
    assert office.voters() == []


def test_chunks_leave_no_trace(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.add(SCHOOLS)
    monkeypatch.setattr(voter_import, "CHUNK", 7)
    office.imports(VAN)
    monkeypatch.setattr(voter_import, "CHUNK", 10_000)
    office.imports(VAN, SCHOOLS)

    def homes(campaign: Campaign) -> list[tuple[str, ...]]:
        people: defaultdict[int, list[str]] = defaultdict(list)
        for row in office.rows(tables.voters, campaign=campaign):
            people[row.household_id].append(row.file_key)
        return sorted(tuple(sorted(keys)) for keys in people.values())

    assert homes(TURNOUT) == homes(SCHOOLS)


# -- households --------------------------------------------------------------------------------------------------------


def test_those_who_share_the_number_to_call_are_one_household(office: Office) -> None:
    office.imports(
        "id,name,preferred phone,home phone\n"
        "1,Rosa Owens,919-555-0101,919-555-0199\n"
        "2,Amos Lee,919-555-0102,919-555-0199\n"
        "3,Fern Owens,919-555-0101,\n"
    )
    assert office.households() == [("Rosa", "Fern"), ("Amos",)]


def test_a_later_file_adds_to_a_household(office: Office) -> None:
    office.imports(ROSA)
    office.imports("id,name,phone\n2,Fern Owens,919-555-0101\n")
    assert office.households() == [("Rosa", "Fern")]


def test_a_number_that_more_than_eight_share_groups_nobody(office: Office) -> None:
    names = ["Rosa", "Amos", "Fern", "Isaac", "Pearl", "Olive", "Noor", "Kim", "Minh"]
    rows = [f"{place},{name} Owens,919-555-0101\n" for place, name in enumerate(names)]
    office.imports("id,name,phone\n" + "".join(rows[:8]))
    assert office.households() == [tuple(names[:8])]
    office.imports("id,name,phone\n" + "".join(rows))
    assert sorted(office.households()) == sorted((name,) for name in names)
    assert {home.number for home in office.rows(tables.households)} == {"+19195550101"}
    office.imports("id,name,phone\n99,Dana Owens,919-555-0101\n")
    assert ("Dana",) in office.households()


def test_the_same_number_in_two_campaigns_is_two_households(office: Office) -> None:
    office.add(SCHOOLS)
    office.imports(ROSA)
    office.imports(ROSA, SCHOOLS)
    assert office.households() == [("Rosa",)]
    assert len(office.rows(tables.households, campaign=SCHOOLS)) == 1


def test_a_new_number_moves_the_voter_to_its_household(office: Office) -> None:
    office.imports("id,name,phone\n1,Rosa Owens,919-555-0101\n2,Fern Owens,919-555-0101\n3,Amos Lee,919-555-0102\n")
    office.imports("id,name,phone\n2,Fern Owens,919-555-0102\n")
    assert office.households() == [("Rosa",), ("Amos", "Fern")]
    office.imports("id,name,phone\n1,Rosa Owens,919-555-0102\n")
    assert office.households(states=["ready"]) == [("Amos", "Fern", "Rosa")]
    assert office.households(states=["closed"]) == [()]


def test_a_voter_on_a_laptop_who_has_a_new_number_is_withdrawn_there(office: Office) -> None:
    office.imports(ROSA)
    office.set(tables.households, {"lent_to": "dana", "lent_at": NOON, "state": "lent"}, household_id=1)
    office.imports("id,name,phone\n1,Rosa Owens,919-555-0102\n")
    assert [(row.kind, row.subject) for row in office.rows(tables.news)] == [("withdrawn", "1")]


def test_households_at_one_address_are_called_in_a_row_and_the_list_keeps_its_order(office: Office) -> None:
    office.imports(
        "id,name,phone,address,unit,zip\n"
        "1,Rosa Owens,919-555-0101,12 Mill Street,,27701\n"
        "2,Amos Lee,919-555-0102,14 Mill St,Apt 1,27701\n"
        "3,Kim Soto,919-555-0103,14 Mill St,Apt 2,27701\n"
        "4,Fern Owens,919-555-0104,12  mill st.,,27701-1234\n"
        "5,Noor Khan,919-555-0105,14 Mill Street #1,,27701\n"
    )
    assert office.households() == [("Rosa",), ("Fern",), ("Amos",), ("Noor",), ("Kim",)]
    office.imports("id,name,phone,address,zip\n6,Olive Owens,919-555-0106,12 Mill St,27701\n")
    assert office.households()[:3] == [("Rosa",), ("Fern",), ("Olive",)]


def test_a_household_has_all_zones_of_its_members(office: Office) -> None:
    office.imports(
        "id,name,phone,zip\n1,Rosa Owens,919-555-0101,27701\n2,Fern Owens,919-555-0101,47708\n"
        "3,Amos Lee,919-555-0102,27701\n"
    )
    assert office.household("Rosa").zones == "America/Chicago America/New_York"
    office.imports("id,name,phone,zip\n4,Kim Lee,919-555-0102,80202\n")
    assert office.household("Amos").zones == "America/Denver America/New_York"


# -- numbers that are not called ---------------------------------------------------------------------------------------


def test_a_suppressed_number_is_left_out(office: Office) -> None:
    suppressed = {"number": "+19195550101", "reason": "import", "campaign_id": "schools", "at": NOON}
    office.insert(tables.suppressed_numbers, suppressed)
    report = office.imports(
        "id,name,phone,cell phone\n1,Rosa Owens,919-555-0101,808-555-0102\n2,Amos Lee,919-555-0101,\n"
    )
    assert report.imported == 2
    assert office.voter("Rosa").phones == (Phone("+18085550102", "cell"),)
    assert office.voter("Rosa").zones == ("Pacific/Honolulu",)
    assert office.voter("Amos").phones == ()
    assert office.ended() == {"Rosa": "", "Amos": "no-number"}
    assert office.households() == [("Rosa",)]
    assert office.household("Amos") is None


def test_a_voter_without_a_callable_number_is_called_once_a_file_brings_one(office: Office) -> None:
    suppressed = {"number": "+19195550101", "reason": "import", "campaign_id": "schools", "at": NOON}
    office.insert(tables.suppressed_numbers, suppressed)
    office.imports(ROSA)
    office.imports("id,name,phone\n1,Rosa Owens,919-555-0102\n")
    assert office.ended() == {"Rosa": ""}
    assert office.households(states=["ready"]) == [("Rosa",)]


def test_a_number_that_ended_is_passed_over_for_another(office: Office) -> None:
    wrong = {"campaign_id": "turnout", "number": "+19195550101", "attempt_id": "a"}
    office.insert(tables.ended_numbers, wrong)
    office.imports("id,name,phone,cell phone\n1,Rosa Owens,919-555-0101,919-555-0102\n2,Amos Lee,919-555-0101,\n")
    assert office.household("Rosa").number == "+19195550102"
    assert office.household("Amos").state == "closed"
    assert office.households(states=["ready"]) == [("Rosa",)]


# -- those who must not be called --------------------------------------------------------------------------------------


def test_an_erased_voter_stays_out_under_the_id_and_under_the_name(office: Office) -> None:
    office.imports("id,name,phone,cell phone\n1,Rosa Owens,919-555-0101,919-555-0102\n")
    hashes = erasure_hashes(ERASING_KEY, "id:1", office.voter("Rosa"))
    office.insert(tables.erased_voters, *({"campaign_id": "turnout", "keyed_hash": known} for known in hashes))
    report = office.imports("id,name,phone\n1,Rosa Soto,919-555-0103\n2,Amos Lee,919-555-0102\n")
    assert report.reasons == {"erased on request": 1}
    assert refused(report) == ["2,erased on request,"]
    assert office.imports("name,phone\nRosa Owens,919-555-0102\n").reasons == {"erased on request": 1}


def test_the_hash_of_an_erased_voter_tells_nothing_without_the_key(office: Office) -> None:
    office.imports(ROSA)
    [by_id, _by_name] = erasure_hashes(ERASING_KEY, "id:1", office.voter("Rosa"))
    assert by_id != hashlib.sha256(b"id:1").hexdigest()
    assert by_id not in erasure_hashes(b"other", "id:1", office.voter("Rosa"))


def test_a_record_that_has_become_confidential_is_not_called_any_more(office: Office) -> None:
    office.imports(ROSA)
    report = office.imports("id,name,phone,confidential\n1,Rosa Owens,919-555-0101,Y\n")
    assert report.reasons == {"confidential record": 1}
    assert office.ended() == {"Rosa": "removed"}
    assert office.household("Rosa").state == "closed"
    office.imports("id,name,phone,confidential\n1,Rosa Owens,919-555-0101,N\n")
    assert office.ended() == {"Rosa": ""}
    assert office.household("Rosa").state == "ready"


def test_an_old_record_of_another_county_does_not_stop_calls(office: Office) -> None:
    office.imports("id,name,phone,status\n1,Rosa Owens,919-555-0101,ACTIVE\n1,Rosa Owens,919-555-0101,REMOVED\n")
    assert office.ended() == {"Rosa": ""}


# -- dry runs, progress, refusals --------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", [VAN, NORTH_CAROLINA, THRUTALK], ids=["VAN", "North Carolina", "ThruTalk"])
def test_a_dry_run_counts_the_same_and_writes_nothing(
    office: Office, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(voter_import, "CHUNK", 100)
    trial = office.imports(file, dry_run=True)
    trial_refused = refused(trial)
    assert trial.import_id == 0
    assert office.voters() == []
    assert office.rows(tables.imports) == []
    done = office.imports(file)
    assert (trial.imported, trial.merged, trial.refused) == (done.imported, done.merged, done.refused)
    assert trial.reasons == done.reasons
    assert trial_refused == refused(done)
    assert office.imports(file, dry_run=True).merged == done.imported + done.merged


def test_progress_is_told_in_rows_and_bytes(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voter_import, "CHUNK", 500)
    told: list[tuple[int, int, int]] = []
    office.imports(VAN, progress=lambda rows, read, size: told.append((rows, read, size)))
    assert [rows for rows, _, _ in told] == [500, 1000, 1500, 1501]
    assert told[-1][1:] == (VAN.stat().st_size, VAN.stat().st_size)


def test_the_list_of_refused_rows_holds_no_formula(office: Office) -> None:
    office.imports("id,name,phone\n=1+1,Rosa Owens,\n\x1b]0;x\x07@2,Amos Lee,\n3,Ann Doe,919-555-0101\n")
    rows = (office.folder / "voters.csv.refused.csv").read_text("utf-8").splitlines()
    assert rows == ["line,reason,id", "2,no number,'=1+1", "3,no number,]0;x@2"]


def test_nothing_is_left_of_an_earlier_list_of_refused_rows(office: Office) -> None:
    first = office.imports(f"{ROSA}2,Amos,Lee,\n")
    assert Path(first.refused_file) == office.folder / "voters.csv.refused.csv"
    second = office.imports(ROSA)
    assert second.refused_file == ""
    assert not Path(first.refused_file).exists()


def test_an_unknown_campaign_is_refused_with_those_there_are(office: Office) -> None:
    with pytest.raises(Refused) as told:
        office.imports(ROSA, SCHOOLS)
    assert str(told.value) == "There is no campaign schools; there are turnout."


def test_a_refused_file_leaves_no_import(office: Office) -> None:
    with pytest.raises(Refused) as told:
        office.imports("id,name\n1,Rosa Owens\n")
    assert str(told.value) == (
        "voters.csv has no phone column that is recognised; if it has one, name it in a map file: "
        "--map FILE.yaml with a line such as `phone: its column`."
    )
    assert office.rows(tables.imports) == []


def test_refused_rows_that_cannot_be_written_are_an_answer(office: Office) -> None:
    (office.folder / "voters.csv.refused.csv").mkdir()
    with pytest.raises(Refused) as told:
        office.imports(ROSA)
    assert str(told.value).startswith(
        f"The refused rows cannot be written to {office.folder / 'voters.csv.refused.csv'} ("
    )


def test_a_full_disk_is_an_answer_and_the_import_is_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = database_url(tmp_path, None)
    create_tables(url)
    office = Office(url, tmp_path)
    monkeypatch.setattr(voter_import, "CHUNK", 100)

    def fill(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA max_page_count=200")

    event.listen(office.engine, "connect", fill)
    with pytest.raises(Refused) as told:
        office.imports(VAN)
    assert str(told.value) == (
        "The database could not be written (database or disk is full); what was done so far is kept. "
        "Mend that, and give the same command again."
    )
    half = len(office.voters())
    assert 0 < half < 1194
    event.remove(office.engine, "connect", fill)
    assert office.imports(VAN).imported == 1194 - half


def test_a_file_of_the_same_name_adds_to_its_list(office: Office) -> None:
    office.imports(ROSA)
    office.imports("id,name,phone\n2,Amos Lee,919-555-0102\n")
    office.imports(THRUTALK)
    assert [(row.list_id, row.name) for row in office.rows(tables.lists)] == [
        (1, "voters.csv"),
        (2, "thrutalk-contacts.csv"),
    ]
