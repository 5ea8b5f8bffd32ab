"""Numbers that nobody on the server calls: added by a supervisor, looked for, and kept whatever callers take back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from phonetui.wire_do_not_call import (
    Numbers,
    NumbersFile,
    OneNumber,
    ReadNumbers,
    SuppressedNumber,
    TakenNumbers,
    decode_read_numbers,
    decode_suppressed,
    decode_taken,
)
from phonetui.wire_supervisors import Sought

from .conftest import Clock
from .phone_bank import Laptop, number
from .supervisors_office import SupervisorsOffice, office


@pytest.fixture
def here(url: str, clock: Clock) -> Iterator[SupervisorsOffice]:
    with office(url, clock) as opened:
        yield opened


def test_numbers_are_added_once_and_nobody_is_lent_them(here: SupervisorsOffice) -> None:
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    written = ("(212) 555-0001", "212.555.0001", "not a number", "+1 212 555 0002")
    taken = decode_taken(here.does(sam, "POST", "do-not-call", Numbers(written)))
    assert taken == TakenNumbers(2, ("not a number",))
    assert here.run(dana.borrows(25)) == [number(3)]
    again = decode_taken(here.does(sam, "POST", "do-not-call", Numbers(written)))
    assert again.added == 0
    assert here.audited() == [("sam", "suppressed", "2"), ("sam", "suppressed", "2")]


def test_a_laptop_that_has_the_number_gives_it_up(here: SupervisorsOffice) -> None:
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    here.borrows(dana, 2)
    here.does(sam, "POST", "do-not-call", Numbers((number(1),)))
    assert here.run(dana.sends()).ended == ("1",)


def test_the_list_says_how_a_number_came_to_it(here: SupervisorsOffice, clock: Clock) -> None:
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    here.borrows(dana, 1)
    here.run(dana.sends(dana.outcome("1", "do_not_call", at=clock())))
    here.does(sam, "POST", "do-not-call", Numbers((number(2),)))
    listed = decode_suppressed(here.does(sam, "POST", "do-not-call/find", Sought()))
    assert listed.count == 2
    assert listed.numbers == (
        SuppressedNumber(number(1), clock(), True),
        SuppressedNumber(number(2), clock(), False),
    )
    for find, many in (("212-555-0002", 1), ("555", 2), ("777", 0)):
        assert len(decode_suppressed(here.does(sam, "POST", "do-not-call/find", Sought(find))).numbers) == many


# -- a file ------------------------------------------------------------------------------------------------------------

VOTERS = (
    b"Voter ID,Name,Cell Phone,Home Phone,ZIP\n"
    b"9195551234,Ana Ruiz,(812) 555-0166,812.555.0167,47711\n"
    b"9195551235,Ben Cole,,,47711\n"
    b'9195551236,"Cole, Cy",(812) 555-0166,,47711\n'
)


def reads(here: SupervisorsOffice, who: Laptop, content: bytes, name: str = "never.csv") -> ReadNumbers:
    return decode_read_numbers(here.does(who, "POST", "do-not-call/file", NumbersFile(name, content)))


def test_what_is_in_a_file_is_told_before_anything_is_done(here: SupervisorsOffice) -> None:
    sam = here.joins("sam", "supervisor")
    here.does(sam, "POST", "do-not-call", Numbers(("812-555-0167",)))
    read = reads(here, sam, VOTERS)
    assert read == ReadNumbers(
        ("Cell Phone", "Home Phone"), ("+18125550166", "+18125550167"), 1, 1, ("line 3: no number",)
    )
    assert decode_suppressed(here.does(sam, "POST", "do-not-call/find", Sought())).count == 1
    assert [action for _, action, _ in here.audited()] == ["suppressed"]


@pytest.mark.parametrize(
    ("content", "numbers"),
    [
        (b"812-555-0166\n(812) 555-0167\n", 2),
        ("\ufeffTelephone;Why\n812-555-0166;asked\n".encode(), 1),
        (b"Name\tPHONE NUMBER\nAna\t8125550166\nBen\t8125550166\n", 1),
        ("Phone,Name\n812-555-0166,Jos\u00e9\n".encode("cp1252"), 1),
    ],
    ids=["bare numbers", "semicolons", "tabs", "Windows"],
)
def test_any_common_file_is_read(here: SupervisorsOffice, content: bytes, numbers: int) -> None:
    assert len(reads(here, here.joins("sam", "supervisor"), content).numbers) == numbers


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            b"Voter ID,Contact,ZIP\n9195551234,812-555-0166,47711\n",
            "never.csv has no column that is known to hold numbers; its columns are Voter ID, Contact, ZIP. Call the "
            "right one Phone, or save it alone.",
        ),
        (b"", "never.csv is empty."),
        (b"Phone\n", "never.csv has no rows under its header; export it again."),
        (b"PK\x03\x04 and so on", "never.csv is not text but a spreadsheet or another zip archive; save it as CSV or "
        "tab-delimited text."),
    ],
    ids=["no column", "empty", "a header", "a spreadsheet"],
)  # fmt: skip
def test_no_column_is_guessed(here: SupervisorsOffice, content: bytes, sentence: str) -> None:
    sam = here.joins("sam", "supervisor")
    assert here.refused(sam, "POST", "do-not-call/file", NumbersFile("never.csv", content)) == ("refused", sentence)


# -- taken off ---------------------------------------------------------------------------------------------------------


def test_an_owner_takes_off_what_was_imported_by_mistake(here: SupervisorsOffice) -> None:
    olga, dana = here.owner(), here.joins("dana")
    here.does(olga, "POST", "do-not-call", Numbers((number(1), number(2))))
    assert here.run(dana.borrows(25)) == [number(3)]
    here.does(olga, "POST", "do-not-call/take-off", OneNumber("(212) 555-0001"))
    assert here.run(dana.borrows(25)) == [number(1)]
    assert here.audited()[0] == ("olga", "unsuppressed", "1")
    assert here.refused(olga, "POST", "do-not-call/take-off", OneNumber(number(1))) == (
        "refused",
        "That number is not on the do-not-call list.",
    )
    assert here.refused(olga, "POST", "do-not-call/take-off", OneNumber("soon")) == (
        "refused",
        "That is not a number to call: no number.",
    )


def test_a_supervisor_does_not(here: SupervisorsOffice) -> None:
    sam = here.joins("sam", "supervisor")
    here.does(sam, "POST", "do-not-call", Numbers((number(1),)))
    assert here.refused(sam, "POST", "do-not-call/take-off", OneNumber(number(1))) == (
        "not-yours",
        "Only owners take a number off the do-not-call list.",
    )


def test_what_somebody_asked_for_in_a_call_stays_until_the_call_is_corrected(here: SupervisorsOffice) -> None:
    olga, dana = here.owner(), here.joins("dana")
    here.borrows(dana, 1)
    asked = dana.outcome("1", "do_not_call")
    here.run(dana.sends(asked))
    here.does(olga, "POST", "do-not-call", Numbers((number(1),)))
    assert here.refused(olga, "POST", "do-not-call/take-off", OneNumber(number(1))) == (
        "refused",
        "Somebody asked in a call not to be called at that number; it stays on the list until that call's result is "
        "corrected.",
    )
    [listed] = decode_suppressed(here.does(olga, "POST", "do-not-call/find", Sought())).numbers
    assert listed.by_call
    here.run(dana.sends(dana.undo(asked)))
    here.does(olga, "POST", "do-not-call/take-off", OneNumber(number(1)))
    assert decode_suppressed(here.does(olga, "POST", "do-not-call/find", Sought())).count == 0


def test_it_stays_when_she_who_asked_is_erased(here: SupervisorsOffice) -> None:
    olga, dana = here.owner(), here.joins("dana")
    here.borrows(dana, 1)
    here.run(dana.sends(dana.outcome("1", "do_not_call")))
    here.does(olga, "DELETE", "voters/1")
    assert here.refused(olga, "POST", "do-not-call/take-off", OneNumber(number(1))) == (
        "refused",
        "Somebody who has been erased asked in a call not to be called at that number; it stays for good.",
    )
