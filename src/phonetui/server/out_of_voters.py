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


def out_of_voters(connection: Connection, campaign: Campaign, now: datetime) -> Out:
    """The reply's `out`. Those who wait for their calling hours count as resting."""
    of_campaign = households.c.campaign_id == campaign.campaign_id
    resting = of_campaign & (households.c.state == literal_column("'resting'"))
    lent = of_campaign & (households.c.state == literal_column("'lent'"))
    waiting = _count(connection, resting) + _count(connection, of_campaign & (households.c.state == "ready"))
    rested = connection.scalar(select(func.min(households.c.ready_at)).where(resting, households.c.ready_at > now))
    zones = ready_zones(connection, campaign.campaign_id)
    openings = [at for names in zones if (at := opens_at(campaign, names.split(), now))]
    opens = min(openings, default=None)
    return Out(
        with_others=_count(connection, lent),
        resting=min(waiting, COUNTED),
        next_at=min((at for at in (rested, opens) if at and at > now), default=None),
        opens_at=opens if opens and opens > now else None,
    )


def _count(connection: Connection, which: ColumnElement[bool]) -> int:
    some = select(households.c.household_id).where(which).limit(COUNTED).subquery()
    return connection.scalar(select(func.count()).select_from(some)) or 0
