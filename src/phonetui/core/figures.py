"""Figures of a report: what a set of attempts sums to, rates with their intervals, and what a talk takes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from math import sqrt

from msgspec import Struct

#: Seconds between two results of a caller up to which the time counts as calling; a longer gap is a break.
PAUSE = 15 * 60
#: Within this many deviations of the normal distribution lie 95 of 100.
SURE = 1.959964


class Counts(Struct):
    """What a set of attempts sums to, of which it grows; of contacts and talks each voter counts once a round.

    Somebody else in the same call has a result of their own, and is no attempt. `seconds` is the callers' time, with no
    gap longer than `PAUSE` in it, `talk_seconds` how long each talk took, where that is known, `first` when the first
    result was.
    """

    attempts: int = 0
    results: int = 0
    contacts: int = 0
    talks: int = 0
    seconds: int = 0
    talk_seconds: list[int] = []
    first: datetime | None = None

    def add(self, other: Counts) -> None:
        """Takes another set's in."""
        self.attempts += other.attempts
        self.results += other.results
        self.contacts += other.contacts
        self.talks += other.talks
        self.seconds += other.seconds
        self.talk_seconds += other.talk_seconds
        self.first = min(filter(None, (self.first, other.first)), default=None)


class Interval(Struct, frozen=True):
    """Between what a share lies, as sure as 95 of 100, if calls go on as they went."""

    low: float
    high: float


class Figures(Struct, frozen=True):
    """What a report says of a set of attempts; None where nothing can be said yet.

    `between` is the contact rate's interval. `talk_seconds` are the middle ones: half of the talks were shorter.
    `hours` are the callers'.
    """

    attempts: int
    contacts: int
    contact_rate: float | None
    between: Interval | None
    talks: int
    talk_seconds: int | None
    attempts_per_contact: float | None
    hours: float


def total(sets: Iterable[Counts]) -> Counts:
    """All of these together."""
    counts = Counts()
    for one in sets:
        counts.add(one)
    return counts


def figures(counts: Counts) -> Figures:
    """The figures of these counts."""
    return Figures(
        attempts=counts.attempts,
        contacts=counts.contacts,
        contact_rate=share(counts.contacts, counts.attempts),
        between=wilson(counts.contacts, counts.attempts),
        talks=counts.talks,
        talk_seconds=median(counts.talk_seconds),
        attempts_per_contact=share(counts.attempts, counts.contacts),
        hours=counts.seconds / 3600,
    )


def share(part: int, whole: int) -> float | None:
    """The part for each one of the whole; None of nothing."""
    return part / whole if whole else None


def wilson(part: int, whole: int) -> Interval | None:
    """The interval of a share; None of nothing, and where one dialing reached several, so that it is no share.

    The score interval, which holds for few calls and for shares of 0 and 1, too: E. B. Wilson, Probable inference, the
    law of succession, and statistical inference, Journal of the American Statistical Association 22 (1927), 209-212.
    """
    if not whole or part > whole:
        return None
    found, spread = part / whole, SURE**2 / whole
    middle = (found + spread / 2) / (1 + spread)
    aside = SURE * sqrt(found * (1 - found) / whole + spread / (4 * whole)) / (1 + spread)
    return Interval(max(min(middle - aside, found), 0.0), min(max(middle + aside, found), 1.0))  # found may be an end


def median(numbers: Sequence[int]) -> int | None:
    """The middle one, or half-way between the two in the middle, rounded down; None of none.

    One talk that goes on for ever moves it by a place, where it would spoil a mean.
    """
    ordered = sorted(numbers)
    if not ordered:
        return None
    return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) // 2
