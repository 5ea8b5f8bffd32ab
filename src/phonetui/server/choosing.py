"""Who is lent next: promised call backs that are due, then by rank, and those at one address in a row.

Every query here walks an index and stops after a few rows, so that a lease costs the same however long the list.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from msgspec import Struct
from sqlalchemy import (
    Connection,
    Executable,
    Integer,
    Select,
    and_,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
)

from phonetui.core.campaign import Campaign
from phonetui.core.eligibility import callable_zones
from phonetui.server.list_rules import Lists, lists_for
from phonetui.server.tables import households, number_locks, suppressed_numbers
from phonetui.wire import LENT_FOR

#: A call back that is for its own caller alone goes to anyone when they have not come so long after it was due.
KEPT_FOR_ITS_CALLER = timedelta(minutes=20)
#: One that is for anyone waits so long for the caller who promised it, if they are calling now.
KEPT_WHILE_CALLING = timedelta(minutes=5)
#: A caller calls now whose laptop was heard of in the last minutes; leases are renewed a few minutes late.
HEARD_OF = timedelta(minutes=15)
#: Call backs taken along are due within so long; longer no lease goes on.
DUE_LATER = timedelta(hours=12)
#: So many call backs are lent at once to a caller who has their hands full.
_PROMISES_AT_ONCE = 5
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
    promised_to: str
    promised_at: datetime | None


_CANDIDATES = select(*[households.c[name] for name in Candidate.__struct_fields__]).with_for_update(
    skip_locked=True, of=households
)
_WANT = bindparam("want", type_=Integer)
#: Neither on this laptop already, nor is its number on another or suppressed.
_AVAILABLE = and_(
    households.c.campaign_id == bindparam("campaign"),
    households.c.household_id.not_in(bindparam("held", expanding=True)),
    ~exists().where(number_locks.c.number == households.c.number, number_locks.c.until > bindparam("now")),
    ~exists().where(suppressed_numbers.c.number == households.c.number),
)
#: Of a list that this caller may be lent voters of.
_OF_OPEN_LIST = households.c.list_id.not_in(bindparam("barred", expanding=True))
_OWN = households.c.promised_to == bindparam("caller")
_THEIRS = households.alias("theirs")
_PROMISER_IS_CALLING = exists().where(
    _THEIRS.c.campaign_id == bindparam("campaign"),
    _THEIRS.c.lent_to != literal_column("''"),
    _THEIRS.c.lent_to == households.c.promised_to,
    _THEIRS.c.state == "lent",
    _THEIRS.c.lent_until > bindparam("heard_of"),
)
_FOR_ANYONE = and_(
    households.c.only_to_promiser.is_(False),
    or_(households.c.ready_at <= bindparam("not_kept_while_calling"), ~_PROMISER_IS_CALLING),
)
_PROMISED = (
    _CANDIDATES.where(
        _AVAILABLE,
        _OF_OPEN_LIST,
        households.c.promised_to != literal_column("''"),
        households.c.ready_at <= bindparam("due_by"),
        or_(
            _OWN,
            households.c.ready_at <= bindparam("not_kept"),
            and_(households.c.ready_at <= bindparam("now"), _FOR_ANYONE),
        ),
    )
    .order_by(_OWN.desc(), households.c.ready_at, households.c.household_id)
    .limit(_WANT)
)
_RANKED = (
    _CANDIDATES.where(_AVAILABLE, households.c.state == "ready", households.c.zones == bindparam("zones"))
    .order_by(households.c.rank, households.c.household_id)
    .limit(_WANT)
)
_RANKED_IN_LIST = (
    _CANDIDATES.where(
        _AVAILABLE,
        households.c.list_id == bindparam("list"),
        households.c.state == literal_column("'ready'"),
        households.c.zones == bindparam("zones"),
    )
    .order_by(households.c.rank, households.c.household_id)
    .limit(_WANT)
)
_NEIGHBOURS = (
    _CANDIDATES.where(
        _AVAILABLE,
        _OF_OPEN_LIST,
        households.c.address_key != literal_column("''"),
        households.c.address_key.in_(bindparam("addresses", expanding=True)),
    )
    .order_by(households.c.rank, households.c.household_id)
    .limit(_AT_AN_ADDRESS * _WANT)
)


def _leaping() -> Select[str]:
    ready = and_(households.c.campaign_id == bindparam("campaign"), households.c.state == "ready")
    found = select(func.min(households.c.zones).label("zones")).where(ready).cte("ready_zones", recursive=True)
    after = select(func.min(households.c.zones)).where(ready, households.c.zones > found.c.zones).scalar_subquery()
    found = found.union_all(select(after).where(found.c.zones.is_not(None)))
    return select(found.c.zones).where(found.c.zones.is_not(None))


_READY_ZONES = _leaping()
_Asked = Mapping[str, object]


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
    lists = lists_for(connection, campaign.campaign_id, caller_id)
    asked = {"campaign": campaign.campaign_id, "held": sorted(held), "now": now, "want": want, "barred": lists.barred}
    zones = ready_zones(connection, campaign.campaign_id)
    allowed = callable_zones(campaign, zones, now, later_today=later_today)
    promised = _promised(connection, campaign, caller_id, asked, now, later_today=later_today)
    ranked = _ranked(connection, asked, allowed, lists)
    neighbours = _neighbours(connection, asked, [*promised, *ranked][:want], allowed)
    return _in_order([*promised, *ranked], neighbours, want)


def own_promises(
    connection: Connection, campaign: Campaign, caller_id: str, held: Collection[int], now: datetime
) -> list[Candidate]:
    """Call backs that are due and that this caller promised."""
    barred = lists_for(connection, campaign.campaign_id, caller_id).barred
    asked = {"campaign": campaign.campaign_id, "held": sorted(held), "now": now, "want": _PROMISES_AT_ONCE}
    asked["barred"] = barred
    promised = _promised(connection, campaign, caller_id, asked, now, later_today=False)
    return [row for row in promised if row.promised_to == caller_id]


def ready_zones(connection: Connection, campaign_id: str) -> list[str]:
    """The different sets of zones among the households that are ready, found by leaping along the index."""
    return list(connection.scalars(_READY_ZONES, {"campaign": campaign_id}))


def _promised(
    connection: Connection, campaign: Campaign, caller_id: str, asked: _Asked, now: datetime, *, later_today: bool
) -> list[Candidate]:
    """Call backs that are due: this caller's own, then those whose caller did not come, or that are for anyone.

    The state is looked at afterwards: SQLite, asked for it, would take the index of all who rest.
    """
    since = {
        "not_kept": now - KEPT_FOR_ITS_CALLER,
        "not_kept_while_calling": now - KEPT_WHILE_CALLING,
        "heard_of": now + LENT_FOR - HEARD_OF,
        "due_by": now + DUE_LATER if later_today else now,
    }
    rows = _candidates(connection, _PROMISED, {**asked, "caller": caller_id, **since})
    allowed = set(callable_zones(campaign, {row.zones for row in rows}, now, later_today=later_today))
    return [row for row in rows if row.state == "resting" and row.zones in allowed]


def _ranked(connection: Connection, asked: _Asked, allowed: Iterable[str], lists: Lists) -> list[Candidate]:
    """The first by rank of each set of zones in which calling is allowed, merged.

    Where a list is barred, each of the others is asked for by itself: the barred one may be long, and rank first.
    """
    found: list[Candidate] = []
    for zones in allowed:
        if not lists.barred:
            found += _candidates(connection, _RANKED, {**asked, "zones": zones})
        for list_id in lists.open:
            found += _candidates(connection, _RANKED_IN_LIST, {**asked, "zones": zones, "list": list_id})
    return sorted(found, key=lambda row: (row.rank, row.household_id))


def _neighbours(
    connection: Connection, asked: _Asked, chosen: Collection[Candidate], allowed: Collection[str]
) -> list[Candidate]:
    """Households that are ready at the addresses of those chosen."""
    addresses = {row.address_key for row in chosen if row.address_key}
    if not addresses:
        return []
    rows = _candidates(connection, _NEIGHBOURS, {**asked, "addresses": sorted(addresses)})
    return [row for row in rows if row.state == "ready" and row.zones in allowed]


def _in_order(chosen: Iterable[Candidate], neighbours: Collection[Candidate], want: int) -> list[Candidate]:
    """Each household followed by its neighbours of the same round, one household a number."""
    ordered: dict[str, Candidate] = {}
    for row in chosen:
        same_address = [n for n in neighbours if n.address_key == row.address_key and n.attempts == row.attempts]
        for one in (row, *same_address):
            if len(ordered) < want:
                ordered.setdefault(one.number, one)
    return list(ordered.values())


def _candidates(connection: Connection, chosen: Executable, asked: _Asked) -> list[Candidate]:
    return [Candidate(*row) for row in connection.execute(chosen, asked)]
