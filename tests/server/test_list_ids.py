"""Two lists give one id to two people, or to one."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from msgspec.structs import replace

from phonetui.core.refusal import Refused
from phonetui.core.voter import decode_voter
from phonetui.server import connection_work, connections, tables
from phonetui.server.connectors.connector import PulledVoter
from phonetui.server.list_ids import SOMEBODY_ELSES
from phonetui.server.pulling import PullReport
from phonetui.server.voter_import import ImportReport, import_voters
from phonetui.server.voter_undo import undo_import
from tests.server.connectors.evening import NAME, Evening
from tests.server.connectors.small import FILE, THEIRS, Small, install
from tests.server.phone_bank import PhoneBank

BOB = "7,Bob,Stone,2125559999\n"
EVE = PulledVoter({"id": "7", "first_name": "Eve", "last_name": "Moore", "cell_phone": "2125550777"})
BOB_THERE = PulledVoter({"id": "7", "first_name": "BOB", "last_name": "Stone", "cell_phone": "(212) 555-9999"})


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Small:
    made = Small()
    install(monkeypatch, made)
    made.people = [EVE]
    return made


@pytest.fixture
def evening(url: str, tmp_path: Path, small: Small) -> Evening:
    return Evening(url, tmp_path, FILE, secrets={"key": "k"})


def takes_file(evening: Evening, rows: str, *, dry_run: bool = False) -> ImportReport:
    """A voter file of the county's."""
    file = evening.folder / "county.csv"
    file.write_text(f"id,first name,last name,phone\n{rows}")
    with evening.engine.connect() as connection:
        return import_voters(connection, "turnout", file, erasing_key=b"e" * 32, now=evening.clock(), dry_run=dry_run)


def second_pull(evening: Evening, source: str = FILE) -> PullReport:
    """Another connection's."""
    evening.environment["PHONETUI_CONNECT_SECOND_KEY"] = "k"
    with evening.engine.begin() as connection:
        connections.add(connection, "second", source, "second.yaml", evening.clock())
    with evening.engine.connect() as connection:
        return connection_work.pull(connection, "second", evening.office)


def says_theirs(evening: Evening) -> None:
    with evening.engine.begin() as connection:
        connections.add(connection, NAME, THEIRS, "there.yaml", evening.clock())


def names(evening: Evening) -> list[str]:
    """Who is here, and why they are not called."""
    with evening.engine.connect() as connection:
        rows = connection.execute(tables.voters.select().order_by(tables.voters.c.voter_id)).all()
    return [f"{decode_voter(row.body).first_name} {row.ended}".strip() for row in rows]


def told(evening: Evening, small: Small) -> list[tuple[str, str]]:
    """Whom the system is told of after everybody was called."""

    async def story(bank: PhoneBank) -> None:
        dana = await bank.join("Dana")
        await dana.borrows(9)
        called = [voter_id for lease in dana.hand.values() for voter_id in lease.tickets]
        await dana.sends(*(dana.outcome(voter_id, "not_home", done=False) for voter_id in called))

    evening._call(story)
    evening.clock.passes(minutes=11)
    evening.push()
    return [(one.file_id, one.voter.first_name) for one in small.told]


def test_nobody_takes_the_place_of_another_by_an_id(evening: Evening, small: Small) -> None:
    takes_file(evening, BOB)
    report = evening.pull()
    assert (report.came, report.merged, report.refused, report.reasons) == (1, 0, 1, {SOMEBODY_ELSES: 1})
    assert SOMEBODY_ELSES == (
        "somebody else has its id here, by another list; where the ids of both mean the same people, write "
        "`ids: theirs` in the connection's file"
    )
    assert names(evening) == ["Bob"]
    assert told(evening, small) == []


def test_nobody_is_taken_out_of_calling_for_another_by_an_id(evening: Evening, small: Small) -> None:
    takes_file(evening, BOB)
    hidden = replace(EVE, fields={**EVE.fields, "confidential": "yes"})
    small.people = [hidden]
    assert evening.pull().reasons == {"confidential record": 1}
    assert names(evening) == ["Bob"]
    says_theirs(evening)
    evening.pull()
    assert names(evening) == ["Bob removed"]


