"""Finding what a connection has to tell: outcomes that stand and are old enough, corrections, and undos."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from phonetui.core.campaign import Campaign
from phonetui.core.push import OLD_ENOUGH
from phonetui.server.connection_runs import Run
from phonetui.server.connection_tables import pushes
from phonetui.server.connections import change
from phonetui.server.engine import insert_new
from phonetui.server.push_rows import KINDS, History, becomes, histories
from phonetui.server.tables import attempts, events

#: So much of what was looked at is looked at again: server processes have clocks of their own, and are slow to commit.
LOOK_AGAIN = timedelta(minutes=30)
#: Server processes' clocks differ by no more than this.
CLOCKS_DIFFER = timedelta(minutes=1)
#: Events looked at in one transaction.
CHUNK = 500

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def find(run: Run, campaign: Campaign, since: date) -> None:
    """Puts all that is to be told into the outbox; attempts of the days before `since` are left out."""
    limit = run.clock() - OLD_ENOUGH
    first_day = (
        datetime(since.year, since.month, since.day, tzinfo=ZoneInfo(campaign.zone)) if since > date.min else None
    )
    for attempt_ids, looked_at, looked_through in _new(run, limit):
        for attempt_id, history in histories(run.connection, run.linked, attempt_ids).items():
            event_id = due(history, limit)
            _overtake(run, history, event_id)
            if event_id and not _is_before(run, attempt_id, first_day):
                _put(run, attempt_id, history, event_id)
        change(run.connection, run.linked, {"looked_at": looked_at, "looked_through": looked_through})
        run.commit()


def due(history: History, limit: datetime) -> str:
    """The event that the system has to know of: one that stands, or the last undo of what it has; else empty.

    An event that was stored after `limit` waits for its own time.
    """
    if history.standing:
        event = history.events.get(history.standing)
        return history.standing if event is not None and event.stored_at <= limit else ""
    if not history.there:
        return ""
    undos = [event for event in history.events.values() if event.kind == "undo" and event.stored_at <= limit]
    last = max(undos, key=lambda event: (event.stored_at, event.event_id), default=None)
    return last.event_id if last else ""


def _new(run: Run, limit: datetime) -> Iterator[tuple[list[str], datetime, str]]:
    """The attempts that events since the last look are about, chunk by chunk, and how far each chunk goes."""
    looked_at = _begin_at(run.linked.looked_at, limit)
    looked_through = ""
    while True:
        later = (events.c.stored_at > looked_at) | (events.c.event_id > looked_through)
        these = events.c.stored_at.between(looked_at, limit) & later & events.c.kind.in_(KINDS)
        rows = run.connection.execute(
            select(events.c.attempt_id, events.c.stored_at, events.c.event_id)
            .where(events.c.campaign_id == run.linked.campaign_id, these)
            .order_by(events.c.stored_at, events.c.event_id)
            .limit(CHUNK)
        ).all()
        if not rows:
            run.connection.rollback()
            return
        looked_at, looked_through = rows[-1].stored_at, rows[-1].event_id
        yield sorted({row.attempt_id for row in rows}), looked_at, looked_through


def _begin_at(looked_at: datetime | None, limit: datetime) -> datetime:
    """From when on is looked: from the beginning where a look was made by a clock that has been put back since."""
    if looked_at is None or looked_at > limit + CLOCKS_DIFFER:
        return _BEGINNING
    return looked_at - LOOK_AGAIN


def _overtake(run: Run, history: History, event_id: str) -> None:
    """What waits, was refused or told in part, and does not stand any more, is not told."""
    states = ("waiting", "refused", "in_part", "stranger")
    for row in history.rows.values():
        if row.event_id not in (event_id, history.standing) and row.state in states:
            becomes(run.connection, run.linked, row, "overtaken", done_at=run.clock())


def _is_before(run: Run, attempt_id: str, first_day: datetime | None) -> bool:
    """Whether the attempt was made before the first day; one that was taken back was told, and so was not."""
    if first_day is None:
        return False
    this = (attempts.c.campaign_id == run.linked.campaign_id) & (attempts.c.attempt_id == attempt_id)
    at = run.connection.scalar(select(attempts.c.at).where(this))
    return at is not None and at < first_day


def _put(run: Run, attempt_id: str, history: History, event_id: str) -> None:
    there = history.rows.get(event_id)
    if there is None:
        row = {"campaign_id": run.linked.campaign_id, "name": run.linked.name, "event_id": event_id}
        new = {**row, "attempt_id": attempt_id, "state": "waiting"}
        run.connection.execute(insert_new(run.connection, pushes), new)
    elif there.state == "superseded":
        becomes(run.connection, run.linked, there, "stands_again", done_at=None)
