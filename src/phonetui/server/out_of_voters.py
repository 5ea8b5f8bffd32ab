"""Why nobody can be lent now: how many households are out or rest, and when the next is due."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, ScalarSelect, bindparam, func, literal_column, select

from phonetui.core.campaign import Campaign
from phonetui.core.eligibility import opens_at
from phonetui.server.choosing import ready_zones
from phonetui.server.tables import households
from phonetui.wire import Out

#: Counting stops here: beyond it nobody reads the figure, and it would have to walk the list.
COUNTED = 1000

_OF_CAMPAIGN = households.c.campaign_id == bindparam("campaign")
_RESTING = _OF_CAMPAIGN & (households.c.state == literal_column("'resting'"))
_LENT = _OF_CAMPAIGN & (households.c.state == literal_column("'lent'"))
_READY = _OF_CAMPAIGN & (households.c.state == "ready")


def _count(which: ColumnElement[bool]) -> ScalarSelect[int]:
    some = select(households.c.household_id).where(which).limit(COUNTED).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


_SITUATION = select(
    _count(_LENT).label("lent"),
    _count(_RESTING).label("resting"),
    _count(_READY).label("ready"),
    select(func.min(households.c.ready_at))
    .where(_RESTING, households.c.ready_at > bindparam("now"))
    .scalar_subquery()
    .label("rested"),
)


def out_of_voters(connection: Connection, campaign: Campaign, more_at: datetime | None, now: datetime) -> Out:
    """The reply's `out`. Those who wait for their calling hours count as resting.

    `more_at` is when the hourly limit leaves this caller room, if it does not now; the reply says so where there are
    voters who may be called now.
    """
    there = connection.execute(_SITUATION, {"campaign": campaign.campaign_id, "now": now}).one()
    zones = ready_zones(connection, campaign.campaign_id)
    openings = [at for names in zones if (at := opens_at(campaign, names.split(), now))]
    opens = min(openings, default=None)
    limited = more_at is not None and opens is not None and opens <= now
    return Out(
        with_others=there.lent,
        resting=min(there.resting + (0 if limited else there.ready), COUNTED),
        next_at=min((at for at in (there.rested, opens) if at and at > now), default=None),
        opens_at=opens if opens and opens > now else None,
        more_at=more_at if limited else None,
    )
