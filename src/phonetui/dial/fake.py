"""Calls that reach nobody: the demo's and practice's voters ring, answer, and are busy, as a plan says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Literal

from phonetui.core.phone_call import CallEvent, Ending
from phonetui.core.refusal import Refused
from phonetui.core.translation import tr
from phonetui.dial.calls_told import CallsTold
from phonetui.dial.dialer import Cap

#: What somebody who is called does.
Answer = Literal["answers", "hangs_up", "is_busy", "is_out", "declines", "has_no_service"]

#: What comes of a call after the ringing, and how it ends; None while both are talking.
ENDS: dict[Answer, Ending | None] = {
    "answers": None,
    "hangs_up": "completed",
    "is_busy": "busy",
    "is_out": "no_answer",
    "declines": "declined",
    "has_no_service": "bad_number",
}
#: Those whose phone never rings.
_SILENT: tuple[Answer, ...] = ("is_busy", "has_no_service")

#: Seconds until a phone rings, until somebody answers, and until one who hangs up has heard enough.
SETUP, PICKUP, PATIENCE = 0.6, 2.4, 4.0


class FakeDialer:
    """A `Dialer` whose voters do what `plan` says of their numbers; `wait` lets seconds pass."""

    caps: frozenset[Cap] = frozenset({"state", "hangup", "mute", "dtmf"})

    def __init__(
        self,
        plan: Callable[[str], Answer],
        new_id: Callable[[], str],
        wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._plan = plan
        self._new_id = new_id
        self._wait = wait
        self._told = CallsTold()
        self._call_id = ""
        self._going_on: asyncio.Task[None] | None = None
        self.muted = False
        self.pressed = ""

    async def start(self) -> str:
        """Nothing dials."""
        return ""

    async def dial(self, number: str, ring_timeout: float) -> str:
        """Ring somebody invented. Raises `Refused` during another call."""
        if self._call_id:
            raise Refused(tr("You are in a call; end it first."))
        self._call_id, self.muted = self._new_id(), False
        self._told.tell(CallEvent(self._call_id, "dialing"))
        self._going_on = asyncio.create_task(self._happens(self._plan(number), ring_timeout))
        return self._call_id

    async def _happens(self, answer: Answer, ring_timeout: float) -> None:
        await self._wait(SETUP)
        if answer not in _SILENT:
            self._told.tell(CallEvent(self._call_id, "ringing"))
            await self._wait(ring_timeout if answer == "is_out" else PICKUP)
        if answer in ("answers", "hangs_up"):
            self._told.tell(CallEvent(self._call_id, "talking"))
        if answer == "hangs_up":
            await self._wait(PATIENCE)
        ending = ENDS[answer]
        if ending:
            self._ends(ending)

    def _ends(self, ending: Ending) -> None:
        self._told.tell(CallEvent(self._call_id, "ended", ending))
        self._call_id = ""

    async def hangup(self) -> None:
        """The call is over; before the answer it is canceled."""
        talking = self._going_on is not None and self._going_on.done()
        if self._call_id:
            self._ends("completed" if talking else "canceled")
        await self._stop()

    async def mute(self, on: bool) -> None:
        """Nobody hears anything anyway."""
        self.muted = on

    async def dtmf(self, digits: str) -> None:
        """The keys are remembered."""
        self.pressed += digits

    def events(self) -> AsyncIterator[CallEvent]:
        """What becomes of the calls."""
        return self._told.events()

    async def close(self) -> None:
        """The last call is over, and nothing more comes."""
        await self.hangup()
        self._told.close()

    async def _stop(self) -> None:
        task, self._going_on = self._going_on, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])
