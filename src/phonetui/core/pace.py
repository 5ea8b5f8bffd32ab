"""How a caller's work goes: calls, talks and time, of the shift, of the day, and of all that this laptop remembers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec import Struct

from phonetui.core.campaign import Campaign
from phonetui.core.event import Attempt, Outcome, current
from phonetui.core.tally import Tally, tally

HOUR = timedelta(hours=1)
#: The last hour is counted in so many parts.
PARTS = 12
#: Who has a voter on the screen for longer is not calling, whatever they forgot to press.
LONGEST_CALL = timedelta(minutes=30)
#: A rate is worth telling after so much time, and so many calls.
WORTH_TELLING = timedelta(minutes=10)
ENOUGH_CALLS = 20
#: Until then: twenty calls reach three or four people.
USUAL_RATE = 3.5 / 20


class Break(Struct, frozen=True):
    """When the caller rested; one without an end goes on."""

    since: datetime
    until: datetime | None = None

    def lasted(self, now: datetime) -> timedelta:
        """How long it was, or has been until now; a clock that was set back makes it no less than nothing."""
        return max((self.until or now) - self.since, timedelta(0))

    def within(self, begins: datetime, ends: datetime) -> timedelta:
        """How much of the break lies between the two."""
        return max(min(self.until or ends, ends) - max(self.since, begins), timedelta(0))


class Work(Struct, frozen=True):
    """What calls came to, and for how long there was a voter on the screen, without breaks."""

    tally: Tally = Tally()
    calling: timedelta = timedelta()

    @property
    def talks_per_hour(self) -> float | None:
        """Talks in an hour of calling; None before the first, or before there has been enough of it to say."""
        worth_telling = self.tally.talks and self.calling >= WORTH_TELLING
        return self.tally.talks / (self.calling / HOUR) if worth_telling else None


class Pace(Struct, frozen=True, kw_only=True):
    """The numbers of one moment. `last_hour` counts dialings in each five minutes, the last of which end now.

    `wrap_up` is how long it took on average from the last word of the script to the result; None before the first talk.
    """

    shift: Work = Work()
    today: Work = Work()
    in_all: Work = Work()
    goal: int = 0
    last_hour: tuple[int, ...] = (0,) * PARTS
    breaks: timedelta = timedelta()
    wrap_up: timedelta | None = None

    @property
    def left(self) -> int:
        """Calls until the day's goal is reached."""
        return max(self.goal - self.today.tally.attempts, 0)

    @property
    def contact_rate(self) -> float:
        """The caller's own of today once that says something, until then the usual one."""
        own = self.today.tally
        return own.contact_rate if own.attempts >= ENOUGH_CALLS else USUAL_RATE

    @property
    def still_to_reach(self) -> int:
        """About how many people the calls until the goal will reach."""
        return round(self.left * self.contact_rate)


class Made(NamedTuple):
    """What stands of an attempt, and when it was made; a correction of it has come later."""

    attempt_id: str
    at: datetime
    outcome: Outcome


def made(attempts: Iterable[Attempt]) -> list[Made]:
    """What stands of these, in the order in which they were made. What was made elsewhere is not among them."""
    attempts = tuple(attempts)
    first = {event.id: event.at for event in attempts}
    standing = current(attempts).items()
    return sorted((Made(key, first[key], one) for key, one in standing if key in first), key=lambda each: each.at)


def work(campaign: Campaign, calls: Sequence[Made], breaks: Sequence[Break] = ()) -> Work:
    """What the calls came to. A household is on the screen once, however many are spoken with."""
    ends: dict[datetime, datetime] = {}
    for _, at, outcome in calls:
        if outcome.shown_at is not None:
            ends[outcome.shown_at] = max(at, ends.get(outcome.shown_at, at))
    calling = (_calling(shown_at, at, breaks) for shown_at, at in ends.items())
    return Work(tally(campaign, (call.outcome for call in calls)), sum(calling, timedelta()))


def last_hour(calls: Iterable[Made], now: datetime) -> tuple[int, ...]:
    """Dialings in each part of the hour before `now`, the oldest first."""
    counts = [0] * PARTS
    for call in calls:
        ago = now - call.at
        if timedelta(0) <= ago < HOUR and not call.outcome.same_call:
            counts[PARTS - 1 - int(ago / (HOUR / PARTS))] += 1
    return tuple(counts)


def _calling(shown_at: datetime, at: datetime, breaks: Sequence[Break]) -> timedelta:
    rested = sum((one.within(shown_at, at) for one in breaks), timedelta())
    return min(max(at - shown_at - rested, timedelta(0)), LONGEST_CALL)
