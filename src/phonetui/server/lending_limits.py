"""How many households one caller may be lent, so that one invitation cannot walk off with the list.

In an hour as many as were called, and some; beyond them, in a day, as many as the campaign lets a caller take along.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, func, select

from phonetui.server.engine import insert
from phonetui.server.tables import events, lendings

AN_HOUR = timedelta(hours=1)
A_DAY = timedelta(days=1)
#: New leases in an hour beyond one for each household with an outcome.
BEYOND_OUTCOMES = 50


class HourlyLimit:
    """What one caller was lent in the hour before `now`, on all devices."""

    def __init__(self, connection: Connection, campaign_id: str, caller_id: str, now: datetime) -> None:
        self._connection = connection
        self._lent = _lent(campaign_id, caller_id, now - AN_HOUR)
        self._called = (
            (events.c.campaign_id == campaign_id)
            & (events.c.caller_id == caller_id)
            & (events.c.stored_at > now - AN_HOUR)
            & (events.c.kind == "outcome")
        )

    def left(self) -> int:
        """How many more households may be lent now; below 1, none."""
        lent = select(func.coalesce(func.sum(lendings.c.households), 0)).where(self._lent)
        outcomes = select(func.count(events.c.household_id.distinct())).where(self._called)
        return (self._connection.scalar(outcomes) or 0) + BEYOND_OUTCOMES - (self._connection.scalar(lent) or 0)

    def more_at(self) -> datetime | None:
        """When more may be lent, though no outcome comes in; None where that is so now."""
        if self.left() > 0:
            return None
        lent = select(lendings.c.at, lendings.c.households).where(self._lent).order_by(lendings.c.at)
        called = select(func.max(events.c.stored_at)).where(self._called).group_by(events.c.household_id)
        taken: list[tuple[datetime, int]] = [(row.at, row.households) for row in self._connection.execute(lent)]
        outcomes = list(self._connection.scalars(called))
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
        self._lent = _lent(campaign_id, caller_id, now - A_DAY)

    def left(self) -> int:
        """How many more households may be taken along now; below 1, none."""
        taken = select(func.coalesce(func.sum(lendings.c.along), 0)).where(self._lent)
        return self._most - (self._connection.scalar(taken) or 0)


def count_lent(
    connection: Connection, campaign_id: str, caller_id: str, now: datetime, *, households: int = 0, along: int = 0
) -> None:
    """Writes down that so many were lent, and so many taken along."""
    key = {"campaign_id": campaign_id, "caller_id": caller_id, "at": now}
    row = insert(connection, lendings).values(**key, households=households, along=along)
    more = {name: lendings.c[name] + row.excluded[name] for name in ("households", "along")}
    keys = [lendings.c[name] for name in key]
    connection.execute(row.on_conflict_do_update(index_elements=keys, set_=more))


def _lent(campaign_id: str, caller_id: str, since: datetime) -> ColumnElement[bool]:
    return and_(lendings.c.campaign_id == campaign_id, lendings.c.caller_id == caller_id, lendings.c.at > since)
