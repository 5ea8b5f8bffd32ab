"""Households that come back by themselves: their lease has ended without a result, or they have rested."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, literal_column, select, update

from phonetui.core.campaign import Campaign
from phonetui.server.household_states import settle
from phonetui.server.locked_numbers import unlock_numbers
from phonetui.server.tables import households

#: So many come back with each lease, so that none has to wait for all of them.
AT_ONCE = 100
NOT_LENT = {"lent_to": "", "lent_device": "", "lent_until": None}


def call_in_expired(connection: Connection, campaign: Campaign, now: datetime) -> None:
    """Households whose lease ended without a result stand again as they stood before."""
    of_campaign = households.c.campaign_id == campaign.campaign_id
    expired = select(households.c.household_id, households.c.number).where(
        of_campaign, households.c.state == literal_column("'lent'"), households.c.lent_until <= now
    )
    first = expired.order_by(households.c.lent_until).limit(AT_ONCE).with_for_update(skip_locked=True)
    rows = connection.execute(first).all()
    if rows:
        ids = [row.household_id for row in rows]
        connection.execute(update(households).where(of_campaign, households.c.household_id.in_(ids)).values(NOT_LENT))
        unlock_numbers(connection, campaign.campaign_id, [(row.number, row.household_id) for row in rows])
        settle(connection, campaign, ids)


def wake_rested(connection: Connection, campaign_id: str, now: datetime) -> None:
    """Households that have rested are ready; those with a call back wait for it to be made."""
    of_campaign = households.c.campaign_id == campaign_id
    rested = select(households.c.household_id).where(
        of_campaign,
        households.c.state == literal_column("'resting'"),
        households.c.ready_at <= now,
        households.c.promised_to == "",
        (households.c.lent_to == "") | (households.c.lent_until <= now),
    )
    first = rested.order_by(households.c.ready_at).limit(AT_ONCE).with_for_update(skip_locked=True)
    ids = list(connection.scalars(first))
    if ids:
        ready = update(households).where(of_campaign, households.c.household_id.in_(ids))
        connection.execute(ready.values(**NOT_LENT, state="ready"))
