"""A campaign as the database holds it."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, bindparam, select

from phonetui.core.campaign import Campaign, decode_campaign
from phonetui.core.refusal import Refused
from phonetui.server.engine import insert
from phonetui.server.news import wake
from phonetui.server.problems import RequestRefused
from phonetui.server.tables import campaigns
from phonetui.wire import CampaignState

if TYPE_CHECKING:
    from phonetui.server.accounts import Caller

#: When it is midnight at the campaign's end everywhere on earth.
_LAST_ZONE = timedelta(hours=12)

_CAMPAIGN = select(campaigns.c.body, campaigns.c.version, campaigns.c.state).where(
    campaigns.c.campaign_id == bindparam("campaign")
)


class StoredCampaign(Struct, frozen=True):
    """The campaign's file as last added, and whether calls are made."""

    campaign: Campaign
    state: CampaignState


def find_campaign(connection: Connection, campaign_id: str) -> StoredCampaign | None:
    """The campaign of that id; None where there is none."""
    row = connection.execute(_CAMPAIGN, {"campaign": campaign_id}).first()
    return StoredCampaign(_decoded(row.body, row.version), row.state) if row else None


def campaign_open_to(connection: Connection, caller: Caller, campaign_id: str) -> StoredCampaign:
    """The same; raises the problem `no-such-campaign` where it is not open to the caller."""
    known = caller.role(campaign_id) is not None and "\0" not in campaign_id
    stored = find_campaign(connection, campaign_id) if known else None
    if stored is None:
        raise RequestRefused("no-such-campaign")
    return stored


def is_over(campaign: Campaign, now: datetime) -> bool:
    """Whether the campaign's last day is past, wherever on earth one looks."""
    return (now - _LAST_ZONE).date() > campaign.ends


def known_campaign(connection: Connection, campaign_id: str) -> StoredCampaign:
    """The same; raises `Refused` where there is none, and says which there are."""
    stored = find_campaign(connection, campaign_id)
    if stored is None:
        known = connection.scalars(select(campaigns.c.campaign_id).order_by(campaigns.c.campaign_id)).all()
        there_are = f"there are {', '.join(known)}" if known else "add one with `phonetui server campaign add`"
        raise Refused(f"There is no campaign {campaign_id}; {there_are}.")
    return stored


def only_campaign(connection: Connection) -> Campaign | None:
    """The server's campaign, where it has one alone."""
    known = connection.scalars(select(campaigns.c.campaign_id).limit(2)).all()
    return known_campaign(connection, known[0]).campaign if len(known) == 1 else None


def store_campaign(connection: Connection, campaign: Campaign, source: str, now: datetime) -> int:
    """Takes a campaign's file into use; answers with its version. The same file again changes nothing."""
    wanted = select(campaigns.c.version, campaigns.c.source).where(campaigns.c.campaign_id == campaign.campaign_id)
    before = connection.execute(wanted.with_for_update()).first()
    if before is not None and before.source == source:
        return int(before.version)
    version = before.version + 1 if before else 1
    body = msgspec.json.encode(msgspec.structs.replace(campaign, version=version))
    row = insert(connection, campaigns).values(
        campaign_id=campaign.campaign_id, version=version, source=source, body=body, added_at=now
    )
    newer = {name: row.excluded[name] for name in ("version", "source", "body", "added_at")}
    connection.execute(row.on_conflict_do_update(index_elements=["campaign_id"], set_=newer))
    wake(connection, campaign.campaign_id)
    return int(version)


@lru_cache(maxsize=64)
def _decoded(body: bytes, version: int) -> Campaign:
    return msgspec.structs.replace(decode_campaign(body), version=version)
