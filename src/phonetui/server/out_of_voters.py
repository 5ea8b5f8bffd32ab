"""Why nobody can be lent now: how many households are out or rest, and when the next is due."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, bindparam, func, literal_column, select

from phonetui.core.campaign import Campaign
from phonetui.core.eligibility import opens_at
from phonetui.server.choosing import ready_zones
from phonetui.server.list_rules import lists_for
from phonetui.server.tables import households
from phonetui.wire import Out

#: Counting stops here: beyond it nobody reads the figure, and it would have to walk the list.
COUNTED = 1000

_OF_CAMPAIGN = households.c.campaign_id == bindparam("campaign")
_RESTING = _OF_CAMPAIGN & (households.c.state == literal_column("'resting'"))
_LENT = _OF_CAMPAIGN & (households.c.state == literal_column("'lent'"))
_READY = _OF_CAMPAIGN & (households.c.state == "ready")


class _There(Struct, frozen=True):
    """Households on the lists that this caller may call, of the first so many; and how many others there are."""

    households: int
    others: int


def out_of_voters(
    connection: Connection, campaign: Campaign, caller_id: str, more_at: datetime | None, now: datetime
) -> Out:
    """The reply's `out`, of the lists that this caller may call. Those who wait for calling hours count as resting.

    `more_at` is when the hourly limit leaves this caller room, if it does not now; the reply says so where there are
    voters who may be called now.
    """
    barred = lists_for(connection, campaign.campaign_id, caller_id).barred
    lent, resting, ready = (
        _there(connection, campaign.campaign_id, which, barred) for which in (_LENT, _RESTING, _READY)
    )
    zones = ready_zones(connection, campaign.campaign_id) if ready.households else []
    openings = [at for names in zones if (at := opens_at(campaign, names.split(), now))]
    opens = min(openings, default=None)
    limited = more_at is not None and opens is not None and opens <= now
    rested = _rested(connection, campaign.campaign_id, barred, now) if resting.households else None
    return Out(
        with_others=lent.households,
        resting=min(resting.households + (0 if limited else ready.households), COUNTED),
        next_at=min((at for at in (rested, opens) if at and at > now), default=None),
        opens_at=opens if opens and opens > now else None,
        more_at=more_at if limited else None,
        other_lists=any(each.others for each in (lent, resting, ready)),
    )


def _there(connection: Connection, campaign_id: str, which: ColumnElement[bool], barred: Collection[int]) -> _There:
    some = select(households.c.list_id).where(which).limit(COUNTED).subquery()
    by_list = select(some.c.list_id, func.count()).group_by(some.c.list_id)
    counted = [(row[0] in barred, row[1]) for row in connection.execute(by_list, {"campaign": campaign_id})]
    return _There(
        sum(count for is_barred, count in counted if not is_barred),
        sum(count for is_barred, count in counted if is_barred),
    )


def _rested(connection: Connection, campaign_id: str, barred: Collection[int], now: datetime) -> datetime | None:
    """When the first of those who rest is due, among the first so many."""
    some = (
        select(households.c.list_id, households.c.ready_at)
        .where(_RESTING, households.c.ready_at > bindparam("now"))
        .order_by(households.c.ready_at)
        .limit(COUNTED if barred else 1)
        .subquery()
    )
    first = select(func.min(some.c.ready_at)).where(some.c.list_id.not_in(barred))
    at: datetime | None = connection.scalar(first, {"campaign": campaign_id, "now": now})
    return at
