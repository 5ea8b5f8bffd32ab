"""A campaign that one transaction has for itself, so that no two give out the same ids in it."""

from __future__ import annotations

from sqlalchemy import Connection, select

from phonetui.core.campaign import Campaign
from phonetui.core.refusal import Refused
from phonetui.server.stored_campaign import find_campaign
from phonetui.server.tables import campaigns


def lock_campaign(connection: Connection, campaign_id: str) -> Campaign:
    """The campaign, locked until the transaction ends; raises `Refused` where there is none of that id."""
    connection.execute(select(campaigns.c.version).where(campaigns.c.campaign_id == campaign_id).with_for_update())
    stored = find_campaign(connection, campaign_id)
    if stored is None:
        known = connection.scalars(select(campaigns.c.campaign_id).order_by(campaigns.c.campaign_id)).all()
        there_are = f"there are {', '.join(known)}" if known else "add one with `phonetui server campaign add`"
        raise Refused(f"There is no campaign {campaign_id}; {there_are}.")
    return stored.campaign
