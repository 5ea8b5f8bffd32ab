"""Dana's laptop says with each exchange how things stand there, and the server keeps the last word."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import select

from phonetui.server.engine import Database
from phonetui.server.supervising_tables import presences

from .conftest import Clock
from .phone_bank import Laptop, PhoneBank, dana_calls_ann


class Kept(msgspec.Struct, frozen=True):
    heard_at: datetime
    due_at: datetime
    came_at: datetime
    household_id: int | None
    shown_at: datetime
    unsent: int
    on_break: bool
    rejected: int
    rejected_for: str


async def kept(bank: PhoneBank) -> Kept:
    columns = [presences.c[name] for name in Kept.__struct_fields__]
    async with bank.database.read() as connection:
        return Kept(*(await connection.execute(select(*columns))).one())


async def says(laptop: Laptop, wait: int = 0, **said: object) -> None:
    await laptop.asks(msgspec.structs.replace(laptop.request(wait=wait), **said))


def test_a_laptop_tells_whom_it_shows_since_when_and_what_it_has_not_sent(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank, dana, _ = await dana_calls_ann(database, clock)
        await says(dana, shown="1", shown_for=40, unsent=3)
        was = await kept(bank)
        assert (was.household_id, was.unsent, was.on_break) == (1, 3, False)
        assert was.shown_at == clock() - timedelta(seconds=40)
        began = clock.passes(minutes=2) - timedelta(minutes=2, seconds=40)
        await says(dana, shown="1", shown_for=155)
        assert (await kept(bank)).shown_at == began
        await says(dana, on_break=True)
        now = await kept(bank)
        assert (now.household_id, now.on_break, now.shown_at) == (None, True, clock())

    asyncio.run(story())


def test_nobody_shows_a_household_that_was_not_lent_to_them(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank, dana, _ = await dana_calls_ann(database, clock)
        for shown in ("2", "99999999999999999999", "-1", "x", ""):
            await says(dana, shown=shown, shown_for=-5, unsent=-1)
            assert (await kept(bank)).household_id is None
        assert (await kept(bank)).unsent == 0

    asyncio.run(story())


def test_a_laptop_is_heard_of_again_when_its_watch_is_over_whatever_it_sends_meanwhile(
    database: Database, clock: Clock
) -> None:
    async def story() -> None:
        bank, dana, _ = await dana_calls_ann(database, clock)
        watching = dana.request(wait=1)
        await bank.exchange.answer(dana.caller, msgspec.structs.replace(watching, campaign_version=0, wait=300))
        assert (await kept(bank)).due_at == clock() + timedelta(seconds=330)
        clock.passes(seconds=10)
        await says(dana)
        assert (await kept(bank)).due_at == clock() + timedelta(seconds=320)

    asyncio.run(story())


def test_after_a_long_silence_a_laptop_has_come_anew(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank, dana, _ = await dana_calls_ann(database, clock)
        reply = await dana.asks(dana.request(b'{"kind":"skip","id":"s","seq":1,"campaign_id":"turnout"}'))
        assert [receipt.status for receipt in reply.receipts] == ["rejected"]
        came = clock()
        clock.passes(minutes=50)
        await says(dana)
        here = await kept(bank)
        assert (here.came_at, here.heard_at) == (came, clock())
        assert (here.rejected, here.rejected_for) == (1, "unreadable")
        clock.passes(hours=2)
        await says(dana)
        anew = await kept(bank)
        assert (anew.came_at, anew.rejected) == (clock(), 0)

    asyncio.run(story())
