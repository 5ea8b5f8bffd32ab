"""A caller's shift at a stand-in for Zetkin, with the real desk, journal, outbox and courier."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from phonetui.client.desk import PhoneDesk
from phonetui.client.journal import Journal
from phonetui.client.outbox import Outbox
from phonetui.client.zetkin import Region, ZetkinServer
from phonetui.client.zetkin_web import HeldTokens, OAuthClient, Tokens, ZetkinWeb
from phonetui.core.call_actions import Action
from phonetui.core.refusal import Refused
from tests.client.people import KEY
from tests.zetkin.stand_in import StandIn
from tests.zetkin.world import ASSIGNMENT, CLIENT, ORG, SECRET

#: A Tuesday, 2 pm in Stockholm.
BEGINS = datetime(2026, 10, 6, 12, 0, tzinfo=UTC)
CAMPAIGN = f"zetkin-{ORG}-{ASSIGNMENT}"
#: Seconds after which what was waited for will not come, on a machine that is busy with much else.
PATIENCE = 120.0


class Clock:
    """Stands still but for a second before each key, so that none is too soon, and one for each look of who waits.

    So the time of day depends on what a caller does, not on how busy the machine is.
    """

    def __init__(self) -> None:
        self.seconds = 0.0
        self.ids = 0

    def now(self) -> datetime:
        return BEGINS + timedelta(seconds=self.seconds)

    def tick(self) -> float:
        return self.seconds

    def passes(self, seconds: float) -> None:
        self.seconds += seconds

    def new_id(self) -> str:
        self.ids += 1
        return f"0199b5e0-0000-7000-8000-{self.ids:012d}"


async def a_moment(seconds: float) -> None:
    """However long a watch is to take, it is over soon."""
    await asyncio.sleep(0.02)


def caller(
    stand_in: StandIn,
    folder: Path,
    clock: Clock,
    tokens: Tokens | None = None,
    wait: Callable[[float], Awaitable[object]] = a_moment,
) -> ZetkinServer:
    """A caller who is logged in there."""
    held = HeldTokens()
    held.now = tokens or Tokens(*(min(each) for each in (stand_in.world.tokens, stand_in.world.refresh_tokens)))
    web = ZetkinWeb(stand_in.url, OAuthClient(CLIENT, SECRET), held)
    return ZetkinServer(web, folder, KEY, Region("Europe/Stockholm", "46"), clock, wait)


class Shift:
    """The desk of one start of phonetui, and a way to wait for something at it."""

    def __init__(self, desk: PhoneDesk, server: ZetkinServer, clock: Clock) -> None:
        self.desk = desk
        self.clock = clock
        self.server = server
        self._changed = asyncio.Event()
        desk.listen(self._changed.set)

    @classmethod
    async def begin(cls, stand_in: StandIn, folder: Path, clock: Clock) -> Shift:
        """phonetui is started; what the last start left in the journal is there."""
        server = caller(stand_in, folder, clock)
        journal = await Journal.open(folder / "journals" / "zetkin.journal", KEY)
        loaded = await journal.load()
        clock.ids = max(clock.ids, loaded.next_seq * 10)
        outbox = Outbox("laptop", CAMPAIGN, loaded, random=lambda: 0.0, now=clock.now(), tick=clock.tick())
        desk = PhoneDesk("Dana", journal, loaded, outbox, server, clock)
        shift = cls(desk, server, clock)
        await desk.start()
        return shift

    async def until(self, holds: Callable[[], bool]) -> None:
        """Waits for it."""
        async with asyncio.timeout(PATIENCE):
            while not holds():
                self.clock.passes(1)
                self.desk.try_now()
                with suppress(TimeoutError):
                    async with asyncio.timeout(0.02):
                        await self._changed.wait()
                self._changed.clear()

    async def shows_somebody(self, but: str = "") -> str:
        """Waits for a voter, other than the one of that id; their id."""
        await self.until(lambda: self.voter not in ("", but))
        return self.voter

    async def press(self, *actions: Action) -> None:
        """One after the other."""
        for action in actions:
            self.clock.passes(1)
            await self.desk.act(action)

    async def sent(self) -> None:
        """Waits until everything is."""
        await self.until(lambda: self.desk.view.unsent == 0)

    @property
    def voter(self) -> str:
        """The id of whom the screen shows."""
        return self.desk.view.call.voter_id if self.desk.view.call.household else ""

    async def end(self) -> None:
        """The caller leaves."""
        await self.desk.close()
        await self.server.close()

    async def killed(self) -> None:
        """The power goes: nothing is sent, and nothing is closed in order."""
        tasks = [*self.desk._courier._tasks, *(each for each in (self.desk._looking, self.desk._filling) if each)]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        with suppress(Refused):
            await self.desk._journal.close()
        await self.server.close()
