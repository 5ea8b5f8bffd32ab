"""A caller at a desk, a campaign server over HTTP, and its Asterisk: the server rings whomever the caller dials."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select

from phonetui.client.desk import PhoneDesk
from phonetui.client.engines import open_line
from phonetui.client.folders import folders_in
from phonetui.client.journal import Journal
from phonetui.client.outbox import Outbox
from phonetui.client.phone_view import PhoneView
from phonetui.client.phonetui_server import PhonetuiServer
from phonetui.client.settings import DialerName, Settings
from phonetui.core.call_actions import Result
from phonetui.core.campaign import Campaign, Dialing
from phonetui.core.event import Dial, decode
from phonetui.server import tables
from phonetui.server.accounts import hash_token
from phonetui.server.app import create_app
from phonetui.server.engine import Database, create_tables, database_url, open_database
from phonetui.server.run import Running, serve_in_background
from tests.client.people import KEY
from tests.client.sip_desk import RunningClock
from tests.core.example import CAMPAIGN as EXAMPLE
from tests.server.bridge_people import DANAS_PHONE
from tests.server.conftest import Clock
from tests.server.phone_bank import KEYS, TURNOUT, PhoneBank, number
from tests.server.phone_lines import ari_of
from tests.server.small_ari import SmallAri, small_ari

OPEN = msgspec.structs.replace(TURNOUT, steps=EXAMPLE.steps)
HIDING = msgspec.structs.replace(OPEN, dialing=Dialing(hide_numbers=True))
BY_BRIDGE = Settings(dialer="bridge", own_number=DANAS_PHONE)
IN_VAIN = 120.0


class Seat:
    """Dana at her desk, her own phone beside it."""

    def __init__(self, desk: PhoneDesk, ari: SmallAri, bank: PhoneBank, running: Running, clock: RunningClock) -> None:
        self.desk = desk
        self.running = running
        self.ari = ari
        self.bank = bank
        self._clock = clock
        self._changed = asyncio.Event()
        desk.listen(self._changed.set)

    @property
    def phone(self) -> PhoneView:
        return self.desk.view.phone

    async def until(self, holds: Callable[[PhoneView], object]) -> None:
        async with asyncio.timeout(IN_VAIN):
            while not holds(self.phone):
                await self._changed.wait()
                self._changed.clear()

    async def dials(self) -> None:
        self.desk.phone.dial()
        await self.until(lambda phone: phone.in_call)

    def channels(self, kind: str, *, up: bool) -> list[str]:
        """Dana's own phone, `volunteer`, or the voter's: those that were answered, or those that were not."""
        known = self.ari.channels.items()
        return [name for name, each in known if name.startswith(f"calls.{kind}.") and (each.state == "Up") is up]

    async def rung(self, kind: str) -> str:
        """The phone that is rung now."""
        await self.ari.until(lambda: self.channels(kind, up=False))
        return self.channels(kind, up=False)[0]

    async def answers(self, kind: str) -> str:
        name = await self.rung(kind)
        self.ari.rings(name)
        self.ari.answers(name)
        return name

    async def talks(self) -> str:
        """From the key to the talk; the voter's channel."""
        await self.dials()
        if not self.channels("volunteer", up=True):
            await self.answers("volunteer")
        name = await self.answers("voter")
        await self.until(lambda phone: phone.state == "talking")
        return name

    async def saves(self, disposition: str) -> None:
        self._clock.put_on(1)
        await self.desk.act(Result(disposition))

    async def tells(self, sentence: str) -> None:
        await self.until(lambda phone: phone.said == sentence)


def tells_a_number(seat: Seat) -> bool:
    return b"555" in msgspec.json.encode(seat.desk.view.call)


