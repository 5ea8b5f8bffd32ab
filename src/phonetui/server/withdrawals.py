"""Voters whom the campaign itself takes out of calling: they have voted, asked not to be called, or are removed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, select, update

from phonetui.core.campaign import Campaign
from phonetui.server import news
from phonetui.server.household_states import WITHDRAWN, settle
from phonetui.server.households import SAME_HOUSEHOLD, slices
from phonetui.server.tables import households, voters

#: Why; the column `voters.ended` keeps it, whatever is recorded of the voter later.
Why = Literal["voted", "do-not-call", "removed"]
REMOVED: Why = "removed"


def withdraw(connection: Connection, campaign: Campaign, voter_ids: Collection[int], why: Why, now: datetime) -> None:
    """Ends these voters, closes households in which nobody is left to call, and tells the laptops that hold them.

    Whom the campaign has taken out before stays out for the first reason.
    """
    tell_borrowers(connection, campaign, voter_ids, now)
    for part in slices(sorted(voter_ids)):
        these = (voters.c.campaign_id == campaign.campaign_id) & voters.c.voter_id.in_(part)
        connection.execute(update(voters).where(these, voters.c.ended.not_in(WITHDRAWN)).values(ended=why))
        homes = connection.scalars(select(voters.c.household_id).where(these).distinct())
        settle(connection, campaign, {home for home in homes if home is not None})


def tell_borrowers(connection: Connection, campaign: Campaign, voter_ids: Collection[int], now: datetime) -> None:
    """News of a withdrawal for those of the voters who are on a laptop."""
    of_campaign = voters.c.campaign_id == campaign.campaign_id
    for part in slices(sorted(voter_ids)):
        lent = select(voters.c.voter_id).join(households, SAME_HOUSEHOLD).where(households.c.lent_to != "")
        held = connection.scalars(lent.where(of_campaign, voters.c.voter_id.in_(part)))
        news.publish(connection, [campaign.campaign_id], "withdrawn", map(str, held), now)
