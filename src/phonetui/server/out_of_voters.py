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
    waiting = _count(connection, resting) + _count(connection, of_campaign & (households.c.state == "ready"))
    lent = of_campaign & (households.c.state == literal_column("'lent'"))
    return Out(_count(connection, lent), min(waiting, COUNTED), _next_at(connection, campaign, resting, now))


def _count(connection: Connection, which: ColumnElement[bool]) -> int:
    some = select(households.c.household_id).where(which).limit(COUNTED).subquery()
    return connection.scalar(select(func.count()).select_from(some)) or 0


def _next_at(
    connection: Connection, campaign: Campaign, resting: ColumnElement[bool], now: datetime
) -> datetime | None:
    """When the first household is rested, or calling opens for one that is ready."""
    rested = connection.scalar(select(func.min(households.c.ready_at)).where(resting, households.c.ready_at > now))
    openings = [opens_at(campaign, zones.split(), now) for zones in ready_zones(connection, campaign.campaign_id)]
    times = [at for at in (rested, *openings) if at is not None and at > now]
    return min(times, default=None)
