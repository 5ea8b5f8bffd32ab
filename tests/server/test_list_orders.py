"""Sam decides in which order lists are called, which of them rest, and who may call them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import update

from phonetui.server import ranking, tables
from phonetui.server.households import rank
from phonetui.wire import Out
from phonetui.wire_supervisors import ListRule

from .conftest import Clock
from .phone_bank import PhoneBank, number
from .supervisors_office import SupervisorsOffice, office


@pytest.fixture
def here(url: str, clock: Clock) -> Iterator[SupervisorsOffice]:
    """Households 1 to 3 are on the first list, 4 to 6 on the second, and all are at one address."""
    with office(url, clock, households=0) as opened:
        opened.run(two_lists(opened.bank))
        yield opened


async def two_lists(bank: PhoneBank) -> None:
    await bank.insert(tables.lists, {"campaign_id": "turnout", "list_id": 2, "name": "spanish", "priority": 0})
    for household_id in range(1, 7):
        await bank.household(household_id, address_key="1 mill ct")
    second = tables.households.c.household_id > 3
    async with bank.database.write() as connection:
        await connection.execute(update(tables.households).where(second).values(list_id=2))


async def knows(bank: PhoneBank, caller_id: str, languages: str = "", tags: str = "") -> None:
    async with bank.database.write() as connection:
        of = tables.members.c.caller_id == caller_id
        await connection.execute(update(tables.members).where(of).values(languages=languages, tags=tags))


def numbers(*households: int) -> list[str]:
    return [number(household_id) for household_id in households]


def test_a_list_of_higher_priority_is_called_first(here: SupervisorsOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranking, "AT_ONCE", 2)
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    here.does(sam, "PUT", "lists/2", ListRule(priority=5))
    assert here.run(dana.borrows(4)) == numbers(4, 5, 6, 1)
    assert [(listed.list_id, listed.priority) for listed in here.evening(sam).lists] == [(2, 5), (1, 0)]
    assert here.audited() == [("sam", "list", "2 priority 5")]
    ranks = here.run(here.bank.rows(tables.households, "household_id", "rank"))
    assert ranks == [(id_, rank(0, 5 if id_ > 3 else 0, id_)) for id_ in range(1, 7)]


def test_whoever_was_skipped_stays_behind_all_others(here: SupervisorsOffice) -> None:
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    here.borrows(dana, 1)
    here.run(dana.sends(dana.skip("1")))
    here.does(sam, "PUT", "lists/1", ListRule(priority=100))
    assert here.run(dana.borrows(6)) == numbers(2, 3, 4, 5, 6, 1)


def test_a_list_that_rests_is_called_by_nobody(here: SupervisorsOffice) -> None:
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    here.does(sam, "PUT", "lists/1", ListRule(paused=True))
    assert here.run(dana.borrows(6)) == numbers(4, 5, 6)
    assert here.evening(sam).lists[0].paused
    here.does(sam, "PUT", "lists/1", ListRule(paused=False))
    assert here.run(dana.borrows(6)) == numbers(1, 2, 3)


def test_a_list_in_spanish_is_for_those_who_speak_it(here: SupervisorsOffice) -> None:
    sam, dana, luz = here.joins("sam", "supervisor"), here.joins("dana"), here.joins("luz")
    here.run(knows(here.bank, "luz", "en es"))
    here.does(sam, "PUT", "lists/2", ListRule(priority=1, languages=("Spanish", "ES", "ca ", "es")))
    assert here.run(dana.borrows(6)) == numbers(1, 2, 3)
    assert here.run(luz.borrows(6)) == numbers(4, 5, 6)
    [spanish, _] = here.evening(sam).lists
    assert spanish.languages == ("ca", "es")


def test_a_caller_needs_one_of_the_languages_and_one_of_the_tags(here: SupervisorsOffice) -> None:
    sam, dana, luz = here.joins("sam", "supervisor"), here.joins("dana"), here.joins("luz")
    here.run(knows(here.bank, "luz", "es", "nurses"))
    here.run(knows(here.bank, "dana", "es", ""))
    here.does(sam, "PUT", "lists/1", ListRule(priority=0, languages=("es",), tags=("nurses", "teachers")))
    assert here.run(dana.borrows(6)) == numbers(4, 5, 6)
    assert here.run(luz.borrows(6)) == numbers(1, 2, 3)


def test_whoever_may_call_no_list_is_told_so_and_not_that_voters_rest(here: SupervisorsOffice) -> None:
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    here.does(sam, "PUT", "lists/1", ListRule(languages=("es",)))
    here.does(sam, "PUT", "lists/2", ListRule(paused=True))
    assert here.run(dana.sends(want=25)).out == Out(other_lists=True)
    here.does(sam, "PUT", "lists/2", ListRule(paused=False))
    here.borrows(dana, 3)
    eli = here.joins("eli")
    assert here.run(eli.sends(want=25)).out == Out(with_others=3, other_lists=True)
    here.does(sam, "PUT", "lists/1", ListRule(languages=()))
    here.borrows(dana, 3)
    assert here.run(eli.sends(want=25)).out == Out(with_others=6)


def test_a_call_back_on_a_list_that_rests_waits(here: SupervisorsOffice, clock: Clock) -> None:
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    here.borrows(dana, 1)
    promise = dana.outcome("1", "call_back", call_at=clock() + timedelta(hours=1), to_me=True)
    here.run(dana.sends(promise))
    here.does(sam, "PUT", "lists/1", ListRule(paused=True))
    clock.passes(minutes=61)
    assert number(1) not in here.run(dana.borrows(25))
    here.does(sam, "PUT", "lists/1", ListRule(paused=False))
    assert here.run(dana.borrows(25))[0] == number(1)


def test_two_who_change_a_list_do_not_undo_each_other(here: SupervisorsOffice) -> None:
    olga, sam = here.owner(), here.joins("sam", "supervisor")
    here.does(olga, "PUT", "lists/1", ListRule(paused=True))
    here.does(sam, "PUT", "lists/1", ListRule(tags=("nurses",)))
    here.does(olga, "PUT", "lists/1", ListRule(priority=-5))
    here.does(sam, "PUT", "lists/1", ListRule(languages=("es", "en")))
    listed = next(each for each in here.evening(sam).lists if each.list_id == 1)
    assert (listed.paused, listed.priority, listed.tags, listed.languages) == (True, -5, ("nurses",), ("en", "es"))
    assert here.audited() == [
        ("sam", "list", "1 languages 2"),
        ("olga", "list", "1 priority -5"),
        ("sam", "list", "1 tags 1"),
        ("olga", "list", "1 paused"),
    ]


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (ListRule(priority=101), "A list's priority is from -100 to 100; higher is called first."),
        (
            ListRule(priority=0, tags=("phone bank",)),
            "The tag phone bank is not a word; write it with letters, digits and hyphens, at most 40 of them.",
        ),
        (
            ListRule(priority=0, languages=("es", "klingon")),
            "“klingon” is no language that is known here; write its code, such as es.",
        ),
        (ListRule(priority=0, tags=tuple(map(str, range(21)))), "There are 21 tags; at most 20 can be told apart."),
    ],
)
def test_what_a_list_cannot_be_is_refused(here: SupervisorsOffice, rule: ListRule, sentence: str) -> None:
    sam = here.joins("sam", "supervisor")
    assert here.refused(sam, "PUT", "lists/1", rule) == ("refused", sentence)


def test_there_is_no_such_list(here: SupervisorsOffice) -> None:
    sam = here.joins("sam", "supervisor")
    sentence = "There is no list 9 in turnout; look at the lists again."
    assert here.refused(sam, "PUT", "lists/9", ListRule(priority=0)) == ("refused", sentence)
