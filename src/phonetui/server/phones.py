"""Callers' lines over the bridge, brought to where each caller's laptop asks for them to be."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from math import inf

import msgspec
from sqlalchemy import update

from phonetui.core.bridge_call import AskedCall, PhoneAsk, PhoneState
from phonetui.core.pacer import NOT_THE_VOTERS
from phonetui.core.phone_call import CallEvent
from phonetui.core.refusal import Refused
from phonetui.server.accounts import Caller, caller_of
from phonetui.server.ari import Ari, Pause
from phonetui.server.bells import Bells
from phonetui.server.bridge import Bridge
from phonetui.server.bridge_calls import UNDER_WAY, Line
from phonetui.server.engine import Database
from phonetui.server.keys import ServerKeys
from phonetui.server.log import log_failure, logger
from phonetui.server.phone_orders import News
from phonetui.server.problems import RequestRefused
from phonetui.server.ringing import NotRung, check_open, count_at, refusing, ring_own_phone, ring_voter
from phonetui.server.tables import bridge_calls

#: A laptop that has not exchanged for so long is gone, and its caller's phone is let go.
GONE_AFTER = timedelta(minutes=1)
#: Seconds between two looks for such laptops; they are of callers whose phones are connected.
LOOK_EVERY = 5.0
MOST_KEYS = 500
#: As `bridge_calls` and the bridge take ids.
_ID = re.compile(r"[A-Za-z0-9-]{1,36}", re.ASCII)
_KEYS = re.compile(rf"[0-9*#]{{0,{MOST_KEYS}}}", re.ASCII)
#: The bridge presses so many keys at a time.
_AT_ONCE = 32


class _Asked:
    """What a laptop asks of its caller's line, and how far that is done.

    `former` has the last `seq` of each line that was asked for before, infinite of laptops that have started anew.
    """

    def __init__(self, caller: Caller, campaign_id: str, ask: PhoneAsk, now: datetime) -> None:
        self.caller = caller
        self.campaign_id = campaign_id
        self.ask = ask
        self.seen_at = now
        self.former: dict[str, float] = {}
        self.refused_id = ""
        self.refused = ""
        self.pressed = ("", 0)
        self.seq = 0
        self.one_at_a_time = asyncio.Lock()


class Phones:
    """One line a caller. What a laptop asks is told again with each of its exchanges, and done once."""

    def __init__(
        self,
        ari: Ari,
        database: Database,
        keys: ServerKeys,
        clock: Callable[[], datetime],
        bells: Bells,
        pause: Pause = asyncio.sleep,
    ) -> None:
        self.bridge = Bridge(ari, clock, self._hear, pause)
        self._shown = ari.place.number
        self._database = database
        self._keys = keys
        self._clock = clock
        self._bells = bells
        self._pause = pause
        self._asked: dict[str, _Asked] = {}
        self._looking: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Begins to listen to the phone system."""
        self.bridge.start()
        self._looking = asyncio.create_task(self._keep_looking())

    async def close(self) -> None:
        """Ends every call."""
        ending = [task for task in (self._looking, *self._tasks) if task is not None]
        for task in ending:
            task.cancel()
        if ending:
            await asyncio.wait(ending)
        await self.bridge.close()

    # -- what a laptop asks

    async def take(self, caller: Caller, campaign_id: str, ask: PhoneAsk) -> None:
        """What the laptop asks, whether it is news or not. Raises the problem `bad-request`."""
        _check(ask)
        mine = self._asked.get(caller.caller_id)
        if mine is None or self._takes_over(mine, caller, ask):
            mine = self._begin(mine, caller, campaign_id, ask)
        elif mine.ask.line_id != ask.line_id:
            return
        elif ask.seq > mine.ask.seq:
            mine.ask = ask
        mine.caller, mine.seen_at = caller, self._clock()
        await self._settle(mine)

    def state(self, caller: Caller, ask: PhoneAsk) -> PhoneState:
        """How the line is, for the laptop that asks."""
        mine = self._asked.get(caller.caller_id)
        if mine is None or mine.ask.line_id != ask.line_id:
            return refusing(ask, "elsewhere", self._clock())
        mine.seen_at = self._clock()
        line = self.bridge.standing(caller.caller_id)
        return PhoneState(mine.seq, line.volunteer_told, line.call_told, line.muted, mine.refused_id, mine.refused)

    def has_news(self, caller: Caller, ask: PhoneAsk) -> bool:
        """Whether the line has changed since what the laptop has heard."""
        mine = self._asked.get(caller.caller_id)
        return mine is not None and mine.ask.line_id == ask.line_id and mine.seq > ask.heard

    def _takes_over(self, mine: _Asked, caller: Caller, ask: PhoneAsk) -> bool:
        """Whether this is the laptop's new start, or another laptop while the line is free."""
        if ask.line_id == mine.ask.line_id or ask.seq <= mine.former.get(ask.line_id, -1):
            return False
        return caller.device_id == mine.caller.device_id or not mine.ask.leg_id

    def _begin(self, before: _Asked | None, caller: Caller, campaign_id: str, ask: PhoneAsk) -> _Asked:
        mine = self._asked[caller.caller_id] = _Asked(caller, campaign_id, ask, self._clock())
        if before is not None:
            over = before.caller.device_id == caller.device_id
            mine.former = {**before.former, before.ask.line_id: inf if over else before.ask.seq}
            mine.seq, mine.one_at_a_time = before.seq, before.one_at_a_time
        return mine

    # -- what is done about it

    async def _settle(self, mine: _Asked) -> None:
        """One step towards what is asked; the bridge's news of it brings the next."""
        async with mine.one_at_a_time:
            if self._asked.get(mine.caller.caller_id) is not mine:
                return
            ask, caller_id = mine.ask, mine.caller.caller_id
            line = self.bridge.standing(caller_id)
            new = next((id_ for id_ in (ask.leg_id, _call_id(ask)) if id_ and not line.knows(id_)), "")
            if new and not self.bridge.reachable and mine.refused_id != new:
                self._refuse(mine, new, "away")
            if line.volunteer not in ("none", "gone") and line.volunteer_told.leg_id != ask.leg_id:
                self.bridge.disconnect(caller_id)
            elif line.voter in UNDER_WAY and line.call_told and line.call_told.call_id != _call_id(ask):
                self.bridge.hang_up(caller_id, line.call_told.call_id)
            elif ask.leg_id and not line.knows(ask.leg_id):
                await self._ring(mine, ask.leg_id, partial(self._ring_own_phone, mine, ask))
            elif ask.call and line.ready and not line.knows(ask.call.call_id):
                await self._ring(mine, ask.call.call_id, partial(self._ring_voter, mine, ask.call))
            elif line.ready:
                await self._steer(mine, ask, line)

    async def _ring(self, mine: _Asked, id_: str, ringing: Callable[[], Coroutine[None, None, None]]) -> None:
        if mine.refused_id == id_:
            return
        try:
            await ringing()
        except NotRung as refused:
            self._refuse(mine, id_, refused.code)

    async def _ring_own_phone(self, mine: _Asked, ask: PhoneAsk) -> None:
        asked = (self._keys, mine.caller, mine.campaign_id, ask.leg_id, ask.own_number, self._clock())
        await self._database.transact(lambda connection: ring_own_phone(connection, *asked))
        if mine.ask.leg_id == ask.leg_id:
            self._order(partial(self.bridge.connect, mine.caller.caller_id, ask.leg_id, ask.own_number, self._shown))

    async def _ring_voter(self, mine: _Asked, call: AskedCall) -> None:
        asked = (self._keys, mine.caller, mine.campaign_id, call, self._clock())
        number, seconds = await self._database.transact(lambda connection: ring_voter(connection, *asked))
        if mine.ask.call == call:
            caller_id = mine.caller.caller_id
            self._order(partial(self.bridge.call, caller_id, call.call_id, number, self._shown, seconds))

    def _order(self, order: Callable[[], None]) -> None:
        try:
            order()
        except Refused:  # the phone system went away, or the volunteer did, while the database was asked
            raise NotRung("away") from None

    async def _steer(self, mine: _Asked, ask: PhoneAsk, line: Line) -> None:
        """Mutes and presses keys; what does not work is not in the state, by which the laptop knows."""
        caller_id = mine.caller.caller_id
        if line.muted != ask.muted:
            with suppress(Refused):
                await self.bridge.mute(caller_id, ask.muted)
                self._tell(mine)
        pressed = mine.pressed[1] if mine.pressed[0] == _call_id(ask) else 0
        if line.voter == "talking" and len(ask.keys) > pressed:
            keys = ask.keys[pressed : pressed + _AT_ONCE]
            mine.pressed = (_call_id(ask), pressed + len(keys))
            with suppress(Refused):
                await self.bridge.press(caller_id, _call_id(ask), keys)

    # -- what comes of it

    def _hear(self, caller_id: str, news: News) -> None:
        if isinstance(news, CallEvent) and news.ending == "blocked":
            logger.warning("blocked call", extra={"fields": {"caller": caller_id, "call": news.call_id}})
        if isinstance(news, CallEvent) and news.ending in NOT_THE_VOTERS:
            self._start(self._note_failed(caller_id, news.call_id, news.ending))
        mine = self._asked.get(caller_id)
        if mine is not None:
            self._tell(mine)
            self._start(self._settle(mine))

    async def _note_failed(self, caller_id: str, call_id: str, ending: str) -> None:
        """For the supervisors, who are told of calls that fail on the campaign's own line."""
        this = (bridge_calls.c.caller_id == caller_id) & (bridge_calls.c.call_id == call_id)
        async with self._database.write() as connection:
            await connection.execute(update(bridge_calls).where(this).values(ending=ending))

    def _refuse(self, mine: _Asked, id_: str, code: str) -> None:
        mine.refused_id, mine.refused = id_, code
        self._tell(mine)

    def _tell(self, mine: _Asked) -> None:
        mine.seq = max(mine.seq + 1, count_at(self._clock()))
        self._bells.ring_caller(mine.caller.caller_id)

    # -- callers who are gone

    async def _keep_looking(self) -> None:
        while True:
            await self._pause(LOOK_EVERY)
            self._start(self.look())

    async def look(self) -> None:
        """Lets the phones go of laptops that are gone, of callers who have signed out, and of campaigns that rest."""
        for mine in list(self._asked.values()):
            gone = self._clock() - mine.seen_at > GONE_AFTER
            if mine.ask.leg_id and (gone or not await self._may_stay(mine)):
                mine.ask = msgspec.structs.replace(mine.ask, leg_id="", call=None)
                await self._settle(mine)

    async def _may_stay(self, mine: _Asked) -> bool:
        try:
            async with self._database.read() as connection:
                caller = await caller_of(connection, mine.caller.token_hash)
                await connection.run_sync(check_open, caller, mine.campaign_id, self._clock())
        except (RequestRefused, NotRung):
            return False
        return True

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finish)

    def _finish(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, Exception):
            log_failure(error)


def _check(ask: PhoneAsk) -> None:
    ids = [id_ for id_ in (ask.leg_id, _call_id(ask)) if id_]
    if not all(_ID.fullmatch(id_) for id_ in (ask.line_id, *ids)):
        raise RequestRefused("bad-request", "The ids of a line and its calls need 1 to 36 letters, digits or hyphens.")
    if not _KEYS.fullmatch(ask.keys):
        raise RequestRefused("bad-request", f"A phone has the keys 0 to 9, * and #; a call takes {MOST_KEYS} of them.")


def _call_id(ask: PhoneAsk) -> str:
    return ask.call.call_id if ask.call else ""
