"""Who is lent next: promised call backs that are due, then by rank, and those at one address in a row.

Every query here walks an index and stops after a few rows, so that a lease costs the same however long the list.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, literal_column, or_, select

from phonetui.core.campaign import Campaign
from phonetui.core.eligibility import callable_zones
from phonetui.server.tables import households, number_locks, suppressed_numbers

#: A call back that its own caller has not taken by then goes to anyone.
KEPT_FOR_ITS_CALLER = timedelta(minutes=30)
#: An address may be a tower; so many households there are looked at for each that is wanted.
_AT_AN_ADDRESS = 4


class Candidate(Struct, frozen=True):
    """A household that may be lent now. `attempts` counts visits, and so names the round."""

    household_id: int
    number: str
    address_key: str
    zones: str
    state: str
    attempts: int
    rank: int


_COLUMNS = [households.c[name] for name in Candidate.__struct_fields__]


def choose(
    connection: Connection,
    campaign: Campaign,
    caller_id: str,
    want: int,
    held: Collection[int],
    now: datetime,
    *,
    later_today: bool = False,
) -> list[Candidate]:
    """At most `want` households, in the order in which to call them; on PostgreSQL their rows are locked.

    With `later_today` they are those, too, whose calling hours begin later today.
    """
    available = _available(campaign.campaign_id, held, now)
    zones = ready_zones(connection, campaign.campaign_id)
    allowed = callable_zones(campaign, zones, now, later_today=later_today)
    promised = _promised(connection, campaign, caller_id, available, want, now)
    ranked = _ranked(connection, available, allowed, want)
    neighbours = _neighbours(connection, available, [*promised, *ranked][:want], allowed, want)
    return _in_order([*promised, *ranked], neighbours, want)


def ready_zones(connection: Connection, campaign_id: str) -> list[str]:
    """The different sets of zones among the households that are ready, found by leaping along the index."""
    ready = and_(households.c.campaign_id == campaign_id, households.c.state == "ready")
    found = select(func.min(households.c.zones).label("zones")).where(ready).cte("ready_zones", recursive=True)
    after = select(func.min(households.c.zones)).where(ready, households.c.zones > found.c.zones).scalar_subquery()
    found = found.union_all(select(after).where(found.c.zones.is_not(None)))
    return list(connection.scalars(select(found.c.zones).where(found.c.zones.is_not(None))))


def _available(campaign_id: str, held: Collection[int], now: datetime) -> ColumnElement[bool]:
    """Neither on this laptop already, nor is its number on another or suppressed."""
    locked = exists().where(number_locks.c.number == households.c.number, number_locks.c.until > now)
    suppressed = exists().where(suppressed_numbers.c.number == households.c.number)
    not_held = households.c.household_id.not_in(sorted(held))
    return and_(households.c.campaign_id == campaign_id, not_held, ~locked, ~suppressed)


def _promised(
    connection: Connection,
    campaign: Campaign,
    caller_id: str,
    available: ColumnElement[bool],
    want: int,
    now: datetime,
) -> list[Candidate]:
    """Call backs that are due: this caller's own, then those whose caller did not come.

    The state is looked at afterwards: SQLite, asked for it, would take the index of all who rest.
    """
    own = households.c.promised_to == caller_id
    due = select(*_COLUMNS).where(
        available,
        households.c.promised_to != literal_column("''"),
        households.c.ready_at <= now,
        or_(own, households.c.ready_at <= now - KEPT_FOR_ITS_CALLER),
    )
    first = due.order_by(own.desc(), households.c.ready_at, households.c.household_id).limit(want)
    rows = _candidates(connection, first)
    allowed = set(callable_zones(campaign, {row.zones for row in rows}, now))
    return [row for row in rows if row.state == "resting" and row.zones in allowed]


def _ranked(
    connection: Connection, available: ColumnElement[bool], allowed: Iterable[str], want: int
) -> list[Candidate]:
    """The first by rank of each set of zones in which calling is allowed, merged."""
    found: list[Candidate] = []
    for zones in allowed:
        ready = select(*_COLUMNS).where(available, households.c.state == "ready", households.c.zones == zones)
        found += _candidates(connection, ready.order_by(households.c.rank, households.c.household_id).limit(want))
    return sorted(found, key=lambda row: (row.rank, row.household_id))


def _neighbours(
    connection: Connection,
    available: ColumnElement[bool],
    chosen: Collection[Candidate],
    allowed: Collection[str],
    want: int,
) -> list[Candidate]:
    """Households that are ready at the addresses of those chosen."""
    addresses = {row.address_key for row in chosen if row.address_key}
    if not addresses:
        return []
    there = select(*_COLUMNS).where(
        available, households.c.address_key != literal_column("''"), households.c.address_key.in_(sorted(addresses))
    )
    by_rank = there.order_by(households.c.rank, households.c.household_id).limit(_AT_AN_ADDRESS * want)
    return [row for row in _candidates(connection, by_rank) if row.state == "ready" and row.zones in allowed]


def _in_order(chosen: Iterable[Candidate], neighbours: Collection[Candidate], want: int) -> list[Candidate]:
    """Each household followed by its neighbours of the same round, one household a number."""
    ordered: dict[str, Candidate] = {}
    for row in chosen:
        same_address = [n for n in neighbours if n.address_key == row.address_key and n.attempts == row.attempts]
        for one in (row, *same_address):
            if len(ordered) < want:
                ordered.setdefault(one.number, one)
    return list(ordered.values())


def _candidates(connection: Connection, chosen: Select[tuple[object, ...]]) -> list[Candidate]:
    locked = chosen.with_for_update(skip_locked=True, of=households)
    return [Candidate(**row._mapping) for row in connection.execute(locked)]
