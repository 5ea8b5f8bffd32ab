"""A voter file without ids comes first, and then the list of a system that knows the same people."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from phonetui.core.voter import decode_voter
from phonetui.server import tables
from phonetui.server.push_outbox import Pushing
from phonetui.server.voter_import import import_voters
from tests.server.connectors.evening import NAME, Evening
from tests.server.connectors.small import FILE, Small, install, person
from tests.server.phone_bank import PhoneBank


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Small:
    """Two people are on the list: Ana Diaz 1 and Ana Diaz 2."""
    made = Small()
    install(monkeypatch, made)
    made.people = [person(1), person(2)]
    return made


@pytest.fixture
def evening(url: str, tmp_path: Path, small: Small) -> Evening:
    return Evening(url, tmp_path, FILE, secrets={"key": "k"})


def takes_file(evening: Evening, *rows: str) -> None:
    file = evening.folder / "ours.csv"
    file.write_text("\n".join(["first name,last name,phone", *rows, ""]))
    with evening.engine.connect() as connection:
        import_voters(connection, "turnout", file, erasing_key=b"e" * 32, now=evening.clock())


def here(evening: Evening) -> list[tuple[str, str, str]]:
    """Everybody: the id, the last name, and why they are not called."""
    with evening.engine.connect() as connection:
        rows = connection.execute(tables.voters.select().order_by(tables.voters.c.voter_id)).all()
    return [
        (row.file_key.removeprefix("id:").partition(":")[0], decode_voter(row.body).last_name, row.ended)
        for row in rows
    ]


def calls_everybody(evening: Evening, disposition: str) -> None:
    async def story(bank: PhoneBank) -> None:
        dana = await bank.join("Dana")
        await dana.borrows(9)
        called = [voter_id for lease in dana.hand.values() for voter_id in lease.tickets]
        await dana.sends(*(dana.outcome(voter_id, disposition, done=True) for voter_id in called))

    evening._call(story)


def test_who_was_called_before_the_list_came_is_one_voter_and_is_told_of(evening: Evening, small: Small) -> None:
    takes_file(evening, "ANA,Diaz 1,(212) 555-0001")
    calls_everybody(evening, "talked")
    evening.clock.passes(minutes=11)
    assert evening.push() == Pushing(strangers=1)
    report = evening.pull()
    assert (report.imported, report.merged) == (1, 1)
    assert here(evening) == [("S1", "Diaz 1", "talked"), ("S2", "Diaz 2", "")]
    assert evening.push() == Pushing(pushed=1)
    assert [one.file_id for one in small.told] == ["S1"]
    assert evening.pull().merged == 2


def test_such_a_voter_leaves_with_the_list(evening: Evening, small: Small) -> None:
    takes_file(evening, "Ana,Diaz 1,2125550001")
    evening.pull()
    small.people.pop(0)
    assert evening.pull().withdrawn == 1
    assert here(evening) == [("S1", "Diaz 1", "removed"), ("S2", "Diaz 2", "")]


def test_another_name_or_number_is_somebody_else(evening: Evening, small: Small) -> None:
    takes_file(evening, "Ana,Diaz 1,2125550009", "Eva,Diaz 2,2125550002")
    assert evening.pull().imported == 2
    assert [file_id for file_id, *_ in here(evening)] == ["np", "np", "S1", "S2"]


def test_of_two_with_one_name_and_number_nobody_takes_the_place(evening: Evening, small: Small) -> None:
    father = person(1)
    small.people = [father, replace(father, fields={**father.fields, "id": "S7"})]
    takes_file(evening, "Ana,Diaz 1,2125550001")
    assert evening.pull().imported == 2
    assert [file_id for file_id, *_ in here(evening)] == ["np", "S1", "S7"]


def test_who_is_known_by_the_id_already_stays_who_they_are(evening: Evening, small: Small) -> None:
    evening.pull()
    takes_file(evening, "Ana,Diaz 1,2125550001")
    assert evening.pull().merged == 2
    assert [file_id for file_id, *_ in here(evening)] == ["S1", "S2", "np"]


def test_the_voter_is_of_the_systems_list_from_then_on(evening: Evening, small: Small) -> None:
    takes_file(evening, "Ana,Diaz 1,2125550001")
    evening.pull()
    same = tables.lists.c.list_id == tables.voters.c.list_id
    with evening.engine.connect() as connection:
        names = connection.scalars(select(tables.lists.c.name).join(tables.voters, same)).all()
    assert names == [NAME, NAME]
