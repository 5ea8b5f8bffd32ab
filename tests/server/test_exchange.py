from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import msgspec
import pytest
from sqlalchemy import Connection, update
from sqlalchemy.exc import DBAPIError

from phonetui.server import news, tables
from phonetui.server.engine import Database, Result, open_database
from phonetui.server.exchange import MOST_IN_A_REQUEST
from phonetui.server.problems import RequestRefused
from phonetui.wire import ExchangeReply

from .conftest import Clock
from .phone_bank import SCHOOLS, TURNOUT, Laptop, PhoneBank, dana_calls_ann, number

#: Seconds within which what is awaited has long come; only a failing test waits so long.
SOON = 120


async def watching(laptop: Laptop, wait: int = 300) -> asyncio.Task[ExchangeReply]:
    """The laptop's watch, once it waits."""
    device = ("turnout", laptop.caller.caller_id, laptop.caller.device_id)
    task = asyncio.create_task(laptop.sends(wait=wait))
    waiting = False
    while not waiting and not task.done():
        await asyncio.wait([task], timeout=0.001)
        waiting = device in laptop.bank.exchange.bells.waiting
    return task


async def soon(task: Awaitable[ExchangeReply]) -> ExchangeReply:
    return await asyncio.wait_for(task, SOON)


async def publish(database: Database, clock: Clock, kind: news.Kind, subject: str) -> None:
    """What another process of the server writes."""
    async with database.write() as connection:
        await connection.run_sync(lambda it: news.publish(it, ["turnout"], kind, [subject], clock()))


