"""How many households one caller may be lent, so that one invitation cannot walk off with the list.

In an hour as many as were called, and some; beyond them, in a day, as many as the campaign lets a caller take along.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache, cached_property

from sqlalchemy import Connection, Executable, and_, bindparam, func, select

from phonetui.server.engine import INSERT
from phonetui.server.tables import events, lendings

AN_HOUR = timedelta(hours=1)
A_DAY = timedelta(days=1)
#: New leases in an hour beyond one for each household with an outcome.
BEYOND_OUTCOMES = 50

_LENT = and_(
    lendings.c.campaign_id == bindparam("campaign"),
    lendings.c.caller_id == bindparam("caller"),
    lendings.c.at > bindparam("since"),
)
_CALLED = and_(
    events.c.campaign_id == bindparam("campaign"),
    events.c.caller_id == bindparam("caller"),
    events.c.stored_at > bindparam("since"),
    events.c.kind == "outcome",
)
_LENT_AND_CALLED = select(
    select(func.coalesce(func.sum(lendings.c.households), 0)).where(_LENT).scalar_subquery().label("lent"),
    select(func.count(events.c.household_id.distinct())).where(_CALLED).scalar_subquery().label("called"),
)
_EACH_LENT = select(lendings.c.at, lendings.c.households).where(_LENT).order_by(lendings.c.at)
_EACH_CALLED = select(func.max(events.c.stored_at)).where(_CALLED).group_by(events.c.household_id)
_TAKEN_ALONG = select(func.coalesce(func.sum(lendings.c.along), 0)).where(_LENT)


class HourlyLimit:
    """What one caller was lent in the hour before `now`, on all devices."""

    def __init__(self, connection: Connection, campaign_id: str, caller_id: str, now: datetime) -> None:
        self._connection = connection
        self._asked = {"campaign": campaign_id, "caller": caller_id, "since": now - AN_HOUR}

    @cached_property
    def left(self) -> int:
        """How many more households may be lent, as things stand when this is first asked; below 1, none."""
        hour = self._connection.execute(_LENT_AND_CALLED, self._asked).one()
        left: int = hour.called + BEYOND_OUTCOMES - hour.lent
        return left

    def more_at(self) -> datetime | None:
        """When more may be lent, though no outcome comes in; None where that is so now."""
        if self.left > 0:
            return None
        rows = self._connection.execute(_EACH_LENT, self._asked)
        taken: list[tuple[datetime, int]] = [(row.at, row.households) for row in rows]
        outcomes = list(self._connection.scalars(_EACH_CALLED, self._asked))
        for then, _ in taken:
            still_counted = sum(count for at, count in taken if at > then) - sum(at > then for at in outcomes)
            if still_counted < BEYOND_OUTCOMES:
                return then + AN_HOUR
        return None


class DailyLimit:
    """What one caller took along in the day before `now`, on all devices; `most` is the campaign's cap."""

    def __init__(self, connection: Connection, campaign_id: str, caller_id: str, most: int, now: datetime) -> None:
        self._connection = connection
        self._most = most
        self._asked = {"campaign": campaign_id, "caller": caller_id, "since": now - A_DAY}

    @cached_property
    def left(self) -> int:
        """How many more households may be taken along, likewise."""
        return self._most - (self._connection.scalar(_TAKEN_ALONG, self._asked) or 0)


def count_lent(
    connection: Connection, campaign_id: str, caller_id: str, now: datetime, *, households: int = 0, along: int = 0
) -> None:
    """Writes down that so many were lent, and so many taken along."""
    key = {"campaign_id": campaign_id, "caller_id": caller_id, "at": now}
    connection.execute(_count(connection.dialect.name), {**key, "households": households, "along": along})


@cache
def _count(dialect: str) -> Executable:
    row = INSERT[dialect](lendings)
    more = {name: lendings.c[name] + row.excluded[name] for name in ("households", "along")}
    return row.on_conflict_do_update(index_elements=list(lendings.primary_key), set_=more)
