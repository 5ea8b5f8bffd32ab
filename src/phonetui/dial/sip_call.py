"""One call over SIP: what baresip tells of it, two timers of our own, how it ended. No I/O; the time is handed in."""

from __future__ import annotations

import re
from typing import Literal

from msgspec import Struct

from phonetui.core.phone_call import BY_CAUSE, BY_SIP, SHORTEST_RINGING, Ending, State
from phonetui.dial.sip_trace import SipAnswer

#: Seconds within which a provider says anything at all, were it `100 Trying`.
FIRST_ANSWER = 6.0
#: Seconds within which baresip has put the line down.
PUTTING_DOWN = 2.0

#: What an event of baresip's makes of a call. 1.0 tells of a `183` as CALL_RINGING, 4 as CALL_PROGRESS.
NEXT: dict[tuple[State, str], State] = {
    ("dialing", "CALL_RINGING"): "ringing",
    ("dialing", "CALL_PROGRESS"): "ringing",
    ("dialing", "CALL_ESTABLISHED"): "talking",
    ("dialing", "CALL_CLOSED"): "ended",
    ("ringing", "CALL_ESTABLISHED"): "talking",
    ("ringing", "CALL_CLOSED"): "ended",
    ("talking", "CALL_CLOSED"): "ended",
}

#: How a call ends that the caller hangs up.
_HUNG_UP: dict[State, Ending] = {"dialing": "canceled", "ringing": "canceled", "talking": "completed"}

#: Statuses that say less than the telephone network's own cause.
_VAGUE = frozenset({480, 500, 502, 503, 504})
_STATUS = re.compile(r"([3-6][0-9][0-9])( |$)")


class Heard(Struct, frozen=True):
    """An event of baresip's. An early one lacks the id."""

    type: str
    id: str = ""
    peeruri: str = ""
    direction: str = ""
    param: str = ""


class SipCall:
    """A call from dialing to its end. `call_id` is ours, `sip_id` SIP's, as soon as it is known."""

    def __init__(self, call_id: str, uri: str, ring_timeout: float) -> None:
        self.call_id = call_id
        self.sip_id = ""
        self.state: State = "dialing"
        self.ending: Ending | None = None
        self.answered_at: float | None = None
        self.ended_at: float | None = None
        self._uri = uri
        self._ringing = max(ring_timeout, SHORTEST_RINGING)
        self._by: float | None = None
        self._gives_up: Ending = "trunk_error"
        self._put_down: Ending | None = None
        self._cause: int | None = None
        self._is_placed = self._is_answered = self._has_media = False

    def place(self, now: float) -> None:
        """From now on somebody may ring: baresip is asked to dial."""
        self._is_placed = True
        self._by = now + FIRST_ANSWER

    @property
    def is_put_down(self) -> bool:
        """Whether the line is free as soon as baresip has done so."""
        return self._put_down is not None

    def is_about(self, heard: Heard) -> bool:
        """Whether the event is of this call: by its id, and before one is known by who is called."""
        if self.sip_id:
            return heard.id == self.sip_id
        return heard.direction == "outgoing" and heard.peeruri.startswith(self._uri)

    def hear(self, heard: Heard, now: float) -> State | None:
        """An event of this call; its new state, if it has one."""
        self.sip_id = self.sip_id or heard.id
        if heard.type == "CALL_REMOTE_SDP":
            self._has_media = True
        state = NEXT.get((self.state, heard.type))
        if state is None or (self._put_down and state != "ended"):
            return None
        if state == "ended":
            return self.end(self._put_down or self._how(heard.param), now)
        self.state = state
        if state == "talking":
            self.answered_at, self._by = now, None
        else:
            self._rings(now)
        return state

    def hear_answer(self, answer: SipAnswer, now: float) -> None:
        """What the provider answered; by this alone no call changes its state."""
        if answer.call_id and self.sip_id and answer.call_id != self.sip_id:
            return
        self._cause = answer.cause if answer.cause is not None else self._cause
        if not self._is_answered and self.state == "dialing":
            self._rings(now)

    def put_down(self, now: float, ending: Ending | None = None) -> None:
        """The line is being put down; it ends as soon as baresip has done so, and at once where none was placed."""
        self._put_down = self._put_down or ending or _HUNG_UP[self.state]
        if not self._is_placed:
            self.end(self._put_down, now)
            return
        self._by = now + PUTTING_DOWN

    def end(self, ending: Ending, now: float) -> State:
        """It is over, whatever baresip says."""
        self.state, self.ending, self.ended_at, self._by = "ended", ending, now, None
        return self.state

    def lose(self, now: float) -> State:
        """The engine is gone: somebody may have been reached, unless nothing was answered yet."""
        nothing_yet: Ending = "unknown" if self._is_answered or self.state != "dialing" else "trunk_error"
        return self.end(self._put_down or nothing_yet, now)

    def due(self) -> float | None:
        """When a timer runs out; None while none runs."""
        return self._by

    def tick(self, now: float) -> Literal["put down", "stuck"] | None:
        """What a timer that has run out asks for: to put the line down, or, as that was done, to give baresip up."""
        if self._by is None or now < self._by:
            return None
        if self._put_down:
            return "stuck"
        self.put_down(now, self._gives_up)
        return "put down"

    def talked(self, now: float) -> float | None:
        """Seconds since the answer, up to the end; None before."""
        if self.answered_at is None:
            return None
        return (now if self.ended_at is None else self.ended_at) - self.answered_at

    def _rings(self, now: float) -> None:
        """From the first answer on it is the voter who is waited for."""
        self._is_answered = True
        self._by, self._gives_up = now + self._ringing, "no_answer"

    def _how(self, param: str) -> Ending:
        if self.state == "talking":
            return "completed"
        refused = _STATUS.match(param)
        if refused:
            return ending_of(int(refused[1]), self._cause)
        if self._has_media:
            return "media_error"
        return "unknown" if self._is_answered else "trunk_error"


def ending_of(status: int, cause: int | None = None) -> Ending:
    """How a call that was refused ended: by the status, or by the cause where the status says less."""
    if cause in BY_CAUSE and (status in _VAGUE or status not in BY_SIP):
        by_cause = BY_CAUSE[cause]
        return by_cause if by_cause != "completed" else BY_SIP.get(status, "unknown")
    return BY_SIP.get(status, "unknown")
