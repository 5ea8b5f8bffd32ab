"""The shift's numbers as they are now, with its breaks, and how long results take after the script's last word."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime, timedelta

from phonetui.client.clock import Clock
from phonetui.client.shift import Shift
from phonetui.client.today import Today
from phonetui.core import pace
from phonetui.core.call_actions import Action, Answer, Back, Forward, Typed
from phonetui.core.campaign import Campaign
from phonetui.core.event import AnyEvent, Outcome
from phonetui.core.tally import is_talk


async def _not_kept(one: pace.Break) -> None:
    """It ends with the program."""


class Pacing:
    """Counts when it is asked; the last words that it hears itself end with the program."""

    def __init__(
        self,
        shift: Shift,
        today: Today,
        clock: Clock,
        *,
        breaks: Iterable[pace.Break] = (),
        earlier: Iterable[pace.Break] = (),
        keep: Callable[[pace.Break], Awaitable[None]] = _not_kept,
    ) -> None:
        """`breaks` are those of the shift so far, `earlier` those before it; `keep` makes one outlast the program."""
        self._shift = shift
        self._today = today
        self._clock = clock
        self._breaks = list(breaks)
        self._earlier = tuple(earlier)
        self._keep = keep
        self._last_word: float | None = None
        self._wrapped_up: list[float] = []

    def hear(self, action: Action, made: Sequence[AnyEvent], campaign: Campaign) -> None:
        """A key was carried out, and these were written down for it. Who is not reached has heard no word."""
        if isinstance(action, Answer | Typed | Forward | Back):
            self._last_word = self._clock.tick()
        elif made:
            talks = any(isinstance(event, Outcome) and is_talk(campaign, event) for event in made)
            if talks and self._last_word is not None:
                self._wrapped_up.append(self._clock.tick() - self._last_word)
            self._last_word = None

    @property
    def resting_since(self) -> datetime | None:
        """Since when there is a break; None while there is none."""
        return self._breaks[-1].since if self._breaks and self._breaks[-1].until is None else None

    @property
    def rested(self) -> timedelta:
        """For how long the break has gone on."""
        return self._breaks[-1].lasted(self._clock.now()) if self.resting_since else timedelta()

    async def rest(self) -> None:
        """A break begins, or goes on. Raises `Refused` where it cannot be kept: then it ends with the program."""
        if self.resting_since is None:
            self._breaks.append(pace.Break(self._clock.now()))
            await self._keep(self._breaks[-1])

    async def go_on(self) -> None:
        """The break ends. Raises `Refused` where that cannot be kept: the next start finds it going on."""
        if self.resting_since is not None:
            self._breaks[-1] = pace.Break(self.resting_since, self._clock.now())
            await self._keep(self._breaks[-1])

    def pace(self, campaign: Campaign) -> pace.Pace:
        """The numbers of this moment."""
        now, breaks = self._clock.now(), (*self._earlier, *self._breaks)
        here, day = pace.made(self._today.attempts), self._today.calls(campaign, now, ())
        of_today = [pace.Made(call.attempt_id, call.at, call.outcome) for call in reversed(day)]
        wrapped = timedelta(seconds=sum(self._wrapped_up) / len(self._wrapped_up)) if self._wrapped_up else None
        return pace.Pace(
            shift=pace.work(campaign, pace.made(self._shift.attempts), breaks),
            today=pace.work(campaign, of_today, breaks),
            in_all=pace.work(campaign, here, breaks),
            goal=campaign.goal,
            last_hour=pace.last_hour(here, now),
            breaks=sum((one.lasted(now) for one in self._breaks), timedelta()),
            wrap_up=wrapped,
        )
