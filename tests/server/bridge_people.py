"""A caller with a phone, over a bridge and a small Asterisk, and what the bridge told of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from phonetui.core.bridge_call import VolunteerLeg, VolunteerState
from phonetui.core.phone_call import CallEvent, Ending, State
from phonetui.server.ari import Ari
from phonetui.server.ari_place import ari_place
from phonetui.server.bridge import Bridge
from phonetui.server.phone_orders import News

from .conftest import Clock
from .small_ari import APPLICATION, IN_VAIN, SECRET, SmallAri, small_ari

DANA = "dana"
DANAS_PHONE, VOTER, CAMPAIGN = "+18125550100", "+18125550166", "+18125550111"


def volunteer(state: VolunteerState, ending: Ending | None = None, leg: str = "1") -> VolunteerLeg:
    return VolunteerLeg(leg, state, ending)


def call(state: State, ending: Ending | None = None, call: str = "a") -> CallEvent:
    return CallEvent(call, state, ending)


class Gate:
    """A pause that lasts until a test opens it; `asked` are the seconds that were asked for."""

    def __init__(self) -> None:
        self.asked: list[float] = []
        self.opened = asyncio.Event()

    async def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)
        await self.opened.wait()


class Floor:
    """One bridge, whose clock moves when told. `dana` says what the bridge told her and nobody has heard yet."""

    def __init__(self, ari: SmallAri, clock: Clock, longest: float = IN_VAIN) -> None:
        self.ari = ari
        self.clock = clock
        self.again = Gate()
        place = ari_place(ari.url, APPLICATION, "PJSIP/{number}@carrier", CAMPAIGN)
        self.bridge = Bridge(Ari(place, SECRET, self.again, longest), clock, self._tell, Gate())
        self._told: asyncio.Queue[tuple[str, News]] = asyncio.Queue()

    def _tell(self, caller_id: str, news: News) -> None:
        self._told.put_nowait((caller_id, news))

    async def hears(self, *news: News, caller: str = DANA) -> None:
        """What is told next, in this order."""
        for expected in news:
            async with asyncio.timeout(IN_VAIN):
                assert await self._told.get() == (caller, expected)

    @property
    def nothing_told(self) -> bool:
        return self._told.empty()

    @property
    def told_last(self) -> tuple[News | None, ...]:
        """The last of Dana's two legs."""
        line = self.bridge.standing(DANA)
        return line.volunteer_told, line.call_told

    def passes(self, seconds: float) -> None:
        """So much time, at once."""
        self.clock.passes(seconds=seconds)
        self.bridge.look_at_clock()

    async def reachable(self) -> None:
        await self.ari.until(lambda: "GET /bridges" in self.ari.asked)
        await settled(lambda: self.bridge.reachable)

    async def looks_at_the_clock_until(self, holds: Callable[[], object]) -> None:
        """As often as it takes; no time passes."""

        def looked() -> object:
            self.bridge.look_at_clock()
            return holds()

        await settled(looked)

    # -- the usual course

    async def connects(self, leg: str = "1", caller: str = DANA) -> None:
        """The caller's phone rings, and is answered."""
        name = f"calls.volunteer.{leg}"
        self.bridge.connect(caller, leg, DANAS_PHONE, CAMPAIGN)
        await self.ari.until(lambda: name in self.ari.channels)
        self.ari.rings(name)
        self.ari.answers(name)
        await self.hears(volunteer("ringing", leg=leg), volunteer("there", leg=leg), caller=caller)

    async def dials(self, call_id: str = "a", caller: str = DANA) -> str:
        """The voter's channel, once there is one."""
        name = f"calls.voter.{call_id}"
        self.bridge.call(caller, call_id, VOTER, CAMPAIGN)
        await self.ari.until(lambda: name in self.ari.channels)
        await self.hears(call("dialing", call=call_id), caller=caller)
        return name

    async def rings(self, call_id: str = "a") -> str:
        name = await self.dials(call_id)
        self.ari.rings(name)
        await self.hears(call("ringing", call=call_id))
        return name

    async def talks(self, call_id: str = "a") -> str:
        name = await self.rings(call_id)
        self.ari.answers(name)
        await self.hears(call("talking", call=call_id))
        return name


async def settled(holds: Callable[[], object]) -> None:
    """Waits, a turn of the loop after the other, for what no request and no news tells of."""
    async with asyncio.timeout(IN_VAIN):
        while True:
            if holds():
                return
            await asyncio.sleep(0)


@asynccontextmanager
async def floor(clock: Clock, longest: float = IN_VAIN) -> AsyncIterator[Floor]:
    """A bridge that is up; when it is closed nothing of it is left at the Asterisk."""
    async with small_ari() as ari:
        made = Floor(ari, clock, longest)
        made.bridge.start()
        try:
            await made.reachable()
            yield made
        finally:
            await made.bridge.close()
        assert (ari.channels, ari.bridges) == ({}, {})
