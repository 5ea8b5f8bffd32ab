"""When the next number is dialed: a table of what follows what, above every engine, with the clock handed in.

A caller has one line. Nobody is dialed unless this caller is there and free, so no call is ever abandoned.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any

import msgspec
from msgspec import Struct

from phonetui.core.phone_call import SUGGESTS, CallEvent, Ending, Pace, PressedBy

#: Seconds of the longest countdown.
LONGEST_COUNTDOWN = 10
#: Seconds after its end in which a countdown still dials.
LATE = 1.0
#: The same voter is dialed so many times more in one attempt.
REDIALS = 2
#: So many calls in a row that the line itself failed stop the pace until the caller goes on.
FAILURES_IN_A_ROW = 2


class Stage(Enum):
    """Where the line stands."""

    NOBODY = "nobody"
    SHOWN = "shown"
    COUNTING = "counting"
    PLACED = "placed"
    TALKING = "talking"
    OVER = "over"


class Pacer(Struct, frozen=True):
    """The line of one caller.

    `due` is the tick at which the countdown ends, `answered` that of the answer. `offered` is the result that the
    call's ending suggests. `earlier_id` is the call before, of which something may come late. `pauses`: nobody is
    dialed by a countdown until the caller goes on.
    """

    pace: Pace = "manual"
    countdown: float = 3.0
    stage: Stage = Stage.NOBODY
    by_itself: bool = False
    due: float = 0.0
    call_id: str = ""
    earlier_id: str = ""
    answered: float | None = None
    offered: str = ""
    redials: int = 0
    failures: int = 0
    pauses: bool = False


class Shown(Struct, frozen=True):
    """A voter is on the screen; `by_itself`: the campaign lets a countdown dial this number."""

    by_itself: bool


class Gone(Struct, frozen=True):
    """Nobody is on the screen."""


class DialKey(Struct, frozen=True):
    """The key that dials."""


class OtherKey(Struct, frozen=True):
    """Any other key."""


class PauseKey(Struct, frozen=True):
    """The key that pauses the pace, and goes on with it."""


class Tick(Struct, frozen=True):
    """Time has passed."""


class Placed(Struct, frozen=True):
    """The engine has taken the number."""

    call_id: str


class NotPlaced(Struct, frozen=True):
    """The number was not dialed: the rules or the engine refused."""


class Came(Struct, frozen=True):
    """What became of a call."""

    event: CallEvent


class ResultSaved(Struct, frozen=True):
    """The voter on the screen has a result, or was skipped."""


Input = Shown | Gone | DialKey | OtherKey | PauseKey | Tick | Placed | NotPlaced | Came | ResultSaved


class PlaceCall(Struct, frozen=True):
    """Dial the voter on the screen, if the rules allow it at this moment."""

    by: PressedBy


class EndCall(Struct, frozen=True):
    """Hang up."""


class Answered(Struct, frozen=True):
    """Somebody, or a machine, has answered."""


class Failed(Struct, frozen=True):
    """The call came to nothing for a reason that is not the voter's; no attempt is counted."""

    ending: Ending


class Paused(Struct, frozen=True):
    """The pace has stopped; `failing`: because the line failed again and again."""

    failing: bool = False


Effect = PlaceCall | EndCall | Answered | Failed | Paused
Step = tuple[Pacer, tuple[Effect, ...]]
Rule = Callable[[Pacer, Any, float], Step]

#: Endings that say nothing of the voter.
NOT_THE_VOTERS: frozenset[Ending] = frozenset({"trunk_error", "auth_error", "media_error", "blocked"})


def _shown(pacer: Pacer, what: Shown, tick: float) -> Step:
    fresh = _with(_between_calls(pacer), by_itself=what.by_itself, redials=0)
    counts = pacer.pace == "power" and what.by_itself and not pacer.pauses
    if counts:
        return _with(fresh, stage=Stage.COUNTING, due=tick + pacer.countdown), ()
    return _with(fresh, stage=Stage.SHOWN), ()


def _gone(pacer: Pacer, what: Gone, tick: float) -> Step:
    return _with(_between_calls(pacer), stage=Stage.NOBODY), ()


def _gone_in_a_call(pacer: Pacer, what: Gone, tick: float) -> Step:
    return _gone(pacer, what, tick)[0], (EndCall(),)


def _dial(pacer: Pacer, what: DialKey, tick: float) -> Step:
    return _with(_between_calls(pacer), stage=Stage.PLACED), (PlaceCall("key"),)


def _stop_counting(pacer: Pacer, what: OtherKey | DialKey, tick: float) -> Step:
    return _with(pacer, stage=Stage.SHOWN), ()


