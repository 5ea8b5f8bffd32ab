"""How much of each list is left. Counting reads a whole campaign, so it is done now and then, not at each look.

Between two counts the calls themselves say what became less.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from sqlalchemy import Connection, Row, bindparam, case, func, select

from phonetui.core.campaign import Campaign
from phonetui.core.eligibility import closes_at, opens_at
from phonetui.server.day_counts import DayCounts
from phonetui.server.tables import households, lists
from phonetui.wire_supervisors import ListNow

#: Whatever rests no longer than this counts as there to be called.
SOON = timedelta(hours=1)
#: An end that is further away is none.
FORESEEN = timedelta(hours=12)
#: An end is said to so many minutes, so that it stays in place.
TO_THE = timedelta(minutes=5)

_STATE = households.c.state
_COUNTED = (
    select(
        households.c.list_id,
        households.c.zones,
        func.count().label("households"),
        func.sum(case((_STATE != "closed", 1), else_=0)).label("left"),
        func.sum(case((_STATE == "resting", 1), else_=0)).label("resting"),
        func.sum(case((_STATE == "lent", 1), else_=0)).label("lent"),
        func.sum(
            case(
                (
                    (_STATE == "resting")
                    & (households.c.ready_at <= bindparam("soon", type_=households.c.ready_at.type)),
                    1,
                ),
                else_=0,
            )
        ).label("soon"),
        func.min(case((_STATE != "closed", households.c.attempts))).label("round"),
    )
    .where(households.c.campaign_id == bindparam("campaign"))
    .group_by(households.c.list_id, households.c.zones)
)
_LISTS = (
    select(lists).where(lists.c.campaign_id == bindparam("campaign")).order_by(lists.c.priority.desc(), lists.c.list_id)
)


class _Count(Struct, frozen=True):
    """A list's households. `there` of those left may be called now or within the hour, until `closes_at` at most.

    `closes_at` is none where no call is allowed any more today. `closed` were so today when they were counted.
    """

    households: int = 0
    left: int = 0
    resting: int = 0
    lent: int = 0
    there: int = 0
    round: int = 0
    closed: int = 0
    closes_at: datetime | None = None


class ListCounts:
    """The lists of a campaign as they were counted at `at`."""

    def __init__(self, at: datetime, counts: dict[int, _Count]) -> None:
        self.at = at
        self._counts = counts

    @property
    def households(self) -> int:
        """How many there are in all the lists, called for the last time or not."""
        return sum(count.households for count in self._counts.values())

    def left(self, day: DayCounts) -> int:
        """How many households there are to call in all the lists."""
        return sum(self._left(list_id, day) for list_id in self._counts)

    def lists(self, connection: Connection, campaign_id: str, day: DayCounts, now: datetime) -> tuple[ListNow, ...]:
        """Each list as it stands, in the order in which they are called."""
        rows = connection.execute(_LISTS, {"campaign": campaign_id})
        found = []
        for row in rows:
            count = self._counts.get(row.list_id, _Count())
            listed = ListNow(
                list_id=row.list_id,
                name=row.name,
                priority=row.priority,
                households=count.households,
                left=self._left(row.list_id, day),
                there=self._there(row.list_id, day),
                resting=count.resting,
                lent=count.lent,
                round=count.round,
                paused=row.paused,
                languages=tuple(row.languages.split()),
                tags=tuple(row.tags.split()),
                ends_at=None if row.paused else self._ends_at(row.list_id, day, now),
            )
            found.append(listed)
        return tuple(found)

    def _left(self, list_id: int, day: DayCounts) -> int:
        count = self._counts.get(list_id, _Count())
        return max(0, count.left - (day.closed(list_id) - count.closed))

    def _there(self, list_id: int, day: DayCounts) -> int:
        count = self._counts.get(list_id, _Count())
        return max(0, count.there - (day.closed(list_id) - count.closed))

    def _ends_at(self, list_id: int, day: DayCounts, now: datetime) -> datetime | None:
        """When nobody of the list will be there to call, at the pace of the last hour; none where hours end first."""
        count, pace = self._counts.get(list_id, _Count()), day.pace(list_id, now)
        if not pace:
            return None
        end = now + timedelta(hours=self._there(list_id, day) / pace)
        hours_end_first = self._left(list_id, day) and (count.closes_at is None or end > count.closes_at)
        if end > now + FORESEEN or hours_end_first:
            return None
        return end - timedelta(seconds=end.timestamp() % TO_THE.total_seconds())


def count_lists(connection: Connection, campaign: Campaign, day: DayCounts, now: datetime) -> ListCounts:
    """Counts every list."""
    rows = connection.execute(_COUNTED, {"campaign": campaign.campaign_id, "soon": now + SOON}).all()
    closings = {zones: _closing(campaign, zones, now) for zones in {row.zones for row in rows}}
    by_list: dict[int, list[Row[tuple[object, ...]]]] = defaultdict(list)
    for row in rows:
        by_list[row.list_id].append(row)
    counts = {list_id: _counted(of_list, closings, day.closed(list_id)) for list_id, of_list in by_list.items()}
    return ListCounts(now, counts)


def _closing(campaign: Campaign, zones: str, now: datetime) -> tuple[bool, datetime] | None:
    """Whether calls are allowed there now or within the hour, and until when; none where they are not today."""
    opening, closing = (of(campaign, zones.split(), now) for of in (opens_at, closes_at))
    return (opening <= now + SOON, closing) if opening and closing else None


def _counted(
    of_list: Sequence[Row[tuple[object, ...]]], closings: Mapping[str, tuple[bool, datetime] | None], closed: int
) -> _Count:
    """The list's households, counted for each set of zones, in one. Those that are there say when it closes."""
    ready = {row.zones: row.left - row.resting + row.soon for row in of_list}
    open_now = [zones for zones in ready if (closing := closings[zones]) and closing[0]]
    hours = [closing for row in of_list if row.left and (closing := closings[row.zones])]
    return _Count(
        households=sum(row.households for row in of_list),
        left=sum(row.left for row in of_list),
        resting=sum(row.resting for row in of_list),
        lent=sum(row.lent for row in of_list),
        there=sum(ready[zones] for zones in open_now),
        round=min((row.round for row in of_list if row.round is not None), default=0),
        closed=closed,
        closes_at=max(hours)[1] if hours else None,
    )
