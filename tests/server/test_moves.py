from __future__ import annotations

import asyncio

import pytest

from phonetui.core.event import ending
from phonetui.server import tables
from phonetui.server.engine import Database

from .conftest import Clock
from .phone_bank import SCHOOLS, PhoneBank, dana_calls_ann, number

STATES = ("household_id", "number", "state")
PLACES = ("voter_id", "household_id", "ended")


def test_a_wrong_number_sends_all_who_share_it_to_their_next(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        ann, _ = await bank.household(1, "Ann", "Ben", phones=[number(1), number(2)])
        dana = await bank.join("dana")
        await dana.borrows()
        wrong = dana.outcome(ann, "wrong_number")
        await dana.sends(wrong)
        assert await bank.rows(tables.households, *STATES) == [(1, number(1), "closed"), (2, number(2), "ready")]
        assert await bank.rows(tables.voters, *PLACES) == [(1, 2, ""), (2, 2, "")]
        reply = await dana.sends(want=1)
        assert [voter.first_name for voter in reply.leases[0].household.voters] == ["Ann", "Ben"]
        assert [phone.number for phone in reply.leases[0].household.voters[0].phones] == [number(2)]
        await dana.sends(dana.undo(wrong))
        assert await bank.rows(tables.voters, *PLACES) == [(1, 1, ""), (2, 1, "")]
        assert await bank.rows(tables.households, *STATES) == [(1, number(1), "lent"), (2, number(2), "closed")]
        assert await bank.count(tables.ended_numbers) == 0

    asyncio.run(story())


def test_who_has_no_other_number_is_not_called_again(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank, dana, ann = await dana_calls_ann(database, clock)
        gone = dana.outcome(ann, "disconnected")
        await dana.sends(gone)
        assert await bank.rows(tables.voters, *PLACES) == [(1, 1, "no-number")]
        await dana.sends(dana.undo(gone))
        assert await bank.rows(tables.voters, *PLACES) == [(1, 1, "")]

    asyncio.run(story())


def test_those_who_move_join_whoever_has_the_number_already(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        [ann] = await bank.household(1, "Ann", phones=[number(1), number(2)])
        await bank.household(2, "Cid")
        await bank.household(3, *[f"Resident {nth}" for nth in range(8)], phones=[number(3)])
        [dot] = await bank.household(4, "Dot", phones=[number(4), number(3)])
        dana = await bank.join("dana")
        await dana.borrows(25)
        await dana.sends(dana.outcome(ann, "wrong_number"), dana.outcome(dot, "wrong_number"))
        places = await bank.rows(tables.voters, "voter_id", "household_id")
        assert (int(ann), 2) in places
        assert (int(dot), 5) in places  # with one more, household 3 would be an institution

    asyncio.run(story())


def test_do_not_call_holds_in_every_campaign(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        await bank.add(SCHOOLS)
        ann, _ = await bank.household(1, "Ann", "Ben", phones=[number(1), number(2)])
        await bank.household(1, "Ann", campaign=SCHOOLS)
        [cid] = await bank.household(2, "Cid", phones=[number(8), number(1)], campaign=SCHOOLS)
        dana, eli = await bank.join("dana"), await bank.join("eli", campaigns=[SCHOOLS])
        await eli.borrows(25, SCHOOLS)
        await dana.borrows(25)
        assert list(dana.hand) == []
        clock.passes(hours=3)
        await dana.borrows(25)
        asked = dana.outcome(ann, "do_not_call")
        reply = await dana.sends(asked)
        assert await bank.rows(tables.voters, "campaign_id", *PLACES) == [
            ("schools", 3, 1, "no-number"),
            ("schools", int(cid), 2, ""),
            ("turnout", 1, 2, "do_not_call"),
            ("turnout", 2, 2, ""),
        ]
        reply = await eli.sends(campaign=SCHOOLS)
        assert reply.ended == ("1",)
        assert reply.suppressed == (number(1),)  # Cid's second number
        assert (await eli.sends(campaign=SCHOOLS)).suppressed == ()
        clock.passes(days=1)
        assert await bank.rows(tables.suppressed_numbers, "number", "reason") == [(number(1), asked.id)]
        await dana.sends(dana.undo(asked))
        assert await bank.count(tables.suppressed_numbers) == 0
        assert await bank.rows(tables.households, "campaign_id", "household_id", "state") == [
            ("schools", 1, "ready"),
            ("schools", 2, "lent"),
            ("turnout", 1, "lent"),
            ("turnout", 2, "closed"),
        ]

    asyncio.run(story())


def test_a_number_stays_suppressed_while_anyone_asks_for_it(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        ann, ben = await bank.household(1, "Ann", "Ben")
        dana = await bank.join("dana")
        await dana.borrows()
        first = dana.outcome(ann, "do_not_call", done=False)
        second = dana.outcome(ben, "do_not_call", same_call=True)
        await dana.sends(first, second)
        await dana.sends(dana.undo(first))
        assert await bank.rows(tables.suppressed_numbers, "number", "reason") == [(number(1), second.id)]
        assert await bank.rows(tables.voters, "ended") == [("do_not_call",), ("no-number",)]

    asyncio.run(story())


@pytest.mark.parametrize("disposition", ["do_not_call", "wrong_number"])
def test_nobody_ends_a_strangers_number(database: Database, clock: Clock, disposition: str) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        [ann], _ = await bank.household(1), await bank.household(2)
        dana = await bank.join("dana")
        await dana.borrows()
        await dana.sends(dana.outcome(ann, disposition, number_ending=ending(number(2))))
        assert await bank.count(tables.suppressed_numbers) == await bank.count(tables.ended_numbers) == 0
        assert await dana.borrows(25) == [number(2)]

    asyncio.run(story())


def test_a_second_number_that_ended_leaves_the_first_alone(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        ann, _ = await bank.household(1, "Ann", "Ben", phones=[number(1), number(2)])
        dana = await bank.join("dana")
        await dana.borrows()
        await dana.sends(dana.outcome(ann, "wrong_number", number_ending=ending(number(2))))
        assert await bank.rows(tables.households, *STATES) == [(1, number(1), "resting")]
        clock.passes(days=1)
        [lease] = (await dana.sends(want=1)).leases
        assert [phone.number for voter in lease.household.voters for phone in voter.phones] == [number(1)] * 2

    asyncio.run(story())


def test_an_outcome_is_about_the_number_that_ends_as_it_says(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        [ann] = await bank.household(1, phones=[number(1), number(2), number(102)])
        dana = await bank.join("dana")
        await dana.borrows()
        for last_digits in ("01", "02", "03"):
            await dana.sends(dana.outcome(ann, "busy", done=False, number_ending=last_digits))
        assert await bank.rows(tables.attempts, "attempt_id", "number") == [
            ("dana-laptop-1", number(1)),
            ("dana-laptop-2", number(2)),
            ("dana-laptop-3", ""),
        ]

    asyncio.run(story())


def test_another_callers_laptop_hears_of_a_voter_who_ended(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        ann, _ = await bank.household(1, "Ann", "Ben")
        dana, eli = await bank.join("dana"), await bank.join("eli")
        await dana.borrows()
        refused = dana.outcome(ann, "refused")
        clock.passes(hours=3)
        await eli.borrows()
        await dana.sends(refused)
        reply = await eli.sends()
        assert (reply.withdrawn, reply.ended) == ((ann,), ())

    asyncio.run(story())


def test_who_ends_after_moving_is_not_called_where_they_are_now(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        [ann] = await bank.household(1, phones=[number(1), number(2)])
        dana = await bank.join("dana")
        await dana.borrows()
        refused = dana.outcome(ann, "refused", done=False)
        await dana.sends(dana.outcome(ann, "wrong_number"))
        assert await bank.rows(tables.households, *STATES) == [(1, number(1), "closed"), (2, number(2), "ready")]
        await dana.sends(refused)
        assert await bank.rows(tables.households, *STATES) == [(1, number(1), "closed"), (2, number(2), "closed")]

    asyncio.run(story())


def test_a_number_that_is_good_again_finds_all_who_were_passed_on(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        [ann] = await bank.household(1)
        [ben] = await bank.household(2, "Ben", phones=[number(2), number(1)])
        dana = await bank.join("dana")
        await dana.borrows(2)
        mistaken = dana.outcome(ann, "wrong_number")
        await dana.sends(mistaken, dana.outcome(ben, "disconnected"))
        assert await bank.rows(tables.voters, *PLACES) == [(1, 1, "no-number"), (2, 2, "no-number")]
        await dana.sends(dana.undo(mistaken))
        assert await bank.rows(tables.voters, *PLACES) == [(1, 1, ""), (2, 1, "")]
        assert await bank.count(tables.moved_voters) == 1

    asyncio.run(story())


def test_who_goes_back_to_their_first_number_is_taken_from_the_laptop_that_has_the_second(
    database: Database, clock: Clock
) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        [ann] = await bank.household(1, "Ann", phones=[number(1), number(2)])
        await bank.household(2, "Cid")
        dana, eli = await bank.join("dana"), await bank.join("eli")
        await dana.borrows()
        gone = dana.outcome(ann, "disconnected")
        await dana.sends(gone)
        [lease] = (await eli.sends(want=1)).leases
        assert [voter.first_name for voter in lease.household.voters] == ["Cid", "Ann"]
        back = await dana.sends(dana.undo(gone))
        assert back.withdrawn == ()
        reply = await eli.sends()
        assert (reply.withdrawn, reply.ended) == ((ann,), ())

    asyncio.run(story())


def test_who_went_on_to_a_second_number_of_the_same_laptop_is_not_withdrawn(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        [ann], [ben] = await bank.household(1, "Ann", phones=[number(1), number(2)]), await bank.household(3, "Ben")
        dana, eli = await bank.join("dana"), await bank.join("eli")
        await dana.borrows(2)
        eli.cursor = (await eli.sends()).cursor
        clock.passes(hours=3)  # dana's leases are over
        await eli.borrows(2)
        await dana.sends(dana.outcome(ann, "disconnected"))
        reply = await eli.sends(want=5)
        assert reply.ended == ("1",)
        assert [voter.voter_id for lease in reply.leases for voter in lease.household.voters] == [ann]
        assert reply.withdrawn == ()
        assert ben in {voter.voter_id for lease in eli.hand.values() for voter in lease.household.voters}

    asyncio.run(story())


def test_who_ends_by_a_correction_of_an_earlier_visit_leaves_the_laptop_that_has_them_again(
    database: Database, clock: Clock
) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        ann, ben = await bank.household(1, "Ann", "Ben")
        dana = await bank.join("dana")
        await dana.borrows()
        nobody = dana.outcome(ann, "not_home")
        assert (await dana.sends(nobody)).withdrawn == ()
        clock.passes(days=1)
        assert await dana.borrows() == [number(1)]
        talked = dana.outcome(ann, "talked", done=False, supersedes=nobody.id, ticket=nobody.ticket)
        assert (await dana.sends(talked)).withdrawn == (ann,)
        assert (await dana.sends(dana.outcome(ben, "talked", done=False))).withdrawn == ()  # of this visit

    asyncio.run(story())