def evening(
    tmp_path: Path, story: Callable[[Seat], Awaitable[None]], campaign: Campaign = OPEN, settings: Settings = BY_BRIDGE
) -> list[Dial]:
    """The story; then the numbers that were dialed, as the campaign has them."""

    async def told() -> list[Dial]:
        url = database_url(tmp_path, None)
        create_tables(url)
        now = Clock(datetime(2026, 10, 6, 16, 0, tzinfo=UTC))
        async with small_ari() as ari:
            database = open_database(url)
            bank = PhoneBank(database, now)
            await bank.add(campaign)
            await bank.households(3, campaign)
            dana = (await bank.join("dana", device="laptop")).caller
            await bank.insert(tables.devices, signed_in(dana.caller_id, now))
            app = create_app(open_database(url), KEYS, now, ari=ari_of(ari))
            running = await asyncio.to_thread(serve_in_background, app)
            await ari.until(lambda: "GET /bridges" in ari.asked)
            try:
                await sit_down(tmp_path, settings, running, ari, bank, story)
                assert ari.channels == {}
            finally:
                await asyncio.to_thread(running.stop)
            dialed = await dials(database)
            await database.close()
            return dialed

    return asyncio.run(told())


def signed_in(caller_id: str, now: Clock) -> dict[str, object]:
    of = {"caller_id": caller_id, "device_id": "laptop", "signed_in_at": now()}
    return {"token_hash": hash_token("open sesame"), **of}


async def dials(database: Database) -> list[Dial]:
    async with database.read() as connection:
        rows = await connection.execute(select(tables.events.c.body).order_by(tables.events.c.seq))
        return [event for row in rows if isinstance(event := decode(row.body), Dial)]


async def sit_down(
    folder: Path,
    settings: Settings,
    running: Running,
    ari: SmallAri,
    bank: PhoneBank,
    story: Callable[[Seat], Awaitable[None]],
) -> None:
    clock = RunningClock()
    journal = await Journal.open(folder / "turnout.journal", KEY)
    loaded = await journal.load()
    outbox = Outbox("laptop", "turnout", loaded, random=lambda: 0.5, now=clock.now(), tick=clock.tick())
    phone = open_line(settings, folders_in(folder), clock, "", outbox, lambda: None)
    server = PhonetuiServer(running.url, "open sesame")
    desk = PhoneDesk("Dana", journal, loaded, outbox, server, clock, phone=phone)
    seat = Seat(desk, ari, bank, running, clock)
    await desk.start()
    try:
        await seat.until(lambda phone: seat.desk.view.call.household)
        await story(seat)
    finally:
        await desk.close()
        await server.close()
    await ari.until(lambda: not ari.channels)


def test_the_campaign_rings_the_caller_once_and_each_voter_into_that_call(tmp_path: Path) -> None:
    async def story(seat: Seat) -> None:
        await seat.dials()
        await seat.tells("Your own phone rings; take the call, and stay on it between voters.")
        own = await seat.answers("volunteer")
        ann = await seat.rung("voter")
        seat.ari.rings(ann)
        await seat.until(lambda phone: phone.state == "ringing")
        seat.ari.answers(ann)
        await seat.until(lambda phone: phone.state == "talking")
        assert seat.ari.channels[ann].endpoint == f"PJSIP/{number(1)}@carrier"
        seat.desk.phone.mute()
        await seat.until(lambda phone: phone.muted)
        assert seat.ari.channels[own].muted
        seat.desk.phone.press("1")
        seat.desk.phone.press("2#")
        await seat.ari.until(lambda: seat.ari.channels[ann].keys == "12#")
        await seat.saves("not_home")
        await seat.ari.until(lambda: ann not in seat.ari.channels)
        await seat.dials()
        ben = await seat.rung("voter")
        assert (seat.phone.muted, seat.ari.channels[own].muted) == (False, False)
        seat.ari.hangs_up(ben, 17, dialed="BUSY")
        await seat.until(lambda phone: phone.offered == "busy")
        await seat.saves("busy")
        assert seat.ari.channels.keys() == {own}
        assert seat.ari.asked.count(f"POST /channels/{own}") == 1

    assert [(one.engine, one.by, one.number_ending) for one in evening(tmp_path, story)] == [
        ("bridge", "key", "01"),
        ("bridge", "key", "02"),
    ]


def test_a_laptop_without_numbers_calls_all_the_same(tmp_path: Path) -> None:
    async def story(seat: Seat) -> None:
        assert not tells_a_number(seat)
        name = await seat.talks()
        assert seat.ari.channels[name].endpoint == f"PJSIP/{number(1)}@carrier"
        await seat.saves("not_home")
        name = await seat.talks()
        assert seat.ari.channels[name].endpoint == f"PJSIP/{number(2)}@carrier"
        assert not tells_a_number(seat)

    assert [one.number_ending for one in evening(tmp_path, story, HIDING)] == ["", ""]


