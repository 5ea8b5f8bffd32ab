"""Calls that the campaign's server places: it rings the caller's own phone once, and each voter into that call.

What is to happen goes with every exchange, and what has happened comes with every answer.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable

import msgspec

from phonetui.client.bridge_words import NO_LINE, NO_NUMBER, NOT_DONE, RINGS, SILENT, UNSURE, own_phone, refused, way_on
from phonetui.client.clock import Clock
from phonetui.client.outbox import Outbox
from phonetui.core.bridge_call import REFUSED, AskedCall, PhoneAsk, PhoneState
from phonetui.core.phone_call import CallEvent, Ending, State
from phonetui.core.refusal import Refused
from phonetui.core.translation import tr
from phonetui.dial.calls_told import CallsTold
from phonetui.dial.dialer import Cap

#: Seconds that the server may take to say something, and to ring the caller's own phone in vain.
PATIENCE = 12.0
OWN_PHONE_RINGS = 60.0
#: Seconds without any answer of the server's after which a call is given up, as the server does.
SILENCE = 60.0
#: What follows what; of a state that is not later nothing is told.
_ORDER: dict[State, int] = {"dialing": 0, "ringing": 1, "talking": 2, "ended": 3}
_KEYS = re.compile(r"[0-9*#]+", re.ASCII)


class BridgeDialer:
    """A `Dialer` over the exchanges of an outbox.

    `says` is called with a sentence for the caller, `blocked` for each call that was blocked.
    """

    caps: frozenset[Cap] = frozenset({"state", "hangup", "mute", "dtmf"})

    def __init__(self, own_number: str, clock: Clock, outbox: Outbox) -> None:
        self.says: Callable[[str], None] = _say_nothing
        self.blocked: Callable[[], None] = lambda: None
        self._own_number = own_number
        self._clock = clock
        self._outbox = outbox
        self._ask = PhoneAsk(clock.new_id())
        self._heard = PhoneState()
        self._told = CallsTold()
        self._call_id = ""
        self._state: State | None = None
        self._hidden = False
        self._trouble = ""
        self._news = asyncio.Event()
        self._silence: asyncio.TimerHandle | None = None
        outbox.bridge = self

    async def start(self) -> str:
        """The caller's phone is rung with the first call, not before. Raises `Refused` where none is set."""
        if not self._own_number:
            raise Refused(tr(NO_NUMBER))
        return ""

    async def dial(self, number: str, ring_timeout: float) -> str:
        """Have the household of this number, or of what stands for one that is hidden, rung; first the caller's phone.

        How long it rings is the campaign's to say, as the server knows it. Raises `Refused` with the server's reason,
        and where it gives no answer.
        """
        await self.start()
        if self._ask.call is not None:
            raise Refused(tr("You are in a call; end it first."))
        call = self._call_to(number)
        self._call_id, self._state = call.call_id, None
        self._hidden, self._trouble = not number.startswith("+"), ""
        leg_id = self._ask.leg_id or self._clock.new_id()
        self._wants(leg_id=leg_id, own_number=self._own_number, call=call, muted=False, keys="")
        while self._call_id == call.call_id and self._state is None and not self._trouble:
            rings = self._heard.leg.leg_id == leg_id and self._heard.leg.state == "ringing"
            if not await self._hears_within(OWN_PHONE_RINGS if rings else PATIENCE):
                self._trouble = way_on(tr(SILENT), hidden=self._hidden)
        if self._call_id == call.call_id and self._state is None:
            self._withdraw()
            raise Refused(self._trouble)
        return call.call_id

    async def hangup(self) -> None:
        """End the call, or stop ringing; the caller's own phone stays."""
        if self._ask.call is None:
            return
        if self._state is None:  # whether it rings already nobody knows
            self._tell("ended", "canceled")
        self._withdraw()

    async def mute(self, on: bool) -> None:
        """Silence what the caller says, once the server says that it is so. Raises `Refused`."""
        self._check_talking()
        self._wants(muted=on)
        while self._heard.muted != on:
            if not await self._hears_within(PATIENCE) or self._trouble:
                self._wants(muted=self._heard.muted)
                raise Refused(tr(NOT_DONE))

    async def dtmf(self, digits: str) -> None:
        """Press keys. Raises `Refused` while nobody is talked to, and for what is no key of a phone."""
        self._check_talking()
        if not _KEYS.fullmatch(digits):
            raise Refused(tr("{keys}: a phone has the keys 0 to 9, * and #.", keys=digits))
        self._wants(keys=self._ask.keys + digits)

    def events(self) -> AsyncIterator[CallEvent]:
        """What becomes of the calls."""
        return self._told.events()

    async def close(self) -> None:
        """Let the caller's phone go with the last exchange. Twice does nothing."""
        self._stop_counting()
        if self._ask.leg_id:
            self._wants(leg_id="", call=None)
        self._told.close()

    # -- what crosses ------------------------------------------------------------------------------------------------

    @property
    def ask(self) -> PhoneAsk:
        """What an exchange is to carry."""
        return msgspec.structs.replace(self._ask, heard=self._heard.seq)

    def hear(self, state: PhoneState) -> None:
        """What an answer says; one that is older than another says nothing."""
        self._stop_counting()
        if state.seq <= self._heard.seq:
            return
        before, self._heard = self._heard, state
        if state.leg != before.leg and self._ask.leg_id == state.leg.leg_id:
            self._hear_leg(state)
        if state.refused_id and state.refused_id in (self._ask.leg_id, self._call_id):
            self._hear_refusal(state)
        if state.call is not None and state.call.call_id == self._call_id:
            self._tell(state.call.state, state.call.ending)
        self._news.set()

    def lost(self, ask: PhoneAsk | None) -> None:
        """An exchange came to nothing: whether the server knows what it was to carry is not known."""
        if self._ask.leg_id and self._silence is None:
            self._silence = asyncio.get_running_loop().call_later(SILENCE, self._give_up)
        if ask is not None and ask.call is not None and ask.call == self._ask.call and self._state is None:
            self._trouble = way_on(tr(NO_LINE), hidden=self._hidden)
            self._news.set()

    def _hear_leg(self, state: PhoneState) -> None:
        if state.leg.state == "ringing":
            self.says(tr(RINGS))
        elif state.leg.state == "unsure":
            self.says(tr(UNSURE))
        elif state.leg.state == "there":
            self.says("")
        elif state.leg.state == "gone":
            self._trouble = own_phone(state.leg.ending)
            if self._state is not None:
                self.says(self._trouble)
            self._change(leg_id="", call=None)

    def _hear_refusal(self, state: PhoneState) -> None:
        self._trouble = refused(state.refused, hidden=self._hidden)
        if state.refused_id == self._ask.leg_id:
            self._change(leg_id="", call=None)
            self._end_lost()

    # -- the call ----------------------------------------------------------------------------------------------------

    def _call_to(self, number: str) -> AskedCall:
        for lease in self._outbox.hand.leases:
            if lease.household.line == number and lease.household.voters:
                voter_id = lease.household.voters[0].voter_id
                return AskedCall(self._clock.new_id(), voter_id, lease.tickets.get(voter_id, ""))
        raise Refused(tr(REFUSED["not-lent"]))

    def _check_talking(self) -> None:
        if self._state != "talking":
            raise Refused(tr("Nobody is on the line."))
        self._trouble = ""

    def _tell(self, state: State, ending: Ending | None = None) -> None:
        """Tells what is later than what was told, and asks no more for a call that is over."""
        if self._state is not None and _ORDER[state] <= _ORDER[self._state]:
            return
        self._state = state
        self._told.tell(CallEvent(self._call_id, state, ending))
        self._news.set()
        if state == "ended":
            self._change(call=None)
        if ending == "blocked":
            self.blocked()

    def _end_lost(self) -> None:
        if self._state is not None:
            self._tell("ended", "unknown")

    def _give_up(self) -> None:
        self._silence = None
        self._change(leg_id="", call=None)
        self._end_lost()

    def _stop_counting(self) -> None:
        if self._silence is not None:
            self._silence.cancel()
            self._silence = None

    def _withdraw(self) -> None:
        """Asks for no call; and for no ringing of the caller's phone of which nothing was heard: it may come late."""
        is_up = self._heard.leg.leg_id == self._ask.leg_id
        self._wants(call=None, leg_id=self._ask.leg_id if is_up else "")

    def _wants(self, **changes: object) -> None:
        """Asks for something else, at once."""
        self._change(**changes)
        self._outbox.poke(self._clock.tick())

    def _change(self, **changes: object) -> None:
        self._ask = msgspec.structs.replace(self._ask, seq=self._ask.seq + 1, **changes)

    async def _hears_within(self, seconds: float) -> bool:
        self._news.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            return False
        return True


def _say_nothing(text: str) -> None:
    """Of a bridge that nobody looks at."""
