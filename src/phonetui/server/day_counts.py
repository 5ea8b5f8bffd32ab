"""A day's calls as they are counted for the supervisors' screen: kept in memory, and changed with each attempt.

So an update costs as much as has happened since the last one, however long the evening and the list.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec import Struct

from phonetui.wire_supervisors import Counts

#: The evening is told in slices of this length.
SLICE = timedelta(minutes=5)
#: The pace is that of so many slices: an hour.
AN_HOUR = timedelta(hours=1) // SLICE

#: A voter in a round, who counts once.
_Reached = tuple[int, int]


class Made(Struct, frozen=True):
    """An attempt as it stands. `list_id` and `closed` are of its household: nobody there is called again."""

    attempt_id: str
    caller_id: str
    voter_id: int
    household_id: int
    disposition: str
    contact: bool
    talk: bool
    same_call: bool
    round: int
    at: datetime
    list_id: int | None
    closed: bool


class _Group:
    """What was counted in one group; each voter who was reached counts once a round."""

    def __init__(self) -> None:
        self.attempts = 0
        self.reached: Counter[_Reached] = Counter()
        self.told: Counter[_Reached] = Counter()

    def add(self, made: Made, times: int) -> None:
        """Counts the attempt, or with -1 takes it back."""
        who = made.voter_id, made.round
        self.attempts += 0 if made.same_call else times
        for counts, counter in ((made.contact, self.reached), (made.talk, self.told)):
            if counts:
                counter[who] += times
                if not counter[who]:
                    del counter[who]

    def take_in(self, other: _Group) -> None:
        """What was counted in the other, too."""
        self.attempts += other.attempts
        self.reached += other.reached
        self.told += other.told

    def counts(self) -> Counts:
        """What it comes to."""
        return Counts(self.attempts, len(self.reached), len(self.told))


class DayCounts:
    """What came of the attempts made since `midnight`, which is in UTC."""

    def __init__(self, midnight: datetime) -> None:
        self.midnight = midnight
        self.dispositions: Counter[str] = Counter()
        self._made: dict[str, Made] = {}
        self._skips: Counter[tuple[str, int]] = Counter()  # by caller and slice
        self._skipped: set[str] = set()
        self._all = _Group()
        self._by_caller: defaultdict[str, _Group] = defaultdict(_Group)
        self._by_slice: defaultdict[int, _Group] = defaultdict(_Group)
        self._by_both: defaultdict[tuple[str, int], _Group] = defaultdict(_Group)
        self._dialed: Counter[tuple[int | None, int]] = Counter()  # by list and slice
        self._closed: dict[int, Made] = {}  # by household, with its last attempt
        self._closed_in: Counter[int] = Counter()  # by slice
        self._closed_of: Counter[int | None] = Counter()  # by list

    # -- what happened

    def put(self, made: Made) -> None:
        """The attempt stands so now; what it said before is forgotten."""
        self.forget(made.attempt_id)
        if made.at < self.midnight:
            return
        self._made[made.attempt_id] = made
        self._count(made, 1)
        last = self._closed.get(made.household_id)
        if not made.closed:
            self._reopen(made.household_id)
        elif last is None or last.at <= made.at:
            self._reopen(made.household_id)
            self._closed[made.household_id] = made
            self._count_closed(made, 1)

    def forget(self, attempt_id: str) -> None:
        """The attempt was taken back."""
        before = self._made.pop(attempt_id, None)
        if before is not None:
            self._count(before, -1)
            if (last := self._closed.get(before.household_id)) and last.attempt_id == attempt_id:
                self._reopen(before.household_id)

    def skip(self, event_id: str, caller_id: str, at: datetime) -> None:
        """A caller gave a household back uncalled."""
        if event_id not in self._skipped:
            self._skipped.add(event_id)
            self._skips[caller_id, self.slice_of(at)] += 1

    def _reopen(self, household_id: int) -> None:
        before = self._closed.pop(household_id, None)
        if before is not None:
            self._count_closed(before, -1)

    def _count_closed(self, made: Made, times: int) -> None:
        self._closed_in[self.slice_of(made.at)] += times
        self._closed_of[made.list_id] += times

    def _count(self, made: Made, times: int) -> None:
        nth = self.slice_of(made.at)
        for group in (
            self._all,
            self._by_caller[made.caller_id],
            self._by_slice[nth],
            self._by_both[made.caller_id, nth],
        ):
            group.add(made, times)
        self.dispositions[made.disposition] += times
        if not made.same_call:
            self._dialed[made.list_id, nth] += times

    # -- what it comes to

    def slice_of(self, at: datetime) -> int:
        """Which slice of the day this is in."""
        return (at - self.midnight) // SLICE

    def begins(self, nth: int) -> datetime:
        """When a slice begins."""
        return self.midnight + nth * SLICE

    def today(self, caller_id: str = "") -> Counts:
        """The day so far, of one caller or of all."""
        group = self._by_caller.get(caller_id) if caller_id else self._all
        return group.counts() if group else Counts()

    def last_hour(self, now: datetime, caller_id: str = "") -> Counts:
        """The last twelve slices, of one caller or of all; who was reached in two of them counts once."""
        hour = _Group()
        for nth in self._recent(now):
            if part := self._by_both.get((caller_id, nth)) if caller_id else self._by_slice.get(nth):
                hour.take_in(part)
        return hour.counts()

    def skips(self, caller_id: str, now: datetime) -> int:
        """How many households a caller gave back in the last twelve slices."""
        return sum(self._skips[caller_id, nth] for nth in self._recent(now))

    def slices(self, now: datetime) -> Iterable[tuple[int, Counts]]:
        """Every slice from the day's first call up to now, the quiet ones too."""
        first = min((nth for nth, group in self._by_slice.items() if group.attempts), default=None)
        for nth in range(first, self.slice_of(now) + 1) if first is not None else ():
            group = self._by_slice.get(nth)
            yield nth, group.counts() if group else Counts()

    def pace(self, list_id: int, now: datetime) -> float:
        """Households of a list that are called in an hour, by the last hour or what there has been of it."""
        recent = [nth for nth in self._recent(now) if self._dialed.get((list_id, nth))]
        if not recent:
            return 0.0
        since = now - self.begins(min(recent))
        return sum(self._dialed[list_id, nth] for nth in recent) / (max(since, 2 * SLICE) / timedelta(hours=1))

    def closed(self, list_id: int) -> int:
        """How many households of a list were called for the last time today."""
        return self._closed_of[list_id]

    def closed_in(self, nth: int) -> int:
        """How many households of all lists were so in a slice."""
        return self._closed_in[nth]

    def _recent(self, now: datetime) -> range:
        last = self.slice_of(now)
        return range(last - AN_HOUR + 1, last + 1)
