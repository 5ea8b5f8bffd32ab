"""What has changed in a day's calls since the last look: a few rows, found by when their events were stored."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, bindparam, select

from phonetui.server.day_counts import DayCounts, Made
from phonetui.server.tables import attempts, events, households

#: Events are visible so long after the time that they are stored with: transactions last, and servers' clocks differ.
OVERLAP = timedelta(minutes=1)

#: As `Made` has them.
_MADE = (
    events.c.attempt_id,
    *(attempts.c[name] for name in ("caller_id", "voter_id", "household_id", "disposition", "contact", "talk")),
    *(attempts.c[name] for name in ("same_call", "round", "at")),
    households.c.list_id,
    (households.c.state == "closed").label("closed"),
)
_CHANGED = (
    select(events.c.event_id, events.c.kind, events.c.caller_id.label("by"), events.c.stored_at, *_MADE)
    .join_from(
        events,
        attempts,
        and_(attempts.c.campaign_id == events.c.campaign_id, attempts.c.attempt_id == events.c.attempt_id),
        isouter=True,
    )
    .join(
        households,
        and_(households.c.campaign_id == attempts.c.campaign_id, households.c.household_id == attempts.c.household_id),
        isouter=True,
    )
    .where(
        events.c.campaign_id == bindparam("campaign"),
        events.c.stored_at >= bindparam("since"),
        events.c.kind.in_(("outcome", "undo", "skip")),
    )
)


def catch_up(connection: Connection, campaign_id: str, counts: DayCounts, since: datetime) -> None:
    """Counts what was stored from `since` on."""
    for event_id, kind, by, stored_at, *of_attempt in connection.execute(
        _CHANGED, {"campaign": campaign_id, "since": since}
    ):
        made = Made(*of_attempt)
        if kind == "skip":
            counts.skip(event_id, by, stored_at)
        elif made.at is None:  # no such attempt stands
            counts.forget(made.attempt_id)
        else:
            counts.put(made)
