from __future__ import annotations

import asyncio
from datetime import timedelta

from phonetui.server.engine import Database

from .conftest import Clock
from .phone_bank import PhoneBank, dana_calls_ann


def test_one_invitation_cannot_walk_off_with_the_list(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        await bank.households(80)
        dana = await bank.join("dana")
        borrowed = await dana.borrows(25)
        for _ in range(3):
            skips = [dana.skip(next(iter(lease.tickets))) for lease in list(dana.hand.values())]
            reply = await dana.sends(*skips, want=25)
            borrowed += [lease.household.number for lease in reply.leases]
        assert len(borrowed) == 50
        reply = await dana.sends(want=25)
        assert (reply.leases, reply.out.resting) == ((), 0)
        assert reply.out.more_at == clock() + timedelta(hours=1)
        clock.passes(hours=1)
        assert len(await dana.borrows(25)) == 25

    asyncio.run(story())


def test_room_for_more_comes_when_the_oldest_lease_is_an_hour_old(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        await bank.households(80)
        dana = await bank.join("dana")
        first = await dana.sends(want=25)
        called = dana.outcome(next(iter(first.leases[0].tickets)), "not_home")
        skipped = [dana.skip(next(iter(lease.tickets))) for lease in first.leases[1:]]
        more_at = clock() + timedelta(hours=1)
        clock.passes(minutes=10)
        await dana.sends(called, *skipped, want=25)
        skipped = [dana.skip(next(iter(lease.tickets))) for lease in list(dana.hand.values())]
        await dana.sends(*skipped, want=25)
        skipped = [dana.skip(next(iter(lease.tickets))) for lease in list(dana.hand.values())]
        reply = await dana.sends(*skipped, want=25)
        assert (reply.leases, reply.out.resting, reply.out.more_at) == ((), 1, more_at)

    asyncio.run(story())


def test_whoever_may_take_more_is_not_told_of_the_limit(database: Database, clock: Clock) -> None:
    async def story() -> None:
        _, dana, ann = await dana_calls_ann(database, clock)
        reply = await dana.sends(dana.outcome(ann, "not_home"), want=25)
        assert (reply.leases, reply.out.resting, reply.out.more_at) == ((), 1, None)

    asyncio.run(story())


def test_each_household_called_makes_room_for_another(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        await bank.households(120)
        dana = await bank.join("dana")
        borrowed = await dana.borrows(25)
        for _ in range(3):
            calls = [dana.outcome(next(iter(lease.tickets)), "not_home") for lease in list(dana.hand.values())]
            reply = await dana.sends(*calls, want=25)
            borrowed += [lease.household.number for lease in reply.leases]
        assert len(borrowed) == 100

    asyncio.run(story())


def test_outcomes_for_one_voter_over_and_over_make_no_room(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        [ann] = await bank.household(1)
        await bank.households_from(2, 80)
        dana = await bank.join("dana")
        await dana.borrows(25)
        await dana.sends(*(dana.outcome(ann, "not_home", done=False) for _ in range(40)))
        total = 25
        for _ in range(4):
            skips = [dana.skip(next(iter(lease.tickets))) for lease in list(dana.hand.values())]
            total += len((await dana.sends(*skips, want=25)).leases)
        assert total == 51

    asyncio.run(story())
