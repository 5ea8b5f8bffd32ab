"""Why nobody can be lent now: how many households are out or rest, and when the next is due."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, literal_column, select

from phonetui.core.campaign import Campaign
from phonetui.core.eligibility import opens_at
from phonetui.server.choosing import ready_zones
from phonetui.server.tables import households
from phonetui.wire import Out

#: Counting stops here: beyond it nobody reads the figure, and it would have to walk the list.
COUNTED = 1000


def out_of_voters(connection: Connection, campaign: Campaign, more_at: datetime | None, now: datetime) -> Out:
    """The reply's `out`. Those who wait for their calling hours count as resting.

    `more_at` is when the hourly limit leaves this caller room, if it does not now; the reply says so where there are
    voters who may be called now.
    """
    of_campaign = households.c.campaign_id == campaign.campaign_id
    resting = of_campaign & (households.c.state == literal_column("'resting'"))
    lent = of_campaign & (households.c.state == literal_column("'lent'"))
    rested = connection.scalar(select(func.min(households.c.ready_at)).where(resting, households.c.ready_at > now))
    zones = ready_zones(connection, campaign.campaign_id)
    openings = [at for names in zones if (at := opens_at(campaign, names.split(), now))]
    opens = min(openings, default=None)
    limited = more_at is not None and opens is not None and opens <= now
    ready = 0 if limited else _count(connection, of_campaign & (households.c.state == "ready"))
    return Out(
        with_others=_count(connection, lent),
        resting=min(_count(connection, resting) + ready, COUNTED),
        next_at=min((at for at in (rested, opens) if at and at > now), default=None),
        opens_at=opens if opens and opens > now else None,
        more_at=more_at if limited else None,
    )


def _count(connection: Connection, which: ColumnElement[bool]) -> int:
    some = select(households.c.household_id).where(which).limit(COUNTED).subquery()
    return connection.scalar(select(func.count()).select_from(some)) or 0
