"""The caller's line as a front end draws it."""

from __future__ import annotations

from msgspec import Struct

from phonetui.core.pacer import Stage
from phonetui.core.phone_call import Engine, Pace, State
from phonetui.dial.dialer import Cap


class PhoneView(Struct, frozen=True, kw_only=True):
    """What dials, at which pace, and where its call stands; with the engine `hand` nothing else is ever said.

    `state` is the call's as last heard. `talked_for` counts seconds since the answer, `seconds_left` those of the
    countdown; a front end asks again each second while either is there. `answers` counts the calls that were answered,
    so that it can beep once for each. `offered` is the result that the call's end suggests. `can_dial` and `redials`
    say whether the key that dials does anything now, and whether that is the same attempt once more. `pauses`: nobody
    is dialed by a countdown. `said` is what became of the last call, or why none was placed; `alarm`: it needs a look.
    """

    engine: Engine = "hand"
    caps: frozenset[Cap] = frozenset()
    pace: Pace = "manual"
    stage: Stage = Stage.NOBODY
    state: State | None = None
    talked_for: float | None = None
    seconds_left: float | None = None
    answers: int = 0
    offered: str = ""
    can_dial: bool = False
    redials: bool = False
    muted: bool = False
    pauses: bool = False
    said: str = ""
    alarm: bool = False

    @property
    def is_read_off(self) -> bool:
        """Whether another phone reads the number off the screen: to dial again is to look again."""
        return self.engine == "qr" and self.state == "handed_off"

    @property
    def in_call(self) -> bool:
        """Whether a call rings or goes on."""
        return self.stage in (Stage.PLACED, Stage.TALKING)
