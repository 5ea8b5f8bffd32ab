"""What a front end of supervisors holds: the evening as last heard of, kept up by one loop, and the server to ask."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from phonetui.client.backoff import Backoff
from phonetui.client.campaign_server import Busy, NoExchange, ProblemAnswer, SignedOut
from phonetui.client.clock import Clock
from phonetui.client.supervisors_server import SupervisorsServer
from phonetui.client.view import Line
from phonetui.core.refusal import Refused
from phonetui.core.translation import later, tr
from phonetui.wire_supervisors import AT_MOST_EVERY, Evening

#: What ends the evening for whoever asked: no later try would be answered otherwise.
ENDINGS = {
    "not-yours": later(
        "Only supervisors and owners of a campaign can run its evenings; ask the campaign's owner to make you one."
    ),
    "no-such-campaign": later("The campaign is not open to this account; `phonetui campaigns` shows those that are."),
}
LOGGED_OUT = later("You are logged out; type phonetui login, then phonetui supervise again.")


class SupervisorsDesk:
    """The evening of one campaign. It is asked for again by itself, whatever happens, until `close`.

    `ended` is why no later try would be answered; empty while one may be.
    """

    def __init__(self, server: SupervisorsServer, clock: Clock, random: Callable[[], float]) -> None:
        self.server = server
        self.evening: Evening | None = None
        self.line = Line("connecting")
        self.ended = ""
        self._clock = clock
        self._tries = Backoff(random, clock.tick())
        self._heard_at = 0.0  # when `evening.server_time` was right
        self._asked = self._heard = 0  # the last request, and the one whose evening this is
        self._bell = asyncio.Event()
        self._changed: Callable[[], None] = lambda: None
        self._task: asyncio.Task[None] | None = None

    @property
    def now(self) -> datetime:
        """The server's time as last known; before its first answer the laptop's."""
        if self.evening is None:
            return self._clock.now()
        return self.evening.server_time + timedelta(seconds=self._clock.tick() - self._heard_at)

    def listen(self, changed: Callable[[], None]) -> None:
        """Call `changed` on the event loop whenever there is another evening, or the line is another."""
        self._changed = changed

    def start(self) -> None:
        """Begin to ask."""
        self._task = asyncio.create_task(self._go_on_asking())

    def try_now(self) -> None:
        """Ask now rather than when the next try is due."""
        self._tries.try_now(self._clock.tick())
        self._bell.set()

    async def close(self) -> None:
        """Stop asking."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        await self.server.close()

    async def look(self) -> Evening:
        """The evening as it is now, asked for once; raises `Refused`."""
        asked = self._ask()
        try:
            evening = await self.server.evening()
        except Busy:
            raise Refused(tr("{host} cannot answer just now; try again.", host=self.server.host)) from None
        except NoExchange as failure:
            raise self._as_told(failure) from None
        self._arrived(evening, asked)
        return evening

    async def _go_on_asking(self) -> None:
        while not self.ended:
            self._bell.clear()
            asked = self._ask()
            try:
                known = self.evening.mark if self.evening and self.line.is_up else ""
                self._arrived(await self.server.evening(known), asked)
            except NoExchange as failure:
                self._failed(failure)
            self._changed()
            await self._until(self._tries.at)
            if not self.line.is_up:
                self._say_line("")

    def _ask(self) -> int:
        self._asked += 1
        return self._asked

    def _arrived(self, evening: Evening, asked: int) -> None:
        """What was asked for earlier may come later; it is the older one."""
        tick = self._clock.tick()
        if asked >= self._heard:
            self.evening, self._heard_at, self._heard = evening, tick, asked
        if not self.line.is_up:
            self.line = Line("online", self._clock.now())
        self._tries.succeeded(tick)
        self._tries.rest(tick, AT_MOST_EVERY)

    def _failed(self, failure: NoExchange) -> None:
        tick, told = self._clock.tick(), self._as_told(failure)
        if isinstance(failure, SignedOut) or (isinstance(failure, ProblemAnswer) and failure.kind in ENDINGS):
            self.ended = str(told)
        if isinstance(failure, Busy | ProblemAnswer):
            self._tries.rest(tick, failure.retry_after)
        self._tries.failed(tick)
        self._say_line(str(told), self._tries.at)

    def _say_line(self, why: str, at: float | None = None) -> None:
        """Offline, and why; trying again while no next try is named."""
        since = self.line.since if self.line.state == "offline" else self._clock.now()
        wait = None if at is None else timedelta(seconds=at - self._clock.tick())
        self.line = Line("offline", since, None if wait is None else self.now + wait, why or self.line.why)
        self._changed()

    def _as_told(self, failure: NoExchange) -> Refused:
        if isinstance(failure, SignedOut):
            return Refused(tr(LOGGED_OUT))
        if isinstance(failure, ProblemAnswer) and failure.kind in ENDINGS:
            return Refused(tr(ENDINGS[failure.kind]))
        return failure

    async def _until(self, at: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, at - self._clock.tick())):
                await self._bell.wait()
        left = self._tries.at - self._clock.tick()
        if self.line.is_up and left > 0:  # no answer is asked for more often, whoever rings
            await asyncio.sleep(left)
