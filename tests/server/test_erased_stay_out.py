"""Who was erased on request stays out, whatever comes in later, and however the file writes the name."""

from __future__ import annotations

from pathlib import Path

import pytest

from phonetui.server import tables, voter_import
from phonetui.server.erasing import erase

from .office import ERASING_KEY, NOON, Office

THREE = "id,name,phone\n1,Rosa Owens,919-555-0101\n2,Amos Lee,919-555-0102\n3,Cy Moe,919-555-0103\n"


@pytest.fixture
def office(url: str, tmp_path: Path) -> Office:
    """A server with one campaign, on SQLite and then on PostgreSQL."""
    return Office(url, tmp_path)


def erases(office: Office, first_name: str) -> None:
    voter_id = int(office.voter(first_name).voter_id)
    with office.engine.begin() as connection:
        done = erase(connection, "turnout", [voter_id], NOON, erasing_key=ERASING_KEY, ticket_key=b"t" * 32)
    assert done.voters == 1


def test_who_is_erased_while_a_file_comes_in_does_not_come_back_with_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.imports(THREE)
    monkeypatch.setattr(voter_import, "CHUNK", 1)

    def progress(read: int, _bytes: int, _size: int) -> None:
        if read == 1:
            erases(office, "Cy")

    report = office.imports(THREE, progress=progress)
    assert (report.imported, report.merged, report.reasons) == (0, 2, {"erased on request": 1})
    assert sorted(row.ended for row in office.rows(tables.voters)) == ["", "", "erased"]


@pytest.mark.parametrize(
    ("erased", "comes"),
    [
        ("José,Muñoz", "JOSE,MUNOZ"),
        ("Jose,Munoz", "JOSÉ,MUÑOZ"),
        ("Anne,O’Neil", "ANNE,ONEIL"),
        ("Ann,Doe Jr", "Ann,Doe"),
        ("Ann,Doe", "ANN,DOE JR"),
    ],
)
def test_who_is_erased_stays_out_however_the_next_file_writes_the_name(office: Office, erased: str, comes: str) -> None:
    office.imports(f"id,first name,last name,phone\n1,{erased},919-555-0101\n")
    erases(office, erased.partition(",")[0])
    report = office.imports(f"first name,last name,phone\n{comes},919-555-0101\nAmos,Lee,919-555-0101\n")
    assert (report.imported, report.reasons) == (1, {"erased on request": 1})


def test_a_suffix_in_a_column_of_its_own_keeps_nobody_in(office: Office) -> None:
    office.imports("id,first name,last name,suffix,phone\n1,Ann,Doe,Jr,919-555-0101\n")
    erases(office, "Ann")
    assert office.imports("first name,last name,phone\nAnn,Doe,919-555-0101\n").reasons == {"erased on request": 1}
