"""A campaign that one transaction has for itself, so that no two give out the same ids in it."""

from __future__ import annotations

from sqlalchemy import Connection, select

from phonetui.core.campaign import Campaign
from phonetui.server.stored_campaign import known_campaign
from phonetui.server.tables import campaigns


def lock_campaign(connection: Connection, campaign_id: str) -> Campaign:
    """The campaign, locked until the transaction ends; raises `Refused` where there is none of that id."""
    connection.execute(select(campaigns.c.version).where(campaigns.c.campaign_id == campaign_id).with_for_update())
    return known_campaign(connection, campaign_id).campaign
