"""Households that come back by themselves: their lease has ended without a result, or they have rested."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, literal_column, select, update

from phonetui.core.campaign import Campaign
from phonetui.server.household_states import settle
from phonetui.server.locked_numbers import unlock_numbers
from phonetui.server.tables import households

#: So many come back with each lease, so that none has to wait for all of them.
AT_ONCE = 100
NOT_LENT = {"lent_to": "", "lent_device": "", "lent_until": None}

_OF_CAMPAIGN = households.c.campaign_id == bindparam("campaign")
_EXPIRED = (
    select(households.c.household_id, households.c.number)
    .where(_OF_CAMPAIGN, households.c.state == literal_column("'lent'"), households.c.lent_until <= bindparam("now"))
    .order_by(households.c.lent_until)
    .limit(AT_ONCE)
    .with_for_update(skip_locked=True)
)
_RESTED = (
    select(households.c.household_id)
    .where(
        _OF_CAMPAIGN,
        households.c.state == literal_column("'resting'"),
        households.c.ready_at <= bindparam("now"),
        households.c.promised_to == "",
        (households.c.lent_to == "") | (households.c.lent_until <= bindparam("now")),
    )
    .order_by(households.c.ready_at)
    .limit(AT_ONCE)
    .with_for_update(skip_locked=True)
)
_THESE = update(households).where(_OF_CAMPAIGN, households.c.household_id.in_(bindparam("households", expanding=True)))
_END_LEASES = _THESE.values(NOT_LENT)
_READY = _THESE.values(**NOT_LENT, state="ready")


def call_in_expired(connection: Connection, campaign: Campaign, now: datetime) -> None:
    """Households whose lease ended without a result stand again as they stood before."""
    rows = connection.execute(_EXPIRED, {"campaign": campaign.campaign_id, "now": now}).all()
    if rows:
        ids = [row.household_id for row in rows]
        connection.execute(_END_LEASES, {"campaign": campaign.campaign_id, "households": ids})
        unlock_numbers(connection, campaign.campaign_id, [(row.number, row.household_id) for row in rows])
        settle(connection, campaign, ids)


def wake_rested(connection: Connection, campaign_id: str, now: datetime) -> None:
    """Households that have rested are ready; those with a call back wait for it to be made."""
    ids = list(connection.scalars(_RESTED, {"campaign": campaign_id, "now": now}))
    if ids:
        connection.execute(_READY, {"campaign": campaign_id, "households": ids})
