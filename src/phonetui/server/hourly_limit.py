"""How many households one caller may be lent in an hour, so that one invitation cannot walk off with the list."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from phonetui.server.engine import insert
from phonetui.server.tables import events, lendings

AN_HOUR = timedelta(hours=1)
#: New leases in an hour beyond one for each household with an outcome.
BEYOND_OUTCOMES = 50


class HourlyLimit:
    """What one caller was lent in the hour before `now`, on all devices."""

    def __init__(self, connection: Connection, campaign_id: str, caller_id: str, now: datetime) -> None:
        self._connection = connection
        self._key = {"campaign_id": campaign_id, "caller_id": caller_id, "at": now}
        self._lent = (
            (lendings.c.campaign_id == campaign_id)
            & (lendings.c.caller_id == caller_id)
            & (lendings.c.at > now - AN_HOUR)
        )
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

    def count(self, households: int) -> None:
        """Writes down that so many were lent."""
        row = insert(self._connection, lendings).values(**self._key, households=households)
        more = {"households": lendings.c.households + row.excluded.households}
        keys = [lendings.c[name] for name in self._key]
        self._connection.execute(row.on_conflict_do_update(index_elements=keys, set_=more))
