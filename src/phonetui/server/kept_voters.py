"""Whether a campaign keeps its voters still: past its day, once nobody is called any more, they are erased."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from phonetui.core.refusal import Refused
from phonetui.server.stored_campaign import StoredCampaign, is_over, known_campaign
from phonetui.server.tables import campaigns


class NotKept(Refused):
    """The campaign keeps no voters any more."""


def is_past(stored: StoredCampaign, kept_until: date, now: datetime) -> bool:
    """Whether the day is past, and the campaign closed or over: nobody is erased in the middle of calling."""
    day_is_past = now.astimezone(ZoneInfo(stored.campaign.zone)).date() > kept_until
    return day_is_past and (stored.state == "closed" or is_over(stored.campaign, now))


def check_kept(connection: Connection, campaign_id: str, now: datetime) -> None:
    """Raises `NotKept` where voters who come in would be erased at once, and `Refused` for an unknown campaign."""
    stored = known_campaign(connection, campaign_id)
    this = select(campaigns.c.keep_until).where(campaigns.c.campaign_id == campaign_id)
    day = connection.execute(this).scalar_one()
    if day is not None and is_past(stored, day, now):
        raise NotKept(
            f"The voters of {campaign_id} were kept until {day:%B} {day.day}, {day.year}, so none are taken in; name "
            f"another day with `phonetui server campaign keep {campaign_id}`."
        )
