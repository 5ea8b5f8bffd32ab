from __future__ import annotations

import asyncio

import msgspec
import pytest

from phonetui.server import tables
from phonetui.server.engine import Database

from .conftest import Clock
from .phone_bank import PhoneBank, dana_calls_ann, number, statuses

ATTEMPTS = ("attempt_id", "voter_id", "disposition", "contact", "talk", "round", "late")


def test_an_undo_puts_everything_back(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        [ann] = await bank.household(1)
        dana, eli = await bank.join("dana"), await bank.join("eli")
        await dana.borrows()
        talked = dana.outcome(ann, "talked")
        await dana.sends(talked)
        reply = await dana.sends(dana.undo(talked), want=25)
        assert (reply.ended, reply.leases) == ((), ())
        assert await bank.count(tables.attempts) == 0
        assert await bank.rows(tables.voters, "ended") == [("",)]
        assert await bank.rows(tables.households, "state", "attempts", "lent_to") == [("lent", 0, "dana")]
        assert await eli.borrows() == []
        reply = await dana.sends(dana.outcome(ann, "not_home"))
        assert statuses(reply.receipts) == ["stored"]
        assert await bank.rows(tables.attempts, "disposition", "late") == [("not_home", False)]

    asyncio.run(story())


def test_what_was_taken_back_too_late_is_with_somebody_else(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        [ann] = await bank.household(1)
        dana, eli = await bank.join("dana"), await bank.join("eli")
        await dana.borrows()
        busy = dana.outcome(ann, "not_home")
        await dana.sends(busy)
        clock.passes(days=1)
        assert await eli.borrows() == [number(1)]
        reply = await dana.sends(dana.undo(busy))
        assert (statuses(reply.receipts), reply.ended) == (["stored"], ("1",))
        assert await bank.rows(tables.households, "state", "lent_to") == [("lent", "eli")]

    asyncio.run(story())


def test_a_call_taken_back_on_another_laptop_is_anybodys_again(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        [ann] = await bank.household(1)
        at_home, at_work = await bank.join("dana", device="home"), await bank.join("dana", device="work")
        await at_work.borrows()
        clock.passes(hours=3)
        assert await at_home.borrows() == [number(1)]
        talked = at_home.outcome(ann, "talked")
        await at_home.sends(talked)
        reply = await at_work.sends(at_work.undo(talked))
        assert (statuses(reply.receipts), reply.ended) == (["stored"], ("1",))
        assert await bank.rows(tables.households, "lent_device") == [("",)]

    asyncio.run(story())


@pytest.mark.parametrize("one_batch", [True, False])
def test_an_undo_may_arrive_before_its_outcome(database: Database, clock: Clock, one_batch: bool) -> None:
    async def story() -> None:
        bank, dana, ann = await dana_calls_ann(database, clock)
        wrong = dana.outcome(ann, "wrong_number", done=False)
        corrected = msgspec.structs.replace(dana.outcome(ann, "talked", done=False), supersedes=wrong.id)
        undo = dana.undo(corrected)
        if one_batch:
            await dana.sends(undo, corrected, wrong)
        else:
            for event in (undo, corrected, wrong):
                await dana.sends(event)
        assert await bank.count(tables.attempts) == 0
        assert {attempt for (attempt,) in await bank.rows(tables.events, "attempt_id")} == {wrong.id}
        assert await bank.rows(tables.voters, "ended") == [("",)]
        assert await bank.count(tables.ended_numbers) == 0

    asyncio.run(story())


def test_a_correction_takes_the_outcomes_place(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank, dana, ann = await dana_calls_ann(database, clock)
        called_at = clock()
        first = dana.outcome(ann, "refused", at=called_at)
        await dana.sends(first)
        clock.passes(hours=5)
        corrected = msgspec.structs.replace(dana.outcome(ann, "not_home"), supersedes=first.id)
        await dana.sends(corrected)
        assert await bank.rows(tables.attempts, *ATTEMPTS) == [(first.id, 1, "not_home", False, False, 0, False)]
        assert await bank.rows(tables.attempts, "at") == [(called_at,)]
        assert await bank.rows(tables.households, "state") == [("resting",)]

    asyncio.run(story())


def test_a_ring_of_corrections_is_broken(database: Database, clock: Clock) -> None:
    async def story() -> None:
        _, dana, ann = await dana_calls_ann(database, clock)
        one, two = dana.outcome(ann, "busy", done=False), dana.outcome(ann, "busy", done=False)
        one = msgspec.structs.replace(one, supersedes=two.id)
        two = msgspec.structs.replace(two, supersedes=one.id)
        reply = await dana.sends(one, two)
        assert statuses(reply.receipts) == ["stored", "rejected"]
        assert reply.receipts[1].reason == "The event takes the place of itself."

    asyncio.run(story())


def test_nobody_takes_back_what_another_recorded(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        [ann], [ben] = await bank.household(1), await bank.household(2)
        dana, eli = await bank.join("dana"), await bank.join("eli")
        await dana.borrows()
        await eli.borrows()
        talked = dana.outcome(ann, "talked")
        mine = eli.undo(eli.outcome(ben, "busy"))
        undo = msgspec.structs.replace(mine, supersedes=talked.id)
        early = msgspec.structs.replace(mine, id="early", seq=3, supersedes=talked.id)
        assert statuses((await eli.sends(early)).receipts) == ["stored"]  # nobody knows yet whose that is
        await dana.sends(talked)
        reply = await eli.sends(undo)
        assert reply.receipts[0].reason == "The event takes back what another caller recorded."
        assert await bank.rows(tables.attempts, "disposition") == [("talked",)]

    asyncio.run(story())


def test_a_supervisor_corrects_what_a_caller_recorded(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        [ann] = await bank.household(1)
        dana, sue = await bank.join("dana"), await bank.join("sue", role="supervisor")
        await dana.borrows()
        refused = dana.outcome(ann, "refused")
        await dana.sends(refused)
        better = msgspec.structs.replace(refused, id="s1", seq=1, ticket="", disposition="moved", supersedes=refused.id)
        stranger = msgspec.structs.replace(better, id="s2", seq=2, voter_id="5")
        nothing = msgspec.structs.replace(better, id="s3", seq=3, supersedes="x")
        reply = await sue.sends(better, stranger, nothing)
        assert statuses(reply.receipts) == ["stored", "rejected", "rejected"]
        assert reply.receipts[1].reason == "The event takes back one about another voter."
        assert reply.receipts[2].reason == "The event takes back one that is not here."
        assert await bank.rows(tables.attempts, "caller_id", "disposition") == [("dana", "moved")]
        assert await bank.rows(tables.events, "caller_id", "role") == [("dana", "caller"), ("sue", "supervisor")]

    asyncio.run(story())
