"""A voter asks what is held of her, and that it be erased: she is found, shown, and gone from every table."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest
from sqlalchemy import select, update

from phonetui.core.event import HelpQuestion, Report
from phonetui.core.voter import Address, Phone, Voter
from phonetui.server import tables
from phonetui.server.connection_tables import pushes, remote_ids
from phonetui.server.finding import MOST_FOUND
from phonetui.server.identity import erasure_hashes
from phonetui.server.supervising_tables import audit
from phonetui.wire import ExchangeReply
from phonetui.wire_supervisors import Erased, HeldOfVoter, Sought, Words, decode_erased, decode_found, decode_held

from .conftest import Clock
from .phone_bank import KEYS, SCHOOLS, Laptop, PhoneBank, number, statuses
from .supervisors_office import SupervisorsOffice, office

#: Words that tell of Rosalind, and of nobody else.
TELLING = ("Rosalind", "Featherstone", number(1), number(501), "Larkspur", "rosy@", "SOS-77", "gate code", "has moved")
ROSALIND = Voter(
    "1",
    "Rosalind",
    "Featherstone",
    phones=(Phone(number(1)), Phone(number(501))),
    zones=("America/New_York",),
    address=Address("7 Larkspur Way"),
    email="rosy@example.org",
)


@pytest.fixture
def here(url: str, clock: Clock) -> Iterator[SupervisorsOffice]:
    with office(url, clock) as opened:
        opened.run(is_rosalind(opened.bank))
        yield opened


async def is_rosalind(bank: PhoneBank) -> None:
    values = {"file_key": "id:SOS-77", "body": msgspec.json.encode(ROSALIND)}
    async with bank.database.write() as connection:
        await connection.execute(update(tables.voters).where(tables.voters.c.voter_id == 1).values(values))
        await connection.execute(
            update(tables.households).where(tables.households.c.household_id == 1).values(address_key="7 larkspur way")
        )


def found(here: SupervisorsOffice, sam: Laptop, text: str) -> list[str]:
    return [voter.name for voter in decode_found(here.does(sam, "POST", "voters/find", Sought(text))).voters]


def shown(here: SupervisorsOffice, sam: Laptop, voter_id: str = "1") -> HeldOfVoter:
    return decode_held(here.does(sam, "GET", f"voters/{voter_id}"))


def erases(here: SupervisorsOffice, sam: Laptop, voter_id: str = "1") -> Erased:
    return decode_erased(here.does(sam, "DELETE", f"voters/{voter_id}"))


async def everything(bank: PhoneBank) -> str:
    """All that is in the database, but the log, in one text."""
    told = []
    async with bank.database.read() as connection:
        for table in tables.metadata.sorted_tables:
            told += [f"{table.name} {row._mapping}" for row in await connection.execute(select(table))]
    return "\n".join(told)


def says_a_lot(here: SupervisorsOffice, clock: Clock, dana: Laptop) -> ExchangeReply:
    """Dana calls Rosalind, and much is written down of her."""
    here.borrows(dana, 1)
    ticket = dana.known["1"].tickets["1"]
    said = {"at": clock(), "campaign_id": "turnout", "voter_id": "1", "ticket": ticket}
    report = Report(id="r-1", seq=50, about="address", text="Rosalind has moved", **said)  # type: ignore[arg-type]
    asked = HelpQuestion(id="q-1", seq=51, text="Featherstone wants a ride", **said)  # type: ignore[arg-type]
    outcome = dana.outcome("1", "talked", note="gate code 4711", answers={"why": "Larkspur needs a bus"})
    return here.run(dana.sends(report, asked, outcome))


def test_she_is_found_by_id_number_and_name(here: SupervisorsOffice) -> None:
    sam = here.joins("sam", "supervisor")
    for text in ("SOS-77", "(212) 555-0001", number(501), "featherstone rosa", "Featherstone, Rosalind"):
        assert found(here, sam, text) == ["Rosalind Featherstone"], text
    assert found(here, sam, "Larkspur") == []
    assert found(here, sam, "100%") == []
    assert here.refused(sam, "POST", "voters/find", Sought()) == (
        "refused",
        "Type a name, a number, or the id that the voter's file has.",
    )
    assert here.audited()[0] == ("sam", "searched", "")


NAMED = (
    ("JOSÉ", "MUÑOZ", ("josé muñoz", "José Muñoz", "JOSÉ MUÑOZ", "Jose Munoz", "jose\u0301", "muñoz, j")),
    ("Ángel", "Ruiz", ("Ángel Ruiz", "ángel", "angel", "ANGEL RUIZ")),
    ("Bob", '"Bo" \\ Oak', ('"bo"', "\\ oak", "bob")),
    ("Renée", "Größe", ("GRÖSSE", "Grösse", "grosse", "renee")),
    ("İpek", "Łukasiewicz", ("ipek", "İPEK", "lukasiewicz", "ŁUKASIEWICZ")),
    ("Sinéad", "O’Hara", ("o'hara", "O’HARA", "sinead")),
    ("明", "李", ("李", "李 明", "明")),
)


@pytest.mark.parametrize(("first", "last", "typed"), NAMED, ids=[last for _, last, _ in NAMED])
def test_a_name_is_found_however_it_is_typed(
    here: SupervisorsOffice, first: str, last: str, typed: tuple[str, ...]
) -> None:
    here.run(is_voter(here.bank, 2, Voter("2", first, last)))
    sam = here.joins("sam", "supervisor")
    for text in typed:
        assert found(here, sam, text) == [f"{first} {last}"], text


def test_one_typed_with_accents_is_found_without(here: SupervisorsOffice) -> None:
    here.run(is_voter(here.bank, 2, Voter("2", "JOSE", "MUNOZ")))
    assert found(here, here.joins("sam", "supervisor"), "José Muñoz") == ["JOSE MUNOZ"]


def test_an_id_of_one_figure_is_one(here: SupervisorsOffice) -> None:
    assert found(here, here.joins("sam", "supervisor"), "3") == ["Ann Doe"]


def test_many_who_live_in_a_street_of_that_name_hide_nobody(
    here: SupervisorsOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("phonetui.server.finding.AT_ONCE", 5)
    here.run(here.bank.households_from(4, MOST_FOUND + 10))
    for voter_id in range(1, MOST_FOUND + 10):
        here.run(is_voter(here.bank, voter_id, Voter(str(voter_id), "Ann", "Doe", address=Address("1 Mill Ct"))))
    here.run(is_voter(here.bank, MOST_FOUND + 10, Voter("30", "Ida", "Mill")))
    assert found(here, here.joins("sam", "supervisor"), "mill") == ["Ida Mill"]


async def is_voter(bank: PhoneBank, voter_id: int, voter: Voter) -> None:
    this = tables.voters.c.voter_id == voter_id
    async with bank.database.write() as connection:
        await connection.execute(update(tables.voters).where(this).values(body=msgspec.json.encode(voter)))


@pytest.mark.parametrize(
    ("first", "last", "typed"),
    [
        ("Tim", "O'BRIEN", ["OBRIEN", "o brien", "O’Brien, Tim"]),
        ("Tim", "OBRIEN", ["O'Brien", "tim o’brien"]),
        ("Ann", "Smith-Jones", ["smithjones", "Smith Jones", "Smith-Jones, Ann"]),
        ("Ann", "SMITH JONES", ["Smith-Jones", "smithjones"]),
        ("Mary Ann", "De La Cruz", ["DELACRUZ", "de la cruz, mary ann"]),
        ("J.R.", "Mc Donald", ["JR McDonald", "j.r."]),
        ("Zoë", "O’Neil", ["ONEIL", "zoe o'neil"]),
    ],
)
def test_a_name_is_found_with_its_signs_or_without(
    here: SupervisorsOffice, first: str, last: str, typed: list[str]
) -> None:
    here.run(is_voter(here.bank, 2, Voter("2", first, last, phones=(Phone(number(2)),))))
    sam = here.joins("sam", "supervisor")
    for text in typed:
        assert found(here, sam, text) == [f"{first} {last}"], text
    assert found(here, sam, "-") == []


def test_of_many_the_first_are_shown(here: SupervisorsOffice) -> None:
    here.run(here.bank.households_from(4, MOST_FOUND + 10))
    sam = here.joins("sam", "supervisor")
    answer = decode_found(here.does(sam, "POST", "voters/find", Sought("ann doe")))
    assert (len(answer.voters), answer.more) == (MOST_FOUND, True)


def test_all_that_is_held_of_her_is_shown(here: SupervisorsOffice, clock: Clock) -> None:
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    says_a_lot(here, clock, dana)
    held = shown(here, sam)
    assert held.name == "Rosalind Featherstone"
    assert {name: len(rows) for name, rows in held.held.items()} == {
        "voters": 1,
        "lists": 1,
        "households": 1,
        "events": 3,
        "attempts": 1,
        "questions": 1,
    }
    body = held.held["attempts"][0]["body"]
    assert isinstance(body, dict)
    assert body["note"] == "gate code 4711"
    assert here.audited() == [("sam", "shown", "1")]


def test_after_erasing_nothing_tells_of_her_and_all_is_counted_as_before(here: SupervisorsOffice, clock: Clock) -> None:
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    says_a_lot(here, clock, dana)
    here.does(sam, "POST", "questions/q-1/answer", Words("Rosalind gets one at nine."))
    former = {"campaign_id": "turnout", "import_id": 1, "voter_id": 1, "body": msgspec.json.encode(ROSALIND)}
    here.run(here.bank.insert(tables.replaced_voters, former))
    theirs = {"campaign_id": "turnout", "name": "van", "kind": "person", "file_id": "SOS-77", "remote_id": "SOS-77"}
    here.run(here.bank.insert(remote_ids, theirs))
    [attempt] = here.run(here.bank.rows(tables.attempts, "attempt_id"))
    push = {"campaign_id": "turnout", "name": "van", "event_id": "e-1", "attempt_id": attempt[0], "state": "refused"}
    here.run(here.bank.insert(pushes, {**push, "said": "Featherstone is unknown"}))
    before = (here.run(here.bank.figures()), here.evening(sam).today)
    assert all(word in here.run(everything(here.bank)) for word in TELLING)
    done = erases(here, sam)
    left = here.run(everything(here.bank))
    assert [word for word in TELLING if word in left] == []
    assert (here.run(here.bank.figures()), here.evening(sam).today) == before
    assert done.still == (
        "Backups made before now still hold them; erase them again if one is ever put in place.",
        "van knows them, too; ask there that they be erased.",
    )
    assert here.audited()[0] == ("sam", "erased", "1")
    assert found(here, sam, "SOS-77") == []
    assert here.refused(sam, "DELETE", "voters/1") == (
        "refused",
        "There is no such voter, or they have been erased; find them again.",
    )


def test_she_stays_out_of_the_next_import(here: SupervisorsOffice) -> None:
    sam = here.joins("sam", "supervisor")
    erases(here, sam)
    kept = {row[0] for row in here.run(here.bank.rows(tables.erased_voters, "keyed_hash"))}
    assert kept == set(erasure_hashes(KEYS.erasing, "id:SOS-77", ROSALIND))


def test_a_laptop_that_has_her_drops_her_and_what_it_recorded_counts_without_a_word(
    here: SupervisorsOffice, clock: Clock
) -> None:
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    here.borrows(dana, 1)
    assert "A laptop that has them drops them when it is next online." in erases(here, sam).still
    outcome = dana.outcome("1", "talked", note="gate code 4711", answers={"why": "Larkspur"})
    reply = here.run(dana.sends(outcome))
    assert statuses(reply.receipts) == ["stored"]
    left = here.run(everything(here.bank))
    assert [word for word in TELLING if word in left] == []
    assert here.run(here.bank.figures()).talks == 1
    again = here.run(dana.sends(outcome))
    assert statuses(again.receipts) == ["duplicate"]


def test_a_watching_laptop_is_told_whom_to_drop(here: SupervisorsOffice) -> None:
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    here.borrows(dana, 2)
    erases(here, sam)
    reply = here.run(dana.sends())
    assert set(reply.withdrawn) | set(reply.ended) == {"1"}


def test_those_who_share_her_number_stay(here: SupervisorsOffice) -> None:
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    here.run(here.bank.household(9, "Bea", "Cal"))
    bea = found(here, sam, "bea doe")
    assert bea == ["Bea Doe"]
    [voter] = decode_found(here.does(sam, "POST", "voters/find", Sought("bea doe"))).voters
    erases(here, sam, voter.voter_id)
    assert found(here, sam, number(9)) == ["Cal Doe"]
    assert number(9) in here.run(dana.borrows(25))
    assert [len(lease.household.voters) for lease in dana.hand.values() if lease.household.number == number(9)] == [1]


def test_her_do_not_call_outlives_her(here: SupervisorsOffice) -> None:
    here.run(here.bank.add(SCHOOLS))
    here.run(here.bank.household(1, campaign=SCHOOLS))
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    here.borrows(dana, 1)
    here.run(dana.sends(dana.outcome("1", "do_not_call")))
    done = erases(here, sam)
    assert "Their number stays on the do-not-call list, so that nobody calls it." in done.still
    assert "Their number is in schools, too; look for them there." in done.still
    assert here.run(here.bank.rows(tables.suppressed_numbers, "number", "reason")) == [(number(1), "call")]


@pytest.mark.parametrize("voter_id", ["0", "x", "99999999999999", "7"])
def test_there_is_no_such_voter(here: SupervisorsOffice, voter_id: str) -> None:
    sam = here.joins("sam", "supervisor")
    sentence = "There is no such voter, or they have been erased; find them again."
    assert here.refused(sam, "GET", f"voters/{voter_id}") == ("refused", sentence)
    assert here.run(here.bank.count(audit)) == 0
