"""A call corrected afterwards, as a laptop sends it: whoever has the voter by now, and whatever else was said."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from phonetui.server import tables
from phonetui.server.engine import Database
from tests.server.conftest import Clock
from tests.server.phone_bank import PhoneBank, number, statuses


@pytest.fixture
def bank(database: Database, clock: Clock) -> PhoneBank:
    return PhoneBank(database, clock)


async def results(bank: PhoneBank) -> list[str]:
    async with bank.database.read() as connection:
        return list(await connection.scalars(select(tables.attempts.c.disposition)))


async def suppressed(bank: PhoneBank) -> list[str]:
    async with bank.database.read() as connection:
        return list(await connection.scalars(select(tables.suppressed_numbers.c.number)))


def test_a_call_is_corrected_although_its_voter_is_with_another_caller_by_now(bank: PhoneBank, clock: Clock) -> None:
    async def story() -> None:
        await bank.add()
        (voter,) = await bank.household(1)
        dana, eli = await bank.join("dana"), await bank.join("eli")
        await dana.borrows()
        first = dana.outcome(voter, "not_home")
        await dana.sends(first)
        clock.passes(hours=22)
        assert await eli.borrows()
        corrected = dana.outcome(voter, "talked", supersedes=first.id, at=first.at)
        assert statuses((await dana.sends(corrected)).receipts) == ["stored"]
        assert await results(bank) == ["talked"]

    asyncio.run(story())


def test_corrected_to_do_not_call_a_number_is_suppressed_and_corrected_away_only_ones_own_mistake_is_lifted(
    bank: PhoneBank,
) -> None:
    async def story() -> None:
        await bank.add()
        (mine,) = await bank.household(1)
        dana = await bank.join("dana")
        await dana.borrows()
        first = dana.outcome(mine, "not_home")
        await dana.sends(first)
        wrong = dana.outcome(mine, "do_not_call", supersedes=first.id)
        await dana.sends(wrong)
        assert len(await suppressed(bank)) == 1
        right = dana.outcome(mine, "refused", supersedes=wrong.id)
        await dana.sends(right)
        assert (await suppressed(bank), await results(bank)) == ([], ["refused"])
        again = dana.outcome(mine, "do_not_call", supersedes=right.id)
        await dana.sends(again)
        listed = {"campaign_id": "turnout", "number": number(1), "reason": "import", "at": bank.clock()}
        await bank.insert(tables.suppressed_numbers, listed)
        await dana.sends(dana.outcome(mine, "refused", supersedes=again.id))
        assert await suppressed(bank) == [number(1)]

    asyncio.run(story())
