"""Rounds come by themselves: whoever was not home, busy or to be called back is lent again; nobody starts a round."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from phonetui.server.engine import Database
from phonetui.server.tables import attempts, households

from .conftest import Clock
from .phone_bank import TURNOUT, PhoneBank, number


@pytest.mark.parametrize("disposition", ["not_home", "busy"])
def test_whoever_was_not_reached_comes_round_again(database: Database, clock: Clock, disposition: str) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        await bank.households(3)
        dana, eli = await bank.join("dana"), await bank.join("eli")
        await dana.borrows(2)
        await dana.sends(dana.outcome("1", disposition), dana.outcome("2", disposition))
        assert await eli.borrows(3) == [number(3)]  # the others rest
        clock.passes(days=1)
        # the first round's last household goes first once its lease has ended, then the second round's
        assert await dana.borrows(3) == [number(3), number(1), number(2)]
        await dana.sends(dana.outcome("1", disposition))
        assert [round_ for (round_,) in await bank.rows(attempts, "round")] == [0, 0, 1]

    asyncio.run(story())


def test_a_call_back_comes_when_it_was_promised_whatever_the_round(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        await bank.households(30)
        dana = await bank.join("dana")
        await dana.borrows(1)
        await dana.sends(dana.outcome("1", "call_back", call_at=clock() + timedelta(hours=1)))
        clock.passes(minutes=59)
        assert number(1) not in await dana.borrows(5)
        clock.passes(minutes=2)
        assert (await dana.borrows(10))[0] == number(1)

    asyncio.run(story())


def test_a_list_whose_first_round_is_over_goes_on_until_all_are_reached_or_given_up(
    database: Database, clock: Clock
) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        await bank.households(1)
        dana = await bank.join("dana")
        rounds = 0
        while await dana.borrows(1):
            await dana.sends(dana.outcome("1", "not_home"))
            rounds += 1
            clock.passes(days=1)
        assert rounds == TURNOUT.calling.attempts_in_all
        assert await bank.rows(households, "state") == [("closed",)]

    asyncio.run(story())
