"""Those who call for a campaign no more: their laptops may send what they have, and get nothing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from phonetui.server import events
from phonetui.server.accounts import Caller
from phonetui.server.stored_campaign import StoredCampaign, find_campaign
from phonetui.server.supervising_tables import presences
from phonetui.wire import ExchangeReply, ExchangeRequest, Out

#: What is said to them where others hear why there are no voters.
REMOVED = Out(removed=True)

_WAS_HERE = (
    select(presences.c.device_id)
    .where(presences.c.campaign_id == bindparam("campaign"), presences.c.caller_id == bindparam("caller"))
    .limit(1)
)


def left_campaign(connection: Connection, caller: Caller, campaign_id: str) -> StoredCampaign | None:
    """The campaign for which the caller called until they were removed; None for everybody else."""
    if caller.role(campaign_id) is not None or "\0" in campaign_id:
        return None
    asked = {"campaign": campaign_id, "caller": caller.caller_id}
    was_here = connection.execute(_WAS_HERE, asked).first() is not None
    return find_campaign(connection, campaign_id) if was_here else None


def take_last(
    connection: Connection, key: bytes, caller: Caller, left: StoredCampaign, request: ExchangeRequest, now: datetime
) -> ExchangeReply:
    """Takes the events, each by its ticket; every household goes back, and the campaign is closed to this laptop."""
    arrived = events.store(connection, key, caller, left.campaign, request.events, now)
    return ExchangeReply(
        receipts=arrived.receipts,
        stored_through=arrived.stored_through,
        ended=request.held,
        campaign_state="closed",
        out=REMOVED,
        cursor=request.cursor or "0",
        server_time=now,
    )
