"""The board: the counts of those who want to be seen, where the campaign has one."""

from __future__ import annotations

import asyncio

import msgspec
import pytest
from sqlalchemy import update

from phonetui.server import board, tables
from phonetui.server.engine import Database
from phonetui.server.problems import RequestRefused
from phonetui.wire import Board, OnBoard
from tests.server.conftest import Clock
from tests.server.phone_bank import TURNOUT, Laptop, PhoneBank

WITH_BOARD = msgspec.structs.replace(TURNOUT, board=True)


@pytest.fixture
def bank(database: Database, clock: Clock) -> PhoneBank:
    return PhoneBank(database, clock)


async def wants_to_be_seen(laptop: Laptop, calling_name: str = "") -> None:
    mine = tables.accounts.c.caller_id == laptop.caller.caller_id
    async with laptop.bank.database.write() as connection:
        wishes = update(tables.accounts).where(mine).values(on_board=True, calling_name=calling_name)
        await connection.execute(wishes)


async def calls(laptop: Laptop, result: str) -> None:
    await laptop.sends(want=1)
    (lease,) = laptop.hand.values()
    await laptop.sends(laptop.outcome(lease.household.voters[0].voter_id, result))


async def seen_by(laptop: Laptop, campaign_id: str = "turnout") -> Board:
    async with laptop.bank.database.read() as connection:
        return await connection.run_sync(board.board, laptop.caller, campaign_id, laptop.bank.clock())


def test_those_who_want_it_are_seen_by_their_calling_names_the_most_talks_first(bank: PhoneBank) -> None:
    async def story() -> None:
        await bank.add(WITH_BOARD)
        await bank.households(6)
        dana, eli, hidden = [await bank.join(name) for name in ("dana", "eli", "hidden")]
        await wants_to_be_seen(dana, "Dee")
        await wants_to_be_seen(eli)
        for caller, results in (
            (dana, ["not_home", "not_home"]),
            (eli, ["talked", "refused"]),
            (hidden, ["talked", "talked"]),
        ):
            for result in results:
                await calls(caller, result)
        assert await seen_by(hidden) == Board((OnBoard("eli", 2, 1), OnBoard("Dee", 2, 0)))
        assert (await seen_by(eli)).you

    asyncio.run(story())


def test_yesterdays_calls_are_not_on_it(bank: PhoneBank, clock: Clock) -> None:
    async def story() -> None:
        await bank.add(WITH_BOARD)
        await bank.households(1)
        dana = await bank.join("dana")
        await wants_to_be_seen(dana)
        await calls(dana, "talked")
        assert len((await seen_by(dana)).callers) == 1
        clock.passes(days=1)
        assert (await seen_by(dana)).callers == ()

    asyncio.run(story())


def test_a_campaign_without_a_board_shows_nobody_and_a_strangers_is_none(bank: PhoneBank) -> None:
    async def story() -> None:
        await bank.add(TURNOUT)
        await bank.households(1)
        dana = await bank.join("dana")
        await wants_to_be_seen(dana)
        await calls(dana, "talked")
        assert (await seen_by(dana)).callers == ()
        with pytest.raises(RequestRefused):
            await seen_by(dana, "another")

    asyncio.run(story())
