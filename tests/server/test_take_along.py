"""A caller who will be without a line takes voters along: more of them, and to the end of the day's calling hours."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import msgspec

from phonetui.server.engine import Database
from phonetui.wire import ExchangeReply

from .conftest import Clock
from .phone_bank import CHICAGO, HONOLULU, TURNOUT, Laptop, PhoneBank, number

#: 9 pm, when calling ends, where the voters live.
NINE_IN_NEW_YORK = datetime(2026, 10, 7, 1, 0, tzinfo=UTC)


async def takes_along(laptop: Laptop, households: int, *, want: int | None = None) -> ExchangeReply:
    """The laptop asks for so many in all, as the real one does."""
    asked = laptop.request(want=households - len(laptop.hand) if want is None else want)
    reply = await laptop.asks(msgspec.structs.replace(asked, along=households))
    laptop.hand |= {lease.household.household_id: lease for lease in reply.leases}
    laptop.known |= laptop.hand
    return reply


async def gives_back(laptop: Laptop, *household_ids: str) -> ExchangeReply:
    """The laptop hands these back uncalled."""
    for household_id in household_ids:
        laptop.hand.pop(household_id)
    return await laptop.asks(msgspec.structs.replace(laptop.request(), given_back=household_ids))


def test_those_taken_along_are_lent_to_the_end_of_the_days_hours(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        await bank.households(60)
        dana, eli = await bank.join("dana"), await bank.join("eli")
        reply = await takes_along(dana, 60)
        assert len(reply.leases) == 60
        assert {lease.until for lease in reply.leases} == {NINE_IN_NEW_YORK}
        clock.passes(hours=8)
        assert await eli.borrows() == []
        clock.passes(hours=1)
        assert await eli.borrows() == []  # the hours are over
        clock.passes(hours=12)
        assert await eli.borrows() == [number(1)]

    asyncio.run(story())


def test_those_on_hand_already_stay_as_long(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        await bank.households(40)
        dana = await bank.join("dana")
        await dana.borrows(25)
        reply = await takes_along(dana, 30)
        assert len(reply.leases) == 5
        assert reply.along_until == {str(household_id): NINE_IN_NEW_YORK for household_id in range(1, 26)}
        assert reply.renewed_until is None

    asyncio.run(story())


def test_later_exchanges_do_not_shorten_them(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        await bank.households(40)
        dana = await bank.join("dana")
        await takes_along(dana, 30)
        clock.passes(hours=3)
        reply = await dana.sends()
        assert (reply.renewed_until, set(reply.along_until.values())) == (None, {NINE_IN_NEW_YORK})
        clock.passes(hours=5)  # two hours reach beyond the day's end by now
        reply = await dana.sends()
        assert (reply.renewed_until, reply.along_until) == (clock() + timedelta(hours=2), {})

    asyncio.run(story())


def test_each_household_stays_until_its_own_hours_end(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        await bank.household(1)
        await bank.household(2, zones=CHICAGO)
        await bank.household(3, zones=HONOLULU)  # 6 am there: calling begins later today
        dana = await bank.join("dana")
        reply = await takes_along(dana, 10)
        assert [lease.until for lease in reply.leases] == [
            NINE_IN_NEW_YORK,
            NINE_IN_NEW_YORK + timedelta(hours=1),
            NINE_IN_NEW_YORK + timedelta(hours=6),
        ]

    asyncio.run(story())


def test_shortly_before_the_day_ends_they_are_lent_as_long_as_any(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        await bank.household(1)
        dana = await bank.join("dana")
        clock.passes(hours=8)
        reply = await takes_along(dana, 10)
        assert [lease.until for lease in reply.leases] == [clock() + timedelta(hours=2)]

    asyncio.run(story())


def test_a_reply_that_is_lost_lends_nobody_twice(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        await bank.households(80)
        dana = await bank.join("dana")
        asked = msgspec.structs.replace(dana.request(want=60), along=60)
        lost = await dana.asks(asked)
        clock.passes(seconds=20)
        reply = await dana.asks(asked)
        assert len(reply.leases) == 60
        assert [lease.tickets for lease in reply.leases] == [lease.tickets for lease in lost.leases]
        assert {lease.until for lease in reply.leases} == {NINE_IN_NEW_YORK}

    asyncio.run(story())


def test_a_stolen_invitation_takes_no_more_along_than_the_campaign_says(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add(msgspec.structs.replace(TURNOUT, take_along=40))
        await bank.households(200)
        dana, phone = await bank.join("dana"), await bank.join("dana", device="phone")
        assert len((await takes_along(dana, 1000)).leases) == 40
        assert len((await takes_along(dana, 1000)).leases) == 0
        assert len((await takes_along(phone, 1000)).leases) == 25  # what anyone is lent ahead
        taken = len(dana.hand) + len(phone.hand)
        for _ in range(4):  # given back uncalled, they make no room for others
            for laptop in (dana, phone):
                await gives_back(laptop, *laptop.hand)
                taken += len((await takes_along(laptop, 1000)).leases)
        assert taken == 40 + 50
        clock.passes(hours=5)
        await gives_back(dana, *dana.hand)
        assert len((await takes_along(dana, 1000)).leases) == 25

    asyncio.run(story())


def test_the_next_day_a_caller_takes_others_along(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add(msgspec.structs.replace(TURNOUT, take_along=40))
        await bank.households(100)
        dana = await bank.join("dana")
        await takes_along(dana, 40)
        called = [dana.outcome(next(iter(lease.tickets)), "not_home") for lease in list(dana.hand.values())]
        await dana.sends(*called)
        clock.passes(hours=24)
        assert len((await takes_along(dana, 40)).leases) == 40

    asyncio.run(story())


def test_a_campaign_may_let_nobody_take_voters_along(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add(msgspec.structs.replace(TURNOUT, take_along=0))
        await bank.households(40)
        dana = await bank.join("dana")
        reply = await takes_along(dana, 40)
        assert {lease.until for lease in reply.leases} == {clock() + timedelta(hours=2)}
        assert len(reply.leases) == 25

    asyncio.run(story())


def test_those_given_back_go_to_others_at_once(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        await bank.households(30)
        dana, eli = await bank.join("dana"), await bank.join("eli")
        await takes_along(dana, 30)
        reply = await gives_back(dana, "1", "2")
        assert (reply.leases, reply.ended) == ((), ())
        assert await eli.borrows(25) == [number(1), number(2)]
        reply = await gives_back(dana)
        assert len(reply.along_until) == 28

    asyncio.run(story())


def test_nobody_gives_back_what_another_has(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        await bank.household(1)
        dana, eli = await bank.join("dana"), await bank.join("eli")
        await dana.borrows()
        await eli.asks(msgspec.structs.replace(eli.request(), given_back=("1", "nobody", "99")))
        assert await eli.borrows() == []

    asyncio.run(story())