@pytest.mark.parametrize("dialer", ["hand", "link"])
def test_who_has_no_bridge_is_told_that_the_numbers_are_hidden(tmp_path: Path, dialer: DialerName) -> None:
    why = "The campaign hides its numbers; type phonetui settings set dialer bridge to call here."

    async def story(seat: Seat) -> None:
        if dialer == "hand":
            assert seat.desk.view.warning == why
        else:
            seat.desk.phone.dial()
            await seat.tells(why)

    assert evening(tmp_path, story, HIDING, Settings(dialer=dialer)) == []


def test_the_caller_hangs_up_and_stays_for_the_next(tmp_path: Path) -> None:
    async def story(seat: Seat) -> None:
        ann = await seat.talks()
        seat.desk.phone.hang_up()
        await seat.tells("The call has ended")
        assert ann not in seat.ari.channels
        await seat.saves("not_home")
        await seat.talks()

    evening(tmp_path, story)


def test_when_the_callers_phone_drops_the_voter_is_let_go_and_the_next_call_rings_both(tmp_path: Path) -> None:
    async def story(seat: Seat) -> None:
        await seat.talks()
        seat.ari.hangs_up(seat.channels("volunteer", up=True)[0])
        await seat.until(lambda phone: not phone.in_call)
        await seat.ari.until(lambda: not seat.ari.channels)
        await seat.saves("not_home")
        await seat.talks()

    evening(tmp_path, story)


def test_who_does_not_take_the_call_is_told_and_rung_again(tmp_path: Path) -> None:
    async def story(seat: Seat) -> None:
        await seat.dials()
        seat.ari.hangs_up(await seat.rung("volunteer"), 19, dialed="NOANSWER")
        await seat.tells("You did not take the call on your own phone; dial to have it rung again.")
        assert seat.phone.can_dial
        await seat.talks()

    evening(tmp_path, story)


def test_who_hangs_up_while_their_own_phone_rings_goes_on_with_the_next(tmp_path: Path) -> None:
    async def story(seat: Seat) -> None:
        await seat.dials()
        await seat.rung("volunteer")
        seat.desk.phone.hang_up()
        await seat.tells("You hung up before anybody answered")
        assert seat.phone.redials
        await seat.saves("not_home")
        await seat.until(lambda phone: phone.can_dial and not phone.redials)

    evening(tmp_path, story)


def test_without_its_phone_system_the_call_is_saved_and_the_next_dialed_by_hand(tmp_path: Path) -> None:
    async def story(seat: Seat) -> None:
        await seat.talks()
        await seat.ari.goes_away()
        seat.ari.dies()
        await seat.tells("The campaign's phone system is not heard just now; the call may go on.")
        await seat.saves("not_home")
        assert seat.desk.view.tally.attempts == 1
        seat.desk.phone.dial()
        await seat.tells("The campaign's phone system cannot be reached just now. Dial by hand meanwhile.")
        await seat.saves("not_home")
        assert seat.desk.view.tally.attempts == 2
        await seat.ari.starts()

    evening(tmp_path, story)


def test_when_the_campaigns_server_stops_the_call_ends_and_its_result_is_kept(tmp_path: Path) -> None:
    async def story(seat: Seat) -> None:
        await seat.talks()
        await asyncio.to_thread(seat.running.stop)
        assert seat.ari.channels == {}
        await seat.saves("not_home")
        assert (seat.desk.view.tally.attempts, seat.desk.view.unsent) == (1, 1)
        seat.desk.phone.dial()
        await seat.tells("There is no line to the campaign's server, which places the calls. Dial by hand meanwhile.")

    assert len(evening(tmp_path, story)) == 1


def test_the_server_says_why_it_rings_nobody(tmp_path: Path) -> None:
    async def story(seat: Seat) -> None:
        await seat.bank.set_campaign(state="paused")
        seat.desk.phone.dial()
        await seat.tells("The campaign makes no calls just now.")
        assert seat.ari.channels == {}

    evening(tmp_path, story)