def _count(pacer: Pacer, what: Tick, tick: float) -> Step:
    if tick < pacer.due:
        return pacer, ()
    if tick > pacer.due + LATE:  # the machine slept, and who was there may have gone
        return _with(pacer, stage=Stage.SHOWN), ()
    return _with(_between_calls(pacer), stage=Stage.PLACED), (PlaceCall("countdown"),)


def _pause(pacer: Pacer, what: PauseKey, tick: float) -> Step:
    """During a call the pause takes effect after it, since nobody is dialed before."""
    pauses = not pacer.pauses
    stage = Stage.SHOWN if pacer.stage is Stage.COUNTING else pacer.stage
    return _with(pacer, pauses=pauses, stage=stage, failures=0), (Paused(),) if pauses else ()


def _placed(pacer: Pacer, what: Placed, tick: float) -> Step:
    return _with(pacer, call_id=what.call_id), ()


def _not_placed(pacer: Pacer, what: NotPlaced, tick: float) -> Step:
    return _with(pacer, stage=Stage.SHOWN), ()


def _came(pacer: Pacer, what: Came, tick: float) -> Step:
    event = what.event
    if event.call_id == pacer.earlier_id or pacer.call_id not in ("", event.call_id):
        return pacer, ()
    pacer = _with(pacer, call_id=event.call_id)
    if event.state == "talking":
        return _with(pacer, stage=Stage.TALKING, answered=tick, failures=0), (Answered(),)
    if event.state == "handed_off":
        return _with(pacer, stage=Stage.OVER), ()
    if event.state == "ended":
        return _ended(pacer, event.ending or "unknown")
    return pacer, ()


def _ended(pacer: Pacer, ending: Ending) -> Step:
    if ending not in NOT_THE_VOTERS:
        return _with(pacer, stage=Stage.OVER, offered=SUGGESTS.get(ending, ""), failures=0), ()
    failed = _with(pacer, stage=Stage.SHOWN, failures=pacer.failures + 1)  # as if never dialed
    if failed.failures < FAILURES_IN_A_ROW:
        return failed, (Failed(ending),)
    return _with(failed, failures=0, pauses=True), (Failed(ending), Paused(failing=True))


def _redial(pacer: Pacer, what: DialKey, tick: float) -> Step:
    if pacer.redials >= REDIALS:
        return pacer, ()
    again = _with(_between_calls(pacer), stage=Stage.PLACED, redials=pacer.redials + 1)
    return again, (PlaceCall("redial"),)


def _saved(pacer: Pacer, what: ResultSaved, tick: float) -> Step:
    return _gone(pacer, Gone(), tick)


def _saved_in_a_call(pacer: Pacer, what: ResultSaved, tick: float) -> Step:
    return _gone(pacer, Gone(), tick)[0], (EndCall(),)


def _between_calls(pacer: Pacer) -> Pacer:
    earlier_id = pacer.call_id or pacer.earlier_id
    return _with(pacer, call_id="", earlier_id=earlier_id, answered=None, offered="")


def _with(pacer: Pacer, **changes: Any) -> Pacer:
    return msgspec.structs.replace(pacer, **changes)


_ANYWHERE: dict[type, Rule] = {Shown: _shown, Gone: _gone, PauseKey: _pause}
_IN_A_CALL: dict[type, Rule] = {
    Gone: _gone_in_a_call,
    PauseKey: _pause,
    Came: _came,
    ResultSaved: _saved_in_a_call,
}

TABLE: dict[Stage, dict[type, Rule]] = {
    Stage.NOBODY: _ANYWHERE,
    Stage.SHOWN: {**_ANYWHERE, DialKey: _dial, ResultSaved: _saved},
    Stage.COUNTING: {**_ANYWHERE, DialKey: _stop_counting, OtherKey: _stop_counting, Tick: _count, ResultSaved: _saved},
    Stage.PLACED: {**_IN_A_CALL, Placed: _placed, NotPlaced: _not_placed},
    Stage.TALKING: {**_IN_A_CALL, Placed: _placed},
    Stage.OVER: {**_ANYWHERE, DialKey: _redial, ResultSaved: _saved},
}


def step(pacer: Pacer, what: Input, tick: float) -> Step:
    """What follows; `tick` is a monotonic clock in seconds. What is not in the table changes nothing."""
    rule = TABLE[pacer.stage].get(type(what))
    return rule(pacer, what, tick) if rule else (pacer, ())


def stops_the_countdown(pacer: Pacer) -> bool:
    """Whether the next key, whichever it is, stops the countdown and does nothing else."""
    return pacer.stage is Stage.COUNTING


def seconds_left(pacer: Pacer, tick: float) -> float | None:
    """What is left of the countdown; None while there is none."""
    return max(0.0, pacer.due - tick) if pacer.stage is Stage.COUNTING else None


def talked_for(pacer: Pacer, tick: float) -> float | None:
    """Seconds since the answer; None without one."""
    return tick - pacer.answered if pacer.answered is not None else None