def test_the_first_reply_brings_the_campaign_and_voters(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        await bank.household(1)
        dana = await bank.join("dana")
        request = dana.request(want=25)
        first = await dana.asks(type(request)(campaign_id="turnout", device_id="x", want=25))
        assert first.campaign == TURNOUT
        assert [lease.household.number for lease in first.leases] == [number(1)]
        assert (first.campaign_state, first.server_time) == ("open", clock())
        assert (await dana.sends()).campaign is None

    asyncio.run(story())


def test_a_newer_campaign_file_comes_by_itself(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        dana = await bank.join("dana")
        await bank.set_campaign(version=2)
        reply = await dana.sends()
        assert reply.campaign is not None
        assert reply.campaign.version == 2

    asyncio.run(story())


def test_a_campaign_that_is_not_open_to_the_caller_is_unknown(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        await bank.add(SCHOOLS)
        dana = await bank.join("dana")
        nowhere = msgspec.structs.replace(SCHOOLS, campaign_id="no\0where")
        for campaign in (SCHOOLS, nowhere):
            with pytest.raises(RequestRefused, match=r"^The campaign is unknown to this caller\.$"):
                await dana.sends(campaign=campaign)
        dana.caller = msgspec.structs.replace(dana.caller, owner=True)
        with pytest.raises(RequestRefused, match=r"^The campaign is unknown to this caller\.$"):
            await dana.sends(campaign=nowhere)

    asyncio.run(story())


def test_an_exchange_has_an_end(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        dana = await bank.join("dana")
        with pytest.raises(RequestRefused, match=r"^An exchange carries at most 1000 events and households\.$"):
            await dana.asks(dana.request(held=["1"] * (MOST_IN_A_REQUEST + 1)))

    asyncio.run(story())


def test_those_who_voted_are_withdrawn_once(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        ann, _ = await bank.household(1, "Ann", "Ben")
        [cid] = await bank.household(2, "Cid")
        dana = await bank.join("dana")
        await dana.borrows()
        await bank.mark_voted(ann)
        await bank.mark_voted(cid)  # with nobody
        before = dana.cursor
        assert (await dana.sends()).withdrawn == (ann,)
        assert (await dana.sends()).withdrawn == ()
        dana.cursor = before  # the laptop died before it wrote that down
        assert (await dana.sends()).withdrawn == (ann,)

    asyncio.run(story())


@pytest.mark.parametrize("cursor", ["", "x", "-1", "٣", "9" * 18, "9" * 400, "0.5"])
def test_an_unknown_cursor_means_say_how_things_stand(database: Database, clock: Clock, cursor: str) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        ann, _ = await bank.household(1, "Ann", "Ben", phones=[number(1), number(2)])
        dana = await bank.join("dana")
        await dana.borrows()
        await bank.mark_voted(ann)
        asked = {"number": number(2), "reason": "import", "campaign_id": "turnout", "at": clock()}
        await bank.insert(tables.suppressed_numbers, asked)
        await publish(database, clock, "notice", "The office moved.")
        dana.cursor = cursor
        reply = await dana.sends()
        assert (reply.withdrawn, reply.suppressed) == ((ann,), (number(2),))
        assert [notice.text for notice in reply.notices] == ["The office moved."]
        assert (await dana.sends()).notices == ()

    asyncio.run(story())


def test_a_laptop_far_behind_hears_how_things_stand(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        ann, _ = await bank.household(1, "Ann", "Ben")
        dana = await bank.join("dana")
        await dana.borrows()
        await bank.mark_voted(ann)
        async with database.write() as connection:
            others = [str(voter_id) for voter_id in range(100, 1200)]
            await connection.run_sync(lambda it: news.publish(it, ["turnout"], "withdrawn", others, clock()))
        assert (await dana.sends()).withdrawn == (ann,)
        assert (await dana.sends()).withdrawn == ()

    asyncio.run(story())


def test_news_of_a_restored_server_is_heard(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        dana = await bank.join("dana")
        await publish(database, clock, "notice", "Before the backup.")
        await publish(database, clock, "notice", "Lost with the disk.")
        await dana.sends()
        async with database.write() as connection:
            await connection.execute(tables.news.delete().where(tables.news.c.subject == "Lost with the disk."))
        clock.passes(minutes=1)
        await publish(database, clock, "notice", "After it.")
        assert [notice.text for notice in (await dana.sends()).notices] == ["After it."]

    asyncio.run(story())


def test_a_watch_ends_when_there_is_news(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        [ann], [ben] = await bank.household(1, "Ann"), await bank.household(2, "Ben")
        dana, eli = await bank.join("dana"), await bank.join("eli")
        await dana.borrows()
        await eli.borrows()
        watch = await watching(dana)
        await bank.mark_voted(ben)  # not on this laptop
        bank.exchange.wake("turnout")
        await bank.mark_voted(ann)
        bank.exchange.wake("turnout")
        assert (await soon(watch)).withdrawn == (ann,)
        await bank.exchange.close()

    asyncio.run(story())


def test_who_ended_on_one_laptop_is_withdrawn_on_the_same_caller_s_other(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        ann, bea = await bank.household(1, "Ann", "Bea")
        laptop, phone = await bank.join("dana"), await bank.join("dana", device="dana-phone")
        await laptop.borrows()
        talked = laptop.outcome(ann, "talked")
        clock.passes(hours=3)
        assert await phone.borrows() == [number(1)]
        assert (await laptop.sends(talked)).withdrawn == ()
        assert (await phone.sends()).withdrawn == (ann,)
        assert bea in phone.hand["1"].tickets

    asyncio.run(story())


def test_a_watch_hears_what_another_process_wrote(database: Database, url: str, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        dana = await bank.join("dana")
        watch = await watching(dana)
        other = open_database(url)
        await publish(other, clock, "notice", "The office moved.")
        assert [notice.text for notice in (await soon(watch)).notices] == ["The office moved."]
        await other.close()
        await bank.exchange.close()

    asyncio.run(story())


def test_do_not_call_reaches_a_watch_at_once(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        [ann] = await bank.household(1, "Ann")
        await bank.household(2, "Ben", phones=[number(2), number(1)])
        dana, eli = await bank.join("dana"), await bank.join("eli")
        await dana.borrows()
        await eli.borrows()
        watch = await watching(eli)
        await dana.sends(dana.outcome(ann, "do_not_call"))
        assert (await soon(watch)).suppressed == (number(1),)
        await bank.exchange.close()

    asyncio.run(story())


def test_a_watch_that_hears_nothing_ends_in_time(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        dana = await bank.join("dana")
        reply = await soon(await watching(dana, wait=1))
        assert (reply.leases, reply.withdrawn, reply.notices) == ((), (), ())
        assert len(bank.exchange.bells) == 0
        await bank.exchange.close()

    asyncio.run(story())


def test_a_watch_answers_at_once_when_there_is_something_to_tell(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        await bank.household(1)
        dana = await bank.join("dana")
        reply = await soon(dana.asks(dana.request(want=1, wait=300)))
        assert [lease.household.number for lease in reply.leases] == [number(1)]
        await bank.exchange.close()

    asyncio.run(story())


def test_a_newer_watch_of_the_device_ends_the_older(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        dana, eli = await bank.join("dana"), await bank.join("eli")
        older, other = await watching(dana), await watching(eli)
        newer = await watching(dana)
        assert (await soon(older)).leases == ()
        assert not newer.done()
        assert not other.done()
        await publish(database, clock, "notice", "Done for today.")
        bank.exchange.wake("turnout")
        for watch in (newer, other):
            assert [notice.text for notice in (await soon(watch)).notices] == ["Done for today."]
        await bank.exchange.close()

    asyncio.run(story())


def test_a_send_does_not_wait_for_a_watch(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank, dana, ann = await dana_calls_ann(database, clock)
        watch = await watching(dana)
        reply = await soon(dana.asks(dana.request(dana.outcome(ann, "not_home"))))
        assert reply.receipts[0].status == "stored"
        assert not watch.done()
        watch.cancel()
        await bank.exchange.close()

    asyncio.run(story())


def test_a_watch_gives_back_nothing_that_came_while_it_waited(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        ann, ben = await bank.household(1, "Ann", "Ben")
        dana = await bank.join("dana")
        watch = await watching(dana)
        await dana.borrows()
        await dana.sends(dana.outcome(ann, "refused", done=False))
        await publish(database, clock, "notice", "Done for today.")
        bank.exchange.wake("turnout")
        assert (await soon(watch)).leases == ()
        reply = await dana.sends(dana.outcome(ben, "talked", same_call=True))
        assert [receipt.status for receipt in reply.receipts] == ["stored"]
        assert await bank.rows(tables.attempts, "late") == [(False,), (False,)]
        await bank.exchange.close()

    asyncio.run(story())


def test_a_watch_asks_again_who_is_asking(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        dana = await bank.join("dana")
        watch = await watching(dana)
        async with database.write() as connection:
            await connection.execute(update(tables.devices).values(ended_at=clock()))
        bank.exchange.wake("turnout")
        with pytest.raises(RequestRefused) as refused:
            await soon(watch)
        assert refused.value.problem.type == "signed-out"
        await bank.exchange.close()

    asyncio.run(story())


def test_to_whoever_is_a_member_no_longer_the_campaign_is_closed(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        dana = await bank.join("dana")
        watch = await watching(dana)
        async with database.write() as connection:
            await connection.execute(tables.members.delete())
        bank.exchange.wake("turnout")
        assert (await soon(watch)).campaign_state == "closed"
        await bank.exchange.close()

    asyncio.run(story())


def test_two_servers_over_one_database_lend_no_number_twice(database: Database, url: str, clock: Clock) -> None:
    async def story() -> None:
        one = PhoneBank(database, clock)
        await one.add()
        await one.households(60)
        other = PhoneBank(open_database(url), clock)
        laptops = [await (one, other)[nth % 2].join(f"caller{nth}") for nth in range(6)]
        lent = await asyncio.gather(*(laptop.borrows(10) for laptop in laptops))
        numbers = [each for numbers in lent for each in numbers]
        assert len(set(numbers)) == len(numbers)
        again = await asyncio.gather(*(laptop.borrows(25) for laptop in laptops))
        numbers += [each for numbers in again for each in numbers]
        assert sorted(numbers) == sorted(number(nth) for nth in range(1, 61))
        await other.database.close()

    asyncio.run(story())


def test_the_same_events_over_two_connections_are_stored_once(database: Database, url: str, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        await bank.households(20)
        dana = await bank.join("dana")
        await dana.borrows(25)
        events = [dana.outcome(next(iter(lease.tickets)), "not_home") for lease in list(dana.hand.values())]
        other = PhoneBank(open_database(url), clock)
        request = dana.request(*events)
        replies = await asyncio.gather(*(it.exchange.answer(dana.caller, request) for it in (bank, other) * 3))
        told = [receipt.status for reply in replies for receipt in reply.receipts]
        assert sorted(told) == ["duplicate"] * 100 + ["stored"] * 20
        assert await bank.count(tables.attempts) == await bank.count(tables.events) == 20
        await other.database.close()

    asyncio.run(story())


class Waited(Exception):
    """What PostgreSQL says to one of two transactions that wait for each other."""

    sqlstate = "40P01"


class Deadlocks(Database):
    """A database in which the first `left` transactions are given up."""

    left = 0

    async def transact(self, work: Callable[[Connection], Result]) -> Result:
        if self.left:
            self.left -= 1
            raise DBAPIError("UPDATE", {}, Waited())
        return await super().transact(work)


def test_a_transaction_given_up_for_another_is_tried_again(url: str, clock: Clock) -> None:
    async def story() -> None:
        database = Deadlocks(url)
        bank = PhoneBank(database, clock)
        await bank.add()
        await bank.household(1)
        dana = await bank.join("dana")
        database.left = 3
        assert await dana.borrows() == [number(1)]
        database.left = 4
        with pytest.raises(DBAPIError):
            await dana.sends()
        await database.close()

    asyncio.run(story())
