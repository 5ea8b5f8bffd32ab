"""The shift's numbers as they are now, with its breaks, and how long results take after the script's last word."""

from __future__ import annotations

from datetime import datetime, timedelta

from phonetui.client.clock import Clock
from phonetui.client.shift import Shift
from phonetui.client.today import Today
from phonetui.core import pace
from phonetui.core.call_actions import Action, Answer, Back, Forward, Result, Typed
from phonetui.core.campaign import Campaign


class Pacing:
    """Counts when it is asked; what it hears itself, breaks and last words, ends with the program."""

    def __init__(self, shift: Shift, today: Today, clock: Clock) -> None:
        self._shift = shift
        self._today = today
        self._clock = clock
        self._breaks: list[pace.Break] = []
        self._last_word: float | None = None
        self._wrapped_up: list[float] = []

    def hear(self, action: Action, *, recorded: bool) -> None:
        """A key was carried out, and something written down for it or not."""
        if isinstance(action, Answer | Typed | Forward | Back):
            self._last_word = self._clock.tick()
        elif recorded:
            if isinstance(action, Result) and self._last_word is not None:
                self._wrapped_up.append(self._clock.tick() - self._last_word)
            self._last_word = None

    @property
    def resting_since(self) -> datetime | None:
        """Since when there is a break; None while there is none."""
        return self._breaks[-1].since if self._breaks and self._breaks[-1].until is None else None

    @property
    def rested(self) -> timedelta:
        """For how long the break has gone on."""
        return self._clock.now() - self.resting_since if self.resting_since else timedelta()

    def rest(self) -> datetime:
        """A break begins, or goes on; since when."""
        if self.resting_since is None:
            self._breaks.append(pace.Break(self._clock.now()))
        return self._breaks[-1].since

    def go_on(self) -> timedelta:
        """The break ends; how long it was."""
        since = self.rest()
        self._breaks[-1] = pace.Break(since, self._clock.now())
        return self._clock.now() - since

    def pace(self, campaign: Campaign) -> pace.Pace:
        """The numbers of this moment."""
        now, breaks = self._clock.now(), self._breaks
        here, day = pace.made(self._today.attempts), self._today.calls(campaign, now, ())
        of_today = [pace.Made(call.attempt_id, call.at, call.outcome) for call in reversed(day)]
        wrapped = timedelta(seconds=sum(self._wrapped_up) / len(self._wrapped_up)) if self._wrapped_up else None
        return pace.Pace(
            shift=pace.work(campaign, pace.made(self._shift.attempts), breaks),
            today=pace.work(campaign, of_today, breaks),
            in_all=pace.work(campaign, here, breaks),
            goal=campaign.goal,
            last_hour=pace.last_hour(here, now),
            breaks=sum(((one.until or now) - one.since for one in breaks), timedelta()),
            wrap_up=wrapped,
        )
