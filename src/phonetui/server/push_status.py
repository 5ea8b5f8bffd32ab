"""How a connection stands: what was told, what waits and since when, what was refused and in which words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, func, select

from phonetui.server.connection_tables import pushes
from phonetui.server.connections import Kind, Linked, is_ahead
from phonetui.server.exported_rows import file_id
from phonetui.server.push_rows import IS_OPEN, KINDS, of
from phonetui.server.tables import attempts, events, voters


class Refusal(Struct, frozen=True):
    """A record that the system refused, by the voter's id in the file, and in the system's words; no name or number."""

    file_id: str
    disposition: str
    said: str


class Status(Struct, frozen=True, kw_only=True):
    """How a connection stands. `young` counts what callers saved that is not old enough yet, or not yet looked at.

    `lost` has the sentences on what the system cannot be told, and `shortened` those on what it was told in part; each
    with how often. `in_part` of the latter can be told whole, once somebody has mended why. Results of `strangers`, who
    did not come from there, rest. `next_run` is the server's own, none where it runs by hand alone. The last
    pull did not take in so many, `left_out`, and `remarks` has its sentences on who did not come whole, with how often.
    """

    name: str
    system: str
    campaign: str
    every: int
    pushed: int
    waiting: int
    in_doubt: int
    young: int
    waiting_since: datetime | None
    refused: tuple[Refusal, ...]
    refused_count: int
    lost: Mapping[str, int]
    shortened: Mapping[str, int]
    in_part: int = 0
    strangers: int = 0
    pulled_at: datetime | None
    pushed_at: datetime | None
    next_run: datetime | None
    said: str
    pull_said: str = ""
    left_out: int = 0
    remarks: Mapping[str, int] = {}


def status(connection: Connection, linked: Linked, now: datetime) -> Status:
    """How it stands."""
    counts = {row.state: row.times for row in connection.execute(_COUNTS.where(of(linked)))}
    return Status(
        name=linked.name,
        system=linked.system,
        campaign=linked.campaign_id,
        every=linked.every,
        pushed=connection.scalar(select(func.count()).where(of(linked), pushes.c.is_there)) or 0,
        waiting=counts.get("waiting", 0) + counts.get("sending", 0),
        in_doubt=counts.get("sending", 0),
        young=_young(connection, linked),
        waiting_since=_waiting_since(connection, linked),
        refused=_refused(connection, linked),
        refused_count=counts.get("refused", 0),
        lost=_said(connection, linked, pushes.c.state == "lost"),
        shortened=_said(connection, linked, pushes.c.is_there),
        in_part=counts.get("in_part", 0),
        strangers=counts.get("stranger", 0),
        pulled_at=linked.pulled_at,
        pushed_at=linked.pushed_at,
        next_run=next_run(linked, now),
        said=linked.said,
        pull_said=linked.pull_said,
        left_out=linked.pull_left_out,
        remarks=linked.remarks,
    )


def next_run(linked: Linked, now: datetime) -> datetime | None:
    """When the server runs the connection by itself; none where it does not."""
    return min(filter(None, (due_at(linked, "push", now), due_at(linked, "pull", now))), default=None)


def due_at(linked: Linked, kind: Kind, now: datetime) -> datetime | None:
    """When the server pushes, or pulls, by itself; none where it does not."""
    if not linked.every:
        return None
    run = linked.last(kind)
    came = [at for at in (run.ran_at, linked.added_at) if at is not None and not is_ahead(at, now)]
    due = max(came) + timedelta(minutes=linked.every) if came else now
    rests_until = None if run.is_ahead(now) else run.rests_until
    return max(filter(None, (due, rests_until, linked.asked_until(now))))


_COUNTS = select(pushes.c.state, func.count().label("times")).group_by(pushes.c.state)


def _said(connection: Connection, linked: Linked, which: ColumnElement[bool]) -> dict[str, int]:
    said = select(pushes.c.said, func.count().label("times")).where(of(linked), which, pushes.c.said != "")
    return {row.said: row.times for row in connection.execute(said.group_by(pushes.c.said))}


def _young(connection: Connection, linked: Linked) -> int:
    """Outcomes and undos that were stored since the connection last looked."""
    new = (events.c.campaign_id == linked.campaign_id) & events.c.kind.in_(KINDS)
    if linked.looked_at is not None:
        later = (events.c.stored_at > linked.looked_at) | (events.c.event_id > linked.looked_through)
        new &= (events.c.stored_at >= linked.looked_at) & later
    return connection.scalar(select(func.count()).where(new)) or 0


def _waiting_since(connection: Connection, linked: Linked) -> datetime | None:
    same = (events.c.campaign_id == pushes.c.campaign_id) & (events.c.event_id == pushes.c.event_id)
    oldest = select(func.min(events.c.stored_at)).join_from(pushes, events, same)
    since: datetime | None = connection.scalar(oldest.where(of(linked), IS_OPEN))
    return since


def _refused(connection: Connection, linked: Linked) -> tuple[Refusal, ...]:
    same = (attempts.c.campaign_id == pushes.c.campaign_id) & (attempts.c.attempt_id == pushes.c.attempt_id)
    voter = (voters.c.campaign_id == attempts.c.campaign_id) & (voters.c.voter_id == attempts.c.voter_id)
    found = (
        select(voters.c.file_key, attempts.c.disposition, pushes.c.said)
        .join_from(pushes, attempts, same, isouter=True)
        .join(voters, voter, isouter=True)
        .where(of(linked), pushes.c.state == "refused")
        .order_by(pushes.c.event_id)
    )
    rows = connection.execute(found)
    return tuple(Refusal(file_id(row.file_key), row.disposition or "", row.said) for row in rows)
