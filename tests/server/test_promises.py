"""Call backs and quiet voters: who gets them, when, and what a laptop is told of them."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import msgspec

from phonetui.core.campaign import Campaign
from phonetui.core.standard_dispositions import QUIET
from phonetui.server.engine import Database

from .conftest import Clock
from .phone_bank import TURNOUT, Laptop, PhoneBank, number
from .test_take_along import takes_along

AN_HOUR = timedelta(hours=1)
HOLD_OFF = msgspec.structs.replace(TURNOUT, dispositions=(*TURNOUT.dispositions, QUIET))


async def opened(database: Database, clock: Clock, *, households: int = 2, campaign: Campaign = TURNOUT) -> PhoneBank:
    """A campaign with so many households of one, whose voters' ids are as the households'."""
    bank = PhoneBank(database, clock)
    await bank.add(campaign)
    await bank.households(households)
    return bank


async def promises(laptop: Laptop, clock: Clock, *, to_me: bool = False, due: timedelta = AN_HOUR) -> None:
    """Voter 1 is lent and asks to be called back."""
    await laptop.borrows()
    await laptop.sends(laptop.outcome("1", "call_back", call_at=clock() + due, to_me=to_me))
    await laptop.sends()


def test_a_call_back_comes_to_the_caller_who_promised_it_first_and_marked(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = await opened(database, clock, households=3)
        dana = await bank.join("dana")
        await promises(dana, clock)
        due = clock() + AN_HOUR
        clock.passes(minutes=60)
        reply = await dana.sends(want=3)
        first, second, _ = reply.leases
        assert first.household.number == number(1)
        assert (first.promised_at, first.promised_by_you) == (due, True)
        assert (second.promised_at, second.promised_by_you) == (None, False)

    asyncio.run(story())


def test_a_laptop_is_told_which_of_the_earlier_calls_are_its_callers_own(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = await opened(database, clock)
        dana, eli = await bank.join("dana"), await bank.join("eli")
        await dana.borrows()
        asked = dana.outcome("1", "call_back", call_at=clock() + AN_HOUR)
        await dana.sends(asked)
        await dana.sends()
        clock.passes(minutes=60)
        lent = (await dana.sends(want=1)).leases[0]
        assert [past.attempt_id for past in lent.household.voters[0].attempts] == [asked.id]
        await dana.sends(dana.skip("1"))
        lent = (await eli.sends(want=1)).leases[0]
        assert [(past.disposition, past.attempt_id) for past in lent.household.voters[0].attempts] == [
            ("call_back", "")
        ]

    asyncio.run(story())


def test_before_it_is_due_nobody_gets_it(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = await opened(database, clock)
        dana, eli = await bank.join("dana"), await bank.join("eli")
        await promises(dana, clock)
        clock.passes(minutes=59)
        assert await dana.borrows(1) == [number(2)]
        assert await eli.borrows(25) == []

    asyncio.run(story())


def test_a_call_back_for_anyone_goes_to_anyone_as_soon_as_its_caller_has_left(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = await opened(database, clock)
        dana, eli = await bank.join("dana"), await bank.join("eli")
        await promises(dana, clock)
        clock.passes(minutes=60)
        reply = await eli.sends(want=1)
        assert [lease.household.number for lease in reply.leases] == [number(1)]
        assert not reply.leases[0].promised_by_you
        assert reply.leases[0].promised_at == clock()

    asyncio.run(story())


def test_it_waits_a_little_for_a_caller_who_is_calling_now(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = await opened(database, clock, households=3)
        dana, eli = await bank.join("dana"), await bank.join("eli")
        await promises(dana, clock)
        clock.passes(minutes=55)
        await dana.borrows(1)
        clock.passes(minutes=6)
        assert await eli.borrows(1) == [number(3)]
        await eli.sends(eli.outcome("3", "not_home"))
        clock.passes(minutes=4)
        assert await eli.borrows(1) == [number(1)]

    asyncio.run(story())


def test_a_call_back_for_its_caller_alone_waits_twenty_minutes(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = await opened(database, clock, households=1)
        dana, eli = await bank.join("dana"), await bank.join("eli")
        await promises(dana, clock, to_me=True)
        clock.passes(minutes=79)
        assert await eli.borrows(25) == []
        clock.passes(minutes=1)
        assert await eli.borrows(25) == [number(1)]

    asyncio.run(story())


def test_it_comes_although_the_hands_are_full(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = await opened(database, clock, households=30)
        dana = await bank.join("dana")
        await promises(dana, clock)
        clock.passes(minutes=59)
        await dana.borrows(25)
        clock.passes(minutes=1)
        assert await dana.borrows(0) == [number(1)]

    asyncio.run(story())


def test_call_backs_due_later_are_taken_along_by_the_caller_who_promised_them(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = await opened(database, clock)
        dana, eli = await bank.join("dana"), await bank.join("eli")
        await promises(dana, clock)
        due = clock() + AN_HOUR
        reply = await takes_along(eli, 25, want=0)
        assert [lease.household.number for lease in reply.leases] == [number(2)]
        reply = await takes_along(dana, 25, want=0)
        assert [(lease.household.number, lease.promised_at) for lease in reply.leases] == [(number(1), due)]

    asyncio.run(story())


def test_a_call_back_whose_lease_ended_is_still_promised(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = await opened(database, clock, households=1)
        dana, eli = await bank.join("dana"), await bank.join("eli")
        await promises(dana, clock)
        clock.passes(hours=1)
        assert await dana.borrows() == [number(1)]
        clock.passes(hours=2)
        assert await eli.borrows() == [number(1)]

    asyncio.run(story())


def test_of_several_at_a_number_the_one_who_was_promised_is_asked_for_first(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        ann, ben = await bank.household(1, "Ann", "Ben")
        dana = await bank.join("dana")
        await dana.borrows()
        await dana.sends(
            dana.outcome(ann, "language", done=False),
            dana.outcome(ben, "call_back", call_at=clock() + AN_HOUR, same_call=True),
        )
        clock.passes(minutes=61)
        reply = await dana.sends(want=1)
        assert [voter.first_name for voter in reply.leases[0].household.voters] == ["Ben", "Ann"]

    asyncio.run(story())


def test_a_call_back_made_in_the_same_lease_is_an_attempt_of_its_own(database: Database, clock: Clock) -> None:
    async def story() -> None:
        once = msgspec.structs.replace(TURNOUT, calling=msgspec.structs.replace(TURNOUT.calling, attempts_in_all=2))
        bank = await opened(database, clock, households=1, campaign=once)
        dana = await bank.join("dana")
        await dana.borrows()
        promise = dana.outcome("1", "call_back", call_at=clock() + timedelta(minutes=20))
        clock.passes(minutes=25)
        await dana.sends(promise, dana.outcome("1", "not_home"), want=1)
        clock.passes(hours=24)
        assert await dana.borrows() == []

    asyncio.run(story())


def test_who_asked_for_quiet_is_not_lent_before_that_day_though_others_there_are(
    database: Database, clock: Clock
) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add(HOLD_OFF)
        ann, ben = await bank.household(1, "Ann", "Ben")
        dana = await bank.join("dana")
        await dana.borrows()
        until = clock() + timedelta(days=6)
        await dana.sends(
            dana.outcome(ann, "quiet", call_at=until, done=False),
            dana.outcome(ben, "call_back", call_at=clock() + AN_HOUR, same_call=True),
        )
        clock.passes(hours=1)
        reply = await dana.sends(want=1)
        assert [voter.first_name for voter in reply.leases[0].household.voters] == ["Ben"]
        await dana.sends(dana.outcome(ben, "talked"), want=1)
        clock.passes(days=5)
        assert await dana.borrows() == []
        clock.passes(days=1)
        reply = await dana.sends(want=1)
        assert [voter.first_name for voter in reply.leases[0].household.voters] == ["Ann"]

    asyncio.run(story())


def test_quiet_is_over_when_the_caller_takes_it_back(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = await opened(database, clock, households=1, campaign=HOLD_OFF)
        dana = await bank.join("dana")
        await dana.borrows()
        quiet = dana.outcome("1", "quiet", call_at=clock() + timedelta(days=6))
        await dana.sends(quiet)
        reply = await dana.sends(dana.undo(quiet))
        assert (reply.ended, list(dana.hand)) == ((), ["1"])

    asyncio.run(story())
