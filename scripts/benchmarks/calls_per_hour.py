"""Calls an hour by hand, by preview and by power, in a simulation on a clock of its own.

The voters are the same each time. A call that is answered rings for 8 s, is talked for 90 s, and then takes 15 s to
write up and to read the next voter; one that is not rings for 25 s, and takes the 1.5 s of a result key. By hand
a number is typed in 9 s; in preview the key that dials is pressed after 1.5 s.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from msgspec import Struct
from scripts.benchmarks.figure import Figure, compared

from phonetui.core import pacer
from phonetui.core.pacer import Pacer, PlaceCall
from phonetui.core.phone_call import CallEvent, Pace

ANSWERED = 0.22
RINGS_UNTIL_ANSWERED, RINGS_IN_VAIN = 8.0, 25.0
TALK, WRAP_UP = 90.0, 15.0
TYPING, KEY = 9.0, 1.5
TIMES = "22 % answer after 8 s and talk for 90 s, the others ring for 25 s"


class Caller(Struct):
    """Someone at a line, and the time since they began."""

    line: Pacer
    before_dialing: float
    time: float = 0.0

    def calls(self, name: str, *, answered: bool) -> None:
        """One voter, from the screen to the result."""
        effects = self._steps(pacer.Shown(by_itself=True))
        if pacer.stops_the_countdown(self.line):
            self.time = self.line.due
            effects = self._steps(pacer.Tick())
        else:
            self.time += self.before_dialing
            effects = self._steps(pacer.DialKey())
        assert any(isinstance(effect, PlaceCall) for effect in effects)
        self._steps(pacer.Placed(name))
        if answered:
            self.time += RINGS_UNTIL_ANSWERED
            self._steps(pacer.Came(CallEvent(name, "talking")))
            self.time += TALK
            self._steps(pacer.Came(CallEvent(name, "ended", "completed")))
            self.time += WRAP_UP
        else:
            self.time += RINGS_IN_VAIN
            self._steps(pacer.Came(CallEvent(name, "ended", "no_answer")))
            self.time += KEY
        self._steps(pacer.ResultSaved())

    def _steps(self, what: pacer.Input) -> tuple[pacer.Effect, ...]:
        self.line, effects = pacer.step(self.line, what, self.time)
        return effects


def figures(voters: int = 10_000) -> Iterator[Figure]:
    """Each pace against dialing by hand."""
    by_hand = _in_an_hour("manual", 0.0, TYPING, voters)
    paces: tuple[tuple[str, Pace, float], ...] = (
        ("preview", "preview", 0.0),
        ("power, countdown of 3 s", "power", 3.0),
        ("power, no countdown", "power", 0.0),
    )
    for name, pace, countdown in paces:
        value = _in_an_hour(pace, countdown, KEY, voters)
        yield compared(f"calls per hour, {name}; {TIMES}", value, "calls", "typing each number in 9 s", by_hand)


def _in_an_hour(pace: Pace, countdown: float, before_dialing: float, voters: int) -> float:
    chance = random.Random(1)
    caller = Caller(Pacer(pace, countdown), before_dialing)
    for number in range(voters):
        caller.calls(f"call-{number}", answered=chance.random() < ANSWERED)
    return voters / caller.time * 3600
