"""A desk in memory whose line dials: what the voters do is written down, and no second passes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from itertools import count

import msgspec

from phonetui.client.phone_line import PhoneLine
from phonetui.core.campaign import Dialing
from phonetui.core.phone_call import CallEvent, Ending, Pace, State
from phonetui.core.phone_call import Engine as EngineName
from phonetui.dial.fake import Answer, FakeDialer
from phonetui.dial.handed_off import HandsOff
from tests.client.test_phone_line import Engine
from tests.tui.desk_in_memory import DeskClock, DeskInMemory
from tests.tui.sample import CAMPAIGN

SOO_JIN, VERNON, WIDE = "+18125550166", "+18125550188", "+19105550111"
POWER = Dialing(paces=("manual", "preview", "power"), power_mobiles=True)


async def moments(seconds: float = 0) -> None:
    """Long enough for whoever waits to have heard of it, however busy the machine is."""
    for _ in range(50):
        await asyncio.sleep(0)


def ids() -> Iterator[str]:
    return (f"call-{number}" for number in count(1))


class DialingDesk(DeskInMemory):
    """Nobody is dialed but by the engine; time passes only in countdowns."""

    def __init__(self, pace: Pace = "preview", answers: Mapping[str, Answer] | None = None) -> None:
        super().__init__(campaign=msgspec.structs.replace(CAMPAIGN, dialing=POWER))
        made = ids()
        plan = {SOO_JIN: "answers", VERNON: "is_out", WIDE: "is_busy", **(answers or {})}
        self.fake = FakeDialer(lambda number: plan[number], lambda: next(made), moments)
        self.phone = PhoneLine(DeskClock(self), self.fake, "fake", pace, 3.0, wait=self.counts_down)

    async def counts_down(self, seconds: float) -> None:
        await moments()
        self.tick += seconds


class HandsOffDesk(DialingDesk):
    """Another phone takes the number."""

    def __init__(self, engine: EngineName) -> None:
        super().__init__()
        made = ids()
        self.phone = PhoneLine(DeskClock(self), NumberTaker(lambda: next(made)), engine, "preview")


class NumberTaker(HandsOff):
    async def start(self) -> str:
        return ""

    async def dial(self, number: str, ring_timeout: float) -> str:
        return self.hand_off()


class StagedDesk(DialingDesk):
    """Whose calls the story tells; a countdown ends when `time` is set."""

    def __init__(self, pace: Pace = "preview", engine: EngineName = "fake") -> None:
        super().__init__()
        self.engine = Engine()
        self.time = asyncio.Event()
        self._ended = 0
        self.phone = PhoneLine(DeskClock(self), self.engine, engine, pace, 3.0, wait=self.counts_down)

    async def counts_down(self, seconds: float) -> None:
        await self.time.wait()
        self.tick += seconds

    async def hears(self, state: State, ending: Ending | None = None) -> None:
        """So it is told of the last call, as soon as that one is placed."""
        while len(self.engine.dialed) == self._ended:  # noqa: ASYNC110 - the engine is handed a number without a word
            await asyncio.sleep(0)
        self.engine.told.tell(CallEvent(f"call {len(self.engine.dialed)}", state, ending))
        self._ended += state == "ended"
