"""A campaign hides its voters' numbers: no answer of its server has one, and what is called is known all the same."""

from __future__ import annotations

import asyncio

import msgspec

from phonetui.core.campaign import Dialing
from phonetui.core.event import Dial
from phonetui.server import tables
from phonetui.server.engine import Database
from phonetui.wire import ExchangeReply

from .conftest import Clock
from .phone_bank import TURNOUT, PhoneBank, number, statuses
from .test_exchange import publish

HIDING = msgspec.structs.replace(TURNOUT, dialing=Dialing(hide_numbers=True))


def has_a_number(reply: ExchangeReply) -> bool:
    return b"+1212555" in msgspec.json.encode(reply)


def test_laptops_are_lent_people_without_numbers(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add(HIDING)
        await bank.household(1, "Ann", "Ben", phones=[number(1), number(2)], campaign=HIDING)
        dana = await bank.join("dana")
        reply = await dana.sends(want=1)
        [lease] = reply.leases
        assert [voter.first_name for voter in lease.household.voters] == ["Ann", "Ben"]
        assert not has_a_number(reply)

    asyncio.run(story())


def test_an_outcome_without_a_numbers_ending_is_about_the_households_number(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add(HIDING)
        [ann] = await bank.household(1, phones=[number(1), number(2)], campaign=HIDING)
        dana = await bank.join("dana")
        await dana.borrows()
        outcome = dana.outcome(ann, "do_not_call")
        dialed = Dial(
            id="d",
            seq=7,
            at=clock(),
            campaign_id="turnout",
            voter_id=ann,
            ticket=outcome.ticket,
            number_ending="",
            engine="bridge",
        )
        assert outcome.number_ending == ""
        assert statuses((await dana.sends(dialed, outcome)).receipts) == ["stored", "stored"]
        assert await bank.rows(tables.attempts, "number") == [(number(1),)]
        assert await bank.rows(tables.suppressed_numbers, "number") == [(number(1),)]

    asyncio.run(story())


def test_who_is_called_at_a_suppressed_number_is_withdrawn_by_name(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add(HIDING)
        ann, ben = await bank.household(1, "Ann", "Ben", campaign=HIDING)
        await bank.household(2, campaign=HIDING)
        dana = await bank.join("dana")
        await dana.borrows(want=2)
        await publish(database, clock, "suppressed", number(1))
        reply = await dana.sends()
        assert (reply.withdrawn, reply.suppressed) == ((ann, ben), ())
        assert not has_a_number(reply)

    asyncio.run(story())