def test_nor_by_a_voter_file_that_comes_later(evening: Evening, small: Small) -> None:
    evening.pull()
    looked = takes_file(evening, BOB, dry_run=True)
    report = takes_file(evening, f"{BOB}8,Al,Gray,2125558888\n")
    assert (looked.merged, looked.refused) == (0, 1)
    assert (report.imported, report.merged, report.reasons) == (1, 0, {SOMEBODY_ELSES: 1})
    with Path(report.refused_file).open(newline="") as file:
        assert list(csv.reader(file))[1:] == [["2", SOMEBODY_ELSES, "7"]]
    assert names(evening) == ["Eve", "Al"]
    assert told(evening, small) == [("7", "Eve")]


def test_nor_by_another_connections_list(evening: Evening, small: Small) -> None:
    evening.pull()
    small.people = [BOB_THERE]
    assert second_pull(evening).reasons == {SOMEBODY_ELSES: 1}
    assert names(evening) == ["Eve"]


def test_who_has_the_same_name_and_number_is_the_same(evening: Evening, small: Small) -> None:
    takes_file(evening, BOB)
    small.people = [BOB_THERE]
    assert (evening.pull().merged, names(evening)) == (1, ["Bob"])
    moved = {**BOB_THERE.fields, "first_name": "Robert", "cell_phone": "2125551111"}
    small.people = [replace(BOB_THERE, fields=moved)]
    assert (evening.pull().merged, names(evening)) == (1, ["Robert"])
    assert takes_file(evening, BOB).merged == 1
    assert told(evening, small) == [("7", "Bob")]


def test_a_file_knows_again_whom_it_once_knew(evening: Evening, small: Small) -> None:
    small.people = [BOB_THERE]
    evening.pull()
    assert takes_file(evening, BOB).merged == 1
    assert takes_file(evening, "7,Bob,Stone,2125551111\n").merged == 1


def test_ids_that_are_theirs_need_no_name(evening: Evening, small: Small) -> None:
    takes_file(evening, BOB)
    says_theirs(evening)
    assert (evening.pull().merged, names(evening)) == (1, ["Eve"])
    assert takes_file(evening, BOB).merged == 1
    assert told(evening, small) == [("7", "Bob")]


def test_ids_of_files_are_not_those_of_another_system(evening: Evening, small: Small) -> None:
    evening.pull()
    small.people = [BOB_THERE]
    assert second_pull(evening, THEIRS).refused == 1
    assert told(evening, small) == [("7", "Eve")]
    small.told.clear()
    with evening.engine.connect() as connection:
        assert connection_work.push(connection, "second", evening.office).pushed == 0
    assert small.told == []


def test_whose_id_was_taken_back_may_be_somebody_else(evening: Evening, small: Small) -> None:
    small.people = [BOB_THERE]
    evening.pull()
    with evening.engine.connect() as connection:
        undo_import(connection, "turnout", 1, evening.clock())
    assert names(evening) == []
    takes_file(evening, "7,Ann,Lee,2125553333\n")
    assert told(evening, small) == []


def test_who_does_not_want_to_be_called_there_is_not_taken_for_another(evening: Evening, small: Small) -> None:
    takes_file(evening, BOB)
    small.people = [replace(EVE, do_not_call=True)]
    assert evening.pull().do_not_call == 1
    assert names(evening) == ["Bob"]
    assert told(evening, small) == []
    small.people = [replace(BOB_THERE, do_not_call=True)]
    evening.pull()
    assert names(evening) == ["Bob do-not-call"]


def test_ids_of_another_database_are_not_kept_under_the_same_name(evening: Evening) -> None:
    of_voters = "system: van\ncampaign: turnout\napplication: a\nlist: 1\n"
    of_campaign = f"{of_voters}database: my_campaign\n"
    with evening.engine.begin() as connection:
        connections.add(connection, "van", of_voters, "van.yaml", evening.clock())
        connections.add(connection, "van", of_campaign, "van.yaml", evening.clock())  # nobody has come yet
        connections.add(connection, "van", of_voters, "van.yaml", evening.clock())
        connections.change(connection, connections.find(connection, "van"), {"pulled_at": evening.clock()})
        with pytest.raises(Refused) as refused:
            connections.add(connection, "van", of_campaign, "van.yaml", evening.clock())
        connections.add(connection, "van", of_voters.replace("list: 1", "list: 2"), "van.yaml", evening.clock())
    assert str(refused.value) == (
        "With another `database` voters have other ids in NGP VAN, and those of before are kept under the name van; "
        "choose another name."
    )
