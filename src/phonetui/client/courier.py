"""The long-lived worker that carries the outbox's requests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime

from phonetui.client.campaign_server import CampaignServer, Offline
from phonetui.client.clock import Clock
from phonetui.client.journal import Journal
from phonetui.client.notices import with_news_of_script
from phonetui.client.outbox import Outbox, Taken
from phonetui.client.view import Line, LineState
from phonetui.core.refusal import Refused
from phonetui.core.translation import tr
from phonetui.wire import ExchangeReply, ExchangeRequest

#: Seconds for a whole exchange, its `wait` apart: a full batch takes a third of it at 50 kbit/s.
LONGEST_EXCHANGE = 60.0
#: Seconds from which a send takes long: on a good line it takes a tenth of that, at 600 ms a round trip a quarter.
SLOW = 3.0
#: Seconds that closing leaves for what is unsent.
GRACE = 2.0


class Courier:
    """Two tasks, one that sends and one that watches, from `start` to `close`; neither waits for the other.

    A reply counts once the journal has it. `on_taken` and `on_line` are called on the event loop.
    """

    def __init__(
        self,
        outbox: Outbox,
        journal: Journal,
        server: CampaignServer,
        clock: Clock,
        on_taken: Callable[[Taken], None],
        on_line: Callable[[Line], None],
    ) -> None:
        self._outbox = outbox
        self._journal = journal
        self._server = server
        self._clock = clock
        self._on_taken = on_taken
        self._on_line = on_line
        self._line = Line()
        self._why = ""
        self._answered_at: datetime | None = None
        self._slow = False
        self._one_reply = asyncio.Lock()
        self._bells = asyncio.Event(), asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._closing = False
        outbox.woken = self._ring

    def start(self) -> None:
        """Begin to exchange."""
        self._tasks = [asyncio.create_task(self._send()), asyncio.create_task(self._watch())]
        for task in self._tasks:
            task.add_done_callback(self._fell)

    async def send_all(self) -> str:
        """In place of `start`: send until nothing is unsent, or until a try comes to nothing; answers with why."""
        while self._outbox.unsent:
            request = self._outbox.next_request(self._clock.tick())
            if request is None:
                return tr("The campaign server answered, but confirmed nothing; try again later.")
            why = await self._exchange(request)
            if why:
                return why
        return ""

    def poke(self) -> None:
        """Exchange now rather than when the next try is due."""
        self._outbox.poke(self._clock.tick())

    async def close(self) -> None:
        """Leave a moment for what is unsent where there is a line, and for saying so, then stop.

        Raises what a task has failed of.
        """
        self._closing = True
        self._ring()
        if self._tasks and self._outbox.state == "online":
            with suppress(TimeoutError, Refused):
                async with asyncio.timeout(GRACE):
                    await asyncio.wait(self._tasks[:1])
                    await self._server.exchange(self._outbox.farewell(self._clock.tick()))
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task

    async def _send(self) -> None:
        while True:
            self._bells[0].clear()
            request = self._outbox.next_request(self._clock.tick())
            if request is not None:
                await self._exchange(request)
            elif self._closing:
                return
            else:
                await self._until(self._outbox.send_at, self._bells[0])

    async def _watch(self) -> None:
        while True:
            self._bells[1].clear()
            request = self._outbox.next_watch(self._clock.tick())
            if request is not None:
                await self._exchange(request)
            else:
                await self._until(self._outbox.watch_at, self._bells[1])

    async def _exchange(self, request: ExchangeRequest) -> str:
        """Answers with why it came to nothing, if so."""
        why = ""
        self._say_line()
        with self._timed(request):
            try:
                async with asyncio.timeout(request.wait + LONGEST_EXCHANGE):
                    reply = await self._server.exchange(request)
                await self._take(request, reply)
            except TimeoutError:
                why = tr("The campaign server did not answer within a minute.")
                self._outbox.failed(request, Offline(why), self._clock.tick())
            except Refused as refused:
                why = str(refused)
                self._outbox.failed(request, refused, self._clock.tick())
        self._why = why
        self._say_line()
        self._ring()
        await asyncio.sleep(0)  # even where an exchange fails at once, keys come first
        return why

    async def _take(self, request: ExchangeRequest, reply: ExchangeReply) -> None:
        async with self._one_reply:
            now = self._clock.now()
            taken = self._outbox.receive(request, with_news_of_script(request, reply, now), now)
            self._answered_at = now
            again = await self._journal.take(taken)
            self._outbox.commit(request, taken, again, self._clock.tick())
            self._on_taken(taken)

    async def _until(self, at: float | None, bell: asyncio.Event) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(None if at is None else max(0.0, at - self._clock.tick())):
                await bell.wait()

    def _fell(self, task: asyncio.Task[None]) -> None:
        """A fault of ours ends a task; `close` raises it."""
        if not task.cancelled() and task.exception() is not None:
            why = tr("phonetui itself failed; press q and start it again, everything is saved.")
            self._on_line(Line("offline", self._clock.now(), why=why))

    def _ring(self) -> None:
        for bell in self._bells:
            bell.set()

    @contextmanager
    def _timed(self, request: ExchangeRequest) -> Iterator[None]:
        """A send that takes long makes the line slow, while it still does and until one does not."""
        if request.wait:
            yield
            return
        began, loop = self._clock.tick(), asyncio.get_running_loop()
        dragging = loop.call_later(SLOW, self._drags)
        try:
            yield
        finally:
            dragging.cancel()
            self._slow = self._clock.tick() - began > SLOW

    def _drags(self) -> None:
        self._slow = True
        self._say_line()

    def _say_line(self) -> None:
        """The next try is told by the server's time, as all that is shown beside it; none while one is under way."""
        state: LineState = self._outbox.state
        if state == "online" and self._slow:
            state = "slow"
        up = state in ("online", "slow")
        at = None if up else self._outbox.send_at
        line = Line(
            state=state,
            since=self._line.since if state == self._line.state else self._since(state),
            next_try=self._outbox.server_now(at) if at is not None else None,
            why="" if up else self._why,
        )
        if line != self._line:
            self._line = line
            self._on_line(line)

    def _since(self, state: LineState) -> datetime:
        """Since when a state goes on that has just come to light: a line is down since the server's last answer."""
        return (self._answered_at if state == "offline" else None) or self._clock.now()
