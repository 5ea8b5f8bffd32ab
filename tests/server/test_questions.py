"""Questions from callers reach the supervisor; answers reach who asked, notices reach everybody, each of them once."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import Connection

from phonetui.core.event import HelpQuestion
from phonetui.core.refusal import Refused
from phonetui.server.engine import Database, sync_engine
from phonetui.server.questions import answer, give_notice, open_questions
from phonetui.wire import ExchangeReply, Notice
from phonetui.wire_supervisors import TakenAnswer, WantedAnswer, decode_taken_answer

from .conftest import Clock
from .phone_bank import TURNOUT, Laptop, PhoneBank, dana_calls_ann, statuses
from .supervisors_office import office
from .test_exchange import watching


def question(laptop: Laptop, text: str, voter_id: str = "") -> HelpQuestion:
    """What this laptop asks; about a voter only where one is named."""
    laptop.seq += 1
    ticket = laptop.known[next(iter(laptop.known))].tickets[voter_id] if voter_id else ""
    return HelpQuestion(
        id=f"{laptop.caller.device_id}-{laptop.seq}",
        seq=laptop.seq,
        at=laptop.bank.clock(),
        campaign_id="turnout",
        voter_id=voter_id,
        ticket=ticket,
        text=text,
    )


def told(reply: ExchangeReply) -> list[tuple[str, str]]:
    """The notices' words, and what they answer."""
    return [(notice.text, notice.answers) for notice in reply.notices]


async def at_the_office(bank: PhoneBank, *words: str, number: int = 0) -> None:
    """A notice; with a number the answer to that question."""

    def say(connection: Connection) -> None:
        for text in words:
            if number:
                answer(connection, "turnout", number, text, bank.clock())
            else:
                give_notice(connection, "turnout", text, bank.clock())

    async with bank.database.write() as connection:
        await connection.run_sync(say)


async def waiting(bank: PhoneBank) -> list[tuple[int, str, str, str]]:
    """The open questions: number, caller, voter, words."""
    async with bank.database.read() as connection:
        asked = await connection.run_sync(open_questions, "turnout")
    return [(each.number, each.caller, each.voter, each.text) for each in asked]


def test_a_question_waits_until_it_is_answered_and_names_the_voter_only_where_the_caller_said_so(
    database: Database, clock: Clock
) -> None:
    async def story() -> None:
        bank, dana, ann = await dana_calls_ann(database, clock)
        first = question(dana, "May students vote here?")
        assert statuses((await dana.sends(first)).receipts) == ["stored"]
        clock.passes(minutes=1)
        assert statuses((await dana.sends(first, question(dana, "She is\nangry", ann))).receipts) == [
            "duplicate",
            "stored",
        ]
        assert await waiting(bank) == [
            (1, "dana", "", "May students vote here?"),
            (2, "dana", "Ann Doe", "She is angry"),
        ]
        await at_the_office(bank, "Yes, where they live.", number=1)
        assert await waiting(bank) == [(2, "dana", "Ann Doe", "She is angry")]

    asyncio.run(story())


def test_an_answer_reaches_every_device_of_the_one_who_asked_and_nobody_else(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        dana, other_device = await bank.join("dana"), await bank.join("dana", device="dana-phone")
        eli = await bank.join("eli")
        for laptop in (dana, other_device, eli):
            await laptop.sends()
        asked = question(dana, "May students vote here?")
        await dana.sends(asked)
        clock.passes(minutes=1)
        await at_the_office(bank, "Yes, where they live.", number=1)
        expected = [("Yes, where they live.", asked.id)]
        assert told(await dana.asks(dana.request())) == expected
        assert told(await dana.sends()) == expected  # the reply before was lost
        assert told(await dana.sends()) == []
        assert told(await other_device.sends()) == expected
        assert told(await eli.sends()) == []
        newcomer = await bank.join("eli", device="eli-phone")
        assert told(await newcomer.sends()) == []

    asyncio.run(story())


def test_a_notice_reaches_everybody_and_a_new_laptop_hears_those_of_the_last_days(
    database: Database, clock: Clock
) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        dana = await bank.join("dana")
        await dana.sends()
        await at_the_office(bank, "Old news.")
        clock.passes(days=4)
        await at_the_office(bank, "The polling place at  Mill School\nhas moved.")
        assert [text for text, _ in told(await dana.sends())] == [
            "Old news.",
            "The polling place at Mill School has moved.",
        ]
        eli = await bank.join("eli")
        reply = await eli.sends()
        [notice] = reply.notices
        assert notice == Notice(notice.notice_id, "The polling place at Mill School has moved.", at=clock())

    asyncio.run(story())


def test_an_answer_ends_the_watch_of_who_asked_while_others_wait_on(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        dana, eli = await bank.join("dana"), await bank.join("eli")
        await dana.sends(question(dana, "May I?"))
        await eli.sends()
        watches = [await watching(laptop, wait=2) for laptop in (dana, eli)]
        await at_the_office(bank, "You may.", number=1)
        bank.exchange.wake("turnout")
        replies = await asyncio.gather(*watches)
        assert [len(reply.notices) for reply in replies] == [1, 0]
        await bank.exchange.close()

    asyncio.run(story())


@pytest.mark.parametrize(
    ("number", "text", "sentence"),
    [
        (1, " ", 'An answer is a sentence or two, such as "The polling place at Mill School has moved."'),
        (1, "x" * 501, "An answer is read in the middle of a call: it has 501 characters of at most 500."),
        (7, "Yes", "There is no question 7 in turnout; `phonetui server questions turnout` lists them."),
    ],
)
def test_what_is_no_answer_is_refused(
    database: Database, clock: Clock, url: str, number: int, text: str, sentence: str
) -> None:
    asyncio.run(PhoneBank(database, clock).add(TURNOUT))
    with sync_engine(url).begin() as connection, pytest.raises(Refused) as refused:
        answer(connection, "turnout", number, text, clock())
    assert str(refused.value) == sentence


def test_a_notice_needs_words_and_a_campaign(database: Database, clock: Clock, url: str) -> None:
    asyncio.run(PhoneBank(database, clock).add(TURNOUT))
    with sync_engine(url).begin() as connection:
        with pytest.raises(Refused, match=r"^A notice is a sentence or two, such as"):
            give_notice(connection, "turnout", "\n", clock())
        with pytest.raises(Refused, match="There is no campaign nowhere"):
            give_notice(connection, "nowhere", "Hello", clock())


def test_of_two_supervisors_who_answer_at_once_the_second_is_told_of_the_first(url: str, clock: Clock) -> None:
    with office(url, clock) as here:
        olga, sam, dana = here.owner(), here.joins("sam", "supervisor"), here.joins("dana")
        here.borrows(dana, 1)
        asked = question(dana, "Where is the polling place?")
        here.run(dana.sends(asked))
        path = f"questions/{asked.id}/answer"
        assert decode_taken_answer(here.does(sam, "POST", path, WantedAnswer("At the school."))) == TakenAnswer(True)
        there = decode_taken_answer(here.does(olga, "POST", path, WantedAnswer("At the library.")))
        assert there == TakenAnswer(False, "sam", "At the school.")
        assert told(here.run(dana.sends())) == [("At the school.", asked.id)]
        here.does(olga, "POST", path, WantedAnswer("By the side door.", again=True))
        assert told(here.run(dana.sends())) == [("By the side door.", asked.id)]
        assert here.audited() == [("olga", "answered", asked.id), ("sam", "answered", asked.id)]
