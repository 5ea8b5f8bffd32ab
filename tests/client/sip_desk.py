"""A caller at a desk with a journal, whose line is a SIP account at a provider on loopback."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from phonetui.client.desk import PhoneDesk
from phonetui.client.journal import Journal
from phonetui.client.outbox import Outbox
from phonetui.client.phone_line import PhoneLine
from phonetui.client.phone_view import PhoneView
from phonetui.core.call_actions import Result
from phonetui.core.campaign import Dialing
from phonetui.core.event import Event, decode
from phonetui.core.phone_call import Pace
from phonetui.core.standard_dispositions import USUAL
from tests.client.people import KEY, NOON, lease
from tests.client.test_desk import OPEN_NOW, CampaignServer
from tests.dial.caller import Caller, account

#: What this campaign lets engines do.
DIALING = Dialing(paces=("manual", "preview", "power"), power_mobiles=True)
CAMPAIGN = msgspec.structs.replace(OPEN_NOW, dispositions=USUAL, dialing=DIALING)


class RunningClock:
    """Begins at noon, and can be put on."""

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self._ids = 0

    def put_on(self, seconds: float) -> None:
        self._begun -= seconds

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.tick())

    def tick(self) -> float:
        return time.monotonic() - self._begun

    def new_id(self) -> str:
        self._ids += 1
        return f"made-{self._ids}"


class SipDesk:
    """The caller, and whatever is told of the line."""

    def __init__(self, desk: PhoneDesk, engine: Caller, clock: RunningClock) -> None:
        self.desk = desk
        self.engine = engine
        self._clock = clock
        self._changed = asyncio.Event()
        desk.listen(self._changed.set)

    @property
    def phone(self) -> PhoneView:
        return self.desk.view.phone

    @property
    def number(self) -> str:
        """Who is on the screen."""
        household = self.desk.view.call.household
        return household.number if household else ""

    async def until(self, holds: Callable[[PhoneView], bool]) -> None:
        async with asyncio.timeout(120):
            while not holds(self.phone):
                await self._changed.wait()
                self._changed.clear()

    async def talks(self) -> None:
        """Until somebody answers."""
        await self.until(lambda phone: phone.talked_for is not None)

    async def dials(self) -> None:
        """The key that dials."""
        self.desk.phone.dial()
        await self.until(lambda phone: phone.in_call)

    async def saves(self, disposition: str) -> None:
        """A result, later than a key that was held down or meant for the voter before."""
        self._clock.put_on(1)
        await self.desk.act(Result(disposition))


def sit_down(
    folder: Path,
    port: int,
    story: Callable[[SipDesk], Awaitable[None]],
    pace: Pace = "preview",
    voters: int = 3,
) -> list[Event]:
    """The story at a provider that listens there; all that is sent of it, or waits in the journal to be sent."""

    async def told() -> list[Event]:
        clock = RunningClock()
        server = CampaignServer(*(lease(number) for number in range(1, voters + 1)))
        server.script = CAMPAIGN
        journal = await Journal.open(folder / "riverside.journal", KEY)
        loaded = await journal.load()
        outbox = Outbox("laptop", "riverside", loaded, random=lambda: 0.5, now=NOON, tick=0.0)
        async with Caller(folder, account(folder, port)) as engine:
            line = PhoneLine(clock, engine.engine, "baresip", pace, countdown=0.0)
            desk = PhoneDesk("Dana", journal, loaded, outbox, server, clock, phone=line)
            seat = SipDesk(desk, engine, clock)
            await engine.engine.start()
            await desk.start()
            try:
                await seat.until(lambda phone: phone.can_dial)
                await story(seat)
            finally:
                await desk.close()
        journal = await Journal.open(folder / "riverside.journal", KEY)
        loaded = await journal.load()
        await journal.close()
        return [decode(body) for body in (*server.stored, *(entry.body for entry in loaded.unsent))]

    return asyncio.run(told())
