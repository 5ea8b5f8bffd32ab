from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import msgspec

from phonetui.core.voter import PastAttempt, PollingPlace
from phonetui.server import tables
from phonetui.server.engine import Database

from .conftest import Clock
from .phone_bank import CHICAGO, HONOLULU, SCHOOLS, PhoneBank, number


def test_two_callers_never_get_the_same_number(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        await bank.households(60)
        dana, eli = await bank.join("dana"), await bank.join("eli")
        first, second = await asyncio.gather(dana.borrows(25), eli.borrows(25))
        assert len(first) == len(second) == 25
        assert not set(first) & set(second)

    asyncio.run(story())


def test_a_number_is_lent_once_among_all_campaigns(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        await bank.add(SCHOOLS)
        await bank.household(1)
        await bank.household(1, campaign=SCHOOLS)
        await bank.household(2, campaign=SCHOOLS)
        dana, eli = await bank.join("dana"), await bank.join("eli", campaigns=[SCHOOLS])
        assert await dana.borrows(25) == [number(1)]
        assert await eli.borrows(25, SCHOOLS) == [number(2)]
        clock.passes(hours=2)
        assert await eli.borrows(25, SCHOOLS) == [number(1)]
        reply = await dana.sends()
        assert reply.ended == ("1",)

    asyncio.run(story())


def test_an_institution_is_called_one_person_at_a_time(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        for household_id in (1, 2):
            await bank.household(household_id, phones=[number(77)])
        dana, eli = await bank.join("dana"), await bank.join("eli")
        assert await dana.borrows(25) == [number(77)]
        assert await eli.borrows(25) == []

    asyncio.run(story())


def test_nobody_holds_more_than_twenty_five(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        await bank.households(40)
        dana = await bank.join("dana")
        assert len(await dana.borrows(500)) == 25
        assert await dana.borrows(25) == []
        dana.hand.pop("1")  # says nothing of it, and so it comes again
        assert await dana.borrows(25) == [number(1)]

    asyncio.run(story())


def test_a_lost_reply_loses_no_lease(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        await bank.households(30)
        dana = await bank.join("dana")
        lost = await dana.asks(dana.request(want=3))
        clock.passes(seconds=20)
        reply = await dana.sends(want=3)
        assert [lease.household for lease in reply.leases] == [lease.household for lease in lost.leases]
        assert [lease.tickets for lease in reply.leases] == [lease.tickets for lease in lost.leases]

    asyncio.run(story())


def test_another_device_of_the_caller_has_voters_of_its_own(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        await bank.households(2)
        laptop, tablet = await bank.join("dana"), await bank.join("dana", device="tablet")
        assert await laptop.borrows() == [number(1)]
        assert await tablet.borrows() == [number(2)]

    asyncio.run(story())


def test_a_lease_runs_two_hours_and_every_exchange_renews_it(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        await bank.household(1)
        dana, eli = await bank.join("dana"), await bank.join("eli")
        begun = clock()
        reply = await dana.sends(want=1)
        assert reply.leases[0].until == begun + timedelta(hours=2)
        clock.passes(minutes=90)
        reply = await dana.sends()
        assert reply.renewed_until == clock() + timedelta(hours=2)
        clock.passes(minutes=90)
        assert await eli.borrows() == []
        clock.passes(minutes=30)
        assert await eli.borrows() == [number(1)]
        reply = await dana.sends()
        assert reply.ended == ("1",)

    asyncio.run(story())


def test_a_lease_that_ended_goes_on_if_nobody_else_has_it(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        await bank.household(1)
        dana = await bank.join("dana")
        await dana.borrows()
        clock.passes(hours=3)
        reply = await dana.sends(want=25)
        assert reply.ended == ()
        assert reply.renewed_until == clock() + timedelta(hours=2)

    asyncio.run(story())


def test_a_household_that_was_never_lent_is_not_the_laptops(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        await bank.households(2)
        dana = await bank.join("dana")
        reply = await dana.asks(dana.request(want=1, held=["1", "99", "x", "٣", "9999999999"]))
        assert set(reply.ended) == {"1", "99", "x", "٣", "9999999999"}
        assert [lease.household.household_id for lease in reply.leases] == ["2"]

    asyncio.run(story())


def test_voters_are_lent_only_where_it_is_calling_time(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        await bank.household(1, zones=HONOLULU)
        await bank.household(2, zones=f"{CHICAGO} {HONOLULU}")
        await bank.household(3)
        await bank.household(4, zones=CHICAGO)
        dana = await bank.join("dana")
        assert await dana.borrows(25) == [number(3), number(4)]
        reply = await dana.sends(want=25)
        nine_in_honolulu = datetime(2026, 10, 6, 19, 0, tzinfo=UTC)
        assert (reply.out.resting, reply.out.next_at, reply.out.opens_at) == (2, nine_in_honolulu, nine_in_honolulu)
        clock.passes(hours=3)
        assert await dana.borrows(25) == [number(1), number(2)]

    asyncio.run(story())


def test_those_at_one_address_come_in_a_row(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        await bank.household(1, address_key="12 mill ct")
        await bank.household(2)
        await bank.household(3, address_key="12 mill ct", zones=CHICAGO)
        await bank.household(4, address_key="12 mill ct", zones=HONOLULU)
        dana, eli = await bank.join("dana"), await bank.join("eli")
        assert await dana.borrows(2) == [number(1), number(3)]
        assert await eli.borrows(2) == [number(2)]

    asyncio.run(story())


def test_whoever_was_not_home_comes_back_in_the_next_round(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        [ann], [ben] = await bank.household(1), await bank.household(2)
        dana = await bank.join("dana")
        await dana.borrows()
        assert [
            lease.household.number for lease in (await dana.sends(dana.outcome(ann, "not_home"), want=1)).leases
        ] == [number(2)]
        reply = await dana.sends(dana.outcome(ben, "busy"), want=1)
        nine_tomorrow = datetime(2026, 10, 7, 13, 0, tzinfo=UTC)
        assert (reply.leases, reply.out.resting, reply.out.next_at) == ((), 2, nine_tomorrow)
        clock.now = nine_tomorrow
        await bank.household(3)
        assert await dana.borrows(25) == [number(3), number(1), number(2)]

    asyncio.run(story())


def test_four_attempts_are_all_there_are(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        [ann] = await bank.household(1)
        dana = await bank.join("dana")
        for _ in range(4):
            assert await dana.borrows() == [number(1)]
            await dana.sends(dana.outcome(ann, "not_home"))
            clock.passes(days=1)
        reply = await dana.sends(want=1)
        assert (reply.leases, reply.out.resting) == ((), 0)

    asyncio.run(story())


def test_a_skipped_household_comes_at_the_end_of_its_round(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        [ann], [ben], _ = [await bank.household(household_id) for household_id in (1, 2, 3)]
        dana = await bank.join("dana")
        await dana.borrows()
        reply = await dana.sends(dana.skip(ann), want=1)
        assert [lease.household.number for lease in reply.leases] == [number(2)]
        reply = await dana.sends(dana.outcome(ben, "not_home"), want=2)
        assert [lease.household.number for lease in reply.leases] == [number(3), number(1)]

    asyncio.run(story())


def test_a_campaign_that_is_paused_or_over_lends_nobody(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        await bank.households(3)
        dana = await bank.join("dana")
        await dana.borrows()
        await bank.set_campaign(state="paused")
        reply = await dana.asks(dana.request(want=25, held=[]))
        assert (reply.leases, reply.campaign_state) == ((), "paused")
        await bank.set_campaign(state="open")
        clock.now = datetime(2026, 11, 4, 12, 1, tzinfo=UTC)
        reply = await dana.sends(want=25)
        assert (reply.leases, reply.campaign_state) == ((), "closed")

    asyncio.run(story())


def test_what_a_laptop_is_given_of_a_household(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        place = PollingPlace("Mill School", "12 Mill St")
        row = {"campaign_id": "turnout", "precinct": "35", "body": msgspec.json.encode(place)}
        await bank.insert(tables.places, row)
        ann, ben, cid = await bank.household(1, "Ann", "Ben", "Cid", phones=[number(1), number(9)], precinct="35")
        dana = await bank.join("dana")
        await dana.borrows()
        called_at = clock()
        of_ben = dana.outcome(ben, "language", done=False, same_call=True, at=called_at, note="Tagalog")
        of_cid = dana.outcome(cid, "not_home", same_call=True, at=called_at)
        await dana.sends(dana.outcome(ann, "refused", done=False, at=called_at), of_ben, of_cid)
        await bank.insert(tables.suppressed_numbers, {"number": number(9), **SUPPRESSED, "at": clock()})
        clock.passes(days=1)
        [lease] = (await dana.sends(want=1)).leases
        assert lease.household.number == number(1)
        given = {voter.voter_id: voter for voter in lease.household.voters}
        assert list(given) == [ben, cid] == list(lease.tickets)
        assert given[ben].attempts == (PastAttempt(called_at, "language", "Tagalog", of_ben.id),)
        assert given[cid].attempts == (PastAttempt(called_at, "not_home", "", of_cid.id),)
        assert given[ben].polling_place == place
        assert [phone.number for phone in given[ben].phones] == [number(1)]

    asyncio.run(story())


SUPPRESSED = {"reason": "import", "campaign_id": "schools"}


def test_a_suppressed_number_is_not_lent(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        await bank.households(2)
        await bank.insert(tables.suppressed_numbers, {"number": number(1), **SUPPRESSED, "at": clock()})
        dana = await bank.join("dana")
        assert await dana.borrows(25) == [number(2)]

    asyncio.run(story())


def test_earlier_calls_at_a_number_count_for_all_who_share_it(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        ann, _ = await bank.household(1, "Ann", "Ben")
        dana = await bank.join("dana")
        await dana.borrows()
        called_at = clock()
        away = dana.outcome(ann, "not_home", at=called_at)
        await dana.sends(away)
        clock.passes(days=1)
        [lease] = (await dana.sends(want=1)).leases
        earlier = PastAttempt(called_at, "not_home", "", away.id)
        assert [voter.attempts for voter in lease.household.voters] == [(earlier,)] * 2

    asyncio.run(story())


def test_a_closed_household_that_is_opened_again_is_still_on_the_laptop_that_never_heard_of_it(
    database: Database, clock: Clock
) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        [ann] = await bank.household(1)
        dana, eli = await bank.join("dana"), await bank.join("eli")
        await dana.borrows()
        clock.passes(hours=3)
        assert await eli.borrows() == [number(1)]
        wrong = dana.outcome(ann, "wrong_number")
        await dana.sends(wrong)
        lost = await eli.asks(eli.request())
        assert lost.ended == ("1",)
        await dana.sends(dana.undo(wrong, back=False))
        assert await dana.borrows() == []
        assert (await eli.sends()).ended == ()

    asyncio.run(story())


def test_a_closed_household_is_given_up_once_its_laptop_has_it_no_more(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        [ann] = await bank.household(1)
        dana, eli = await bank.join("dana"), await bank.join("eli")
        await dana.borrows()
        clock.passes(hours=3)
        await eli.borrows()
        wrong = dana.outcome(ann, "wrong_number")
        await dana.sends(wrong)
        assert (await eli.sends()).ended == ("1",)
        assert (await eli.sends()).ended == ()
        await dana.sends(dana.undo(wrong, back=False))
        assert await dana.borrows() == [number(1)]

    asyncio.run(story())
