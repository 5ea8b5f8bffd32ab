"""The bridge: it rings a volunteer once, keeps that leg, and rings each voter into it, the campaign's number shown.

Whether a voter may be called now, and at which number, is for whoever asks here to know: the number comes from the
server's own database, by the voter's ticket, and no terminal needs it.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Coroutine, Iterable
from contextlib import aclosing
from datetime import datetime

from phonetui.core.refusal import Refused
from phonetui.dial.dialer import RINGING
from phonetui.server.ari import Ari, AriError, Pause
from phonetui.server.bridge_calls import Line
from phonetui.server.log import log_failure
from phonetui.server.phone_orders import (
    Close,
    Effects,
    HangUp,
    Heard,
    Join,
    Mute,
    Names,
    News,
    Open,
    Order,
    Ring,
)

#: Seconds between two looks at the clock.
TICK = 0.5
#: Seconds that a stopping server gives to its last hang-ups.
LAST_HANG_UPS = 3.0
AWAY = "The campaign's phone system cannot be reached just now; dial by hand."
#: Ids are made by terminals, and become part of a channel's name.
_ID = re.compile(r"[A-Za-z0-9-]{1,64}", re.ASCII)
_KEYS = re.compile(r"[0-9*#]{1,32}", re.ASCII)


class Bridge:
    """The lines of all callers over one Asterisk. `tell` hears of each change, with the caller whose line it is."""

    def __init__(
        self,
        ari: Ari,
        clock: Callable[[], datetime],
        tell: Callable[[str, News], None],
        pause: Pause = asyncio.sleep,
    ) -> None:
        self._ari = ari
        self._clock = clock
        self._tell = tell
        self._pause = pause
        self._names = Names(ari.place.application)
        self._lines: dict[str, Line] = {}
        self._connected = False
        self._connection = 0
        self._swept_in = 0
        self._sweeping = False
        self._again: list[tuple[Line | None, Order]] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._running: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begins to listen, and to look at the clock."""
        self._running = [self._start(self._listen()), self._start(self._keep_time())]

    async def close(self) -> None:
        """Ends every leg, and leaves nothing behind."""
        await _end(self._running)
        for line in self._lines.values():
            self._take(line, [HangUp(channel_id) for channel_id in line.channels])
            if line.bridge_id:
                self._take(line, [Close(line.bridge_id)])
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=LAST_HANG_UPS)
        await _end(self._tasks)
        await self._ari.close()

    # -- what callers ask

    @property
    def reachable(self) -> bool:
        """Whether the phone system is heard, and what a former server left there is gone."""
        return self._connected and self._swept_in == self._connection

    def standing(self, caller_id: str) -> Line:
        """The caller's line, to be looked at."""
        return self._lines.setdefault(caller_id, Line(self._names, caller_id))

    def connect(self, caller_id: str, leg_id: str, number: str, shown: str) -> None:
        """Rings the volunteer's own phone. The same `leg_id` again does nothing.

        Raises `Refused` where the phone system is away, the number cannot be dialed, or there is a volunteer already.
        """
        line = self._line(caller_id, leg_id)
        self._take(line, line.connect(leg_id, self._ari.place.endpoint(number), shown, self._clock()))

    def disconnect(self, caller_id: str) -> None:
        """Lets the volunteer go, and with them a voter."""
        line = self._lines.get(caller_id)
        if line is not None:
            self._take(line, line.disconnect(self._clock()))

    def call(self, caller_id: str, call_id: str, number: str, shown: str, ring_timeout: float = RINGING) -> None:
        """Rings a voter into the caller's line. The same `call_id` again does nothing.

        Raises `Refused` as `connect` does, without a volunteer, and during another call.
        """
        line = self._line(caller_id, call_id)
        endpoint = self._ari.place.endpoint(number)
        self._take(line, line.call(call_id, endpoint, shown, ring_timeout, self._clock()))

    def hang_up(self, caller_id: str, call_id: str) -> None:
        """Ends this call, or stops its ringing; the volunteer stays."""
        line = self._lines.get(caller_id)
        if line is not None:
            self._take(line, line.hang_up(call_id, self._clock()))

    async def mute(self, caller_id: str, on: bool) -> None:
        """Silences the volunteer, until told otherwise or the next call. Raises `Refused`."""
        line = self._line(caller_id)
        channel_id = line.own_channel()
        if line.muted != on:
            await self._ari.mute(channel_id, on)
            line.done(Mute(channel_id, on), self._clock())

    async def press(self, caller_id: str, call_id: str, keys: str) -> None:
        """Presses keys of a phone, for whoever is on the line. Raises `Refused`."""
        if not _KEYS.fullmatch(keys):
            raise Refused("A phone has the keys 0 to 9, * and #.")
        await self._ari.press(self._line(caller_id).voters_channel(call_id), keys)

    def look_at_clock(self) -> None:
        """Ends what has lasted too long, and tries again what did not work."""
        for line in self._lines.values():
            self._take(line, line.due(self._clock()))
        if not self._connected:
            return
        again, self._again = self._again, []
        for line_, order in again:
            self._start(self._carry(line_, [order]))
        if not self.reachable:
            self._start(self._sweep())

    def _line(self, caller_id: str, id_: str = "0") -> Line:
        """The caller's line; where the phone system is away, only for what was asked before."""
        if not _ID.fullmatch(id_):
            raise Refused("The id of a call has up to 64 letters, digits and hyphens.")
        line = self.standing(caller_id)
        if not self.reachable and not line.knows(id_):
            raise Refused(AWAY)
        return line

    # -- what is heard

    async def _listen(self) -> None:
        async with aclosing(self._ari.events()) as events:
            async for heard in events:
                match heard:
                    case "connected":
                        self._connected = True
                        self._connection += 1
                        self._start(self._sweep())
                    case Heard():
                        self._hear(heard)
                    case "lost" | "replaced":
                        self._lose()

    def _hear(self, heard: Heard) -> None:
        for line in self._lines.values():
            if heard.channel_id in line.channels:
                self._take(line, line.heard(heard, self._clock()))
                return
        if self._names.ours(heard.channel_id) and heard.what in ("dialed", "rings", "answered"):
            self._start(self._carry(None, [HangUp(heard.channel_id)]))  # given up before it was there

    def _lose(self) -> None:
        if self._connected:
            self._connected = False
            for line in self._lines.values():
                self._take(line, line.ari_lost(self._clock()))

    async def _sweep(self) -> None:
        """Compares what is up with what should be: here, legs are over; there, ours that no line holds are ended."""
        if self._sweeping:
            return
        self._sweeping, connection = True, self._connection
        placed = {name for line in self._lines.values() for name, placed in line.channels.items() if placed}
        try:
            channels, bridges = await self._ari.channels(), await self._ari.bridges()
        except AriError:
            return  # tried again at the next look at the clock
        finally:
            self._sweeping = False
        for line in self._lines.values():
            self._take(line, line.found(placed - channels, self._clock()))
        held = {name for line in self._lines.values() for name in (*line.channels, line.bridge_id)}
        left: list[Order] = [HangUp(name) for name in channels - held if self._names.ours(name)]
        left += [Close(name) for name in bridges - held if self._names.ours(name)]
        self._start(self._carry(None, left))
        self._swept_in = connection

    # -- what is done

    def _take(self, line: Line, effects: Effects) -> None:
        """Tells the news, and begins with the orders."""
        orders: list[Order] = []
        for effect in effects:
            if isinstance(effect, News):
                self._tell(line.caller_id, effect)
            else:
                orders.append(effect)
        if orders:
            self._start(self._carry(line, orders))

    async def _carry(self, line: Line | None, orders: Iterable[Order]) -> None:
        """Carries orders out, one after the other, and tells the line what came of each."""
        for order in orders:
            try:
                await self._do(order)
            except AriError:
                if isinstance(order, HangUp | Close):
                    self._again.append((line, order))
                follows = line.failed(order, self._clock()) if line else []
            else:
                follows = line.done(order, self._clock()) if line else []
            if line is not None:
                self._take(line, follows)

    async def _do(self, order: Order) -> None:
        match order:
            case Ring():
                await self._ari.ring(order.channel_id, order.endpoint, order.shown, order.seconds)
            case HangUp():
                await self._ari.hang_up(order.channel_id)
            case Open():
                await self._ari.open(order.bridge_id)
                await self._ari.join(order.bridge_id, order.channel_id)
            case Join():
                await self._ari.join(order.bridge_id, order.channel_id)
            case Close():
                await self._ari.close_bridge(order.bridge_id)
            case Mute():
                await self._ari.mute(order.channel_id, order.on)

    async def _keep_time(self) -> None:
        while True:
            await self._pause(TICK)
            self.look_at_clock()

    def _start(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finish)
        return task

    def _finish(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, Exception):
            log_failure(error)


async def _end(tasks: Iterable[asyncio.Task[None]]) -> None:
    ending = list(tasks)
    for task in ending:
        task.cancel()
    if ending:
        await asyncio.wait(ending)
