"""What follows from events: attempts, numbers, voters and households, each worked out anew where one is touched."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from phonetui.core.campaign import Campaign
from phonetui.server import news
from phonetui.server.accounts import Caller
from phonetui.server.attempts import restate
from phonetui.server.household_states import end_voters, settle
from phonetui.server.households import SAME_HOUSEHOLD
from phonetui.server.moves import campaigns_holding, move, suppressed
from phonetui.server.stored_campaign import find_campaign
from phonetui.server.tables import campaigns, households, voters

_THESE = (voters.c.campaign_id == bindparam("campaign")) & voters.c.voter_id.in_(bindparam("voters", expanding=True))
_HOUSEHOLDS = select(voters.c.household_id).where(_THESE)
_WITH_OTHERS = (
    select(voters.c.voter_id)
    .join_from(voters, households, SAME_HOUSEHOLD)
    .where(
        _THESE,
        households.c.lent_to != "",
        (households.c.lent_to != bindparam("caller")) | (households.c.lent_device != bindparam("device")),
    )
)
_CAMPAIGNS = select(campaigns.c.campaign_id)


def follow(
    connection: Connection,
    campaign: Campaign,
    caller: Caller,
    attempt_ids: Collection[str],
    skipped: Collection[int],
    now: datetime,
) -> None:
    """Brings everything up to date with these attempts' events, and with the households that were skipped."""
    if not attempt_ids and not skipped:
        return
    changed = restate(connection, campaign, attempt_ids)
    numbers = changed.ended | changed.suppressed
    _settle(connection, campaign, caller, numbers, changed.voters, changed.households | set(skipped), now)
    if changed.suppressed:
        suppress_everywhere(connection, changed.suppressed, now, but=campaign.campaign_id)


def suppress_everywhere(connection: Connection, numbers: Collection[str], now: datetime, *, but: str = "") -> None:
    """Tells every campaign of these numbers, whose suppression began or ended; households of `but` are settled already.

    A laptop may hold a number as somebody's second, so all campaigns hear of it.
    """
    for campaign_id in campaigns_holding(connection, numbers):
        stored = find_campaign(connection, campaign_id) if campaign_id != but else None
        if stored is not None:
            _settle(connection, stored.campaign, None, numbers, set(), set(), now)
    begun = suppressed(connection, numbers)
    if begun:
        everywhere = connection.scalars(_CAMPAIGNS).all()
        news.publish(connection, everywhere, "suppressed", begun, now)


def _settle(
    connection: Connection,
    campaign: Campaign,
    caller: Caller | None,
    numbers: Collection[str],
    voter_ids: set[int],
    household_ids: set[int],
    now: datetime,
) -> None:
    if numbers:
        moved = move(connection, campaign.campaign_id, numbers)
        voter_ids, household_ids = voter_ids | moved.voters, household_ids | moved.households
    ended = end_voters(connection, campaign, voter_ids)
    settle(connection, campaign, household_ids | _households_of(connection, campaign, voter_ids))
    with_others = _with_others(connection, campaign, ended, caller) if ended else set()
    if with_others:
        news.publish(connection, [campaign.campaign_id], "withdrawn", with_others, now)


def _households_of(connection: Connection, campaign: Campaign, voter_ids: Collection[int]) -> set[int]:
    """Where the voters are now, which may be elsewhere than where they were called."""
    if not voter_ids:
        return set()
    asked = {"campaign": campaign.campaign_id, "voters": sorted(voter_ids)}
    return {household_id for household_id in connection.scalars(_HOUSEHOLDS, asked) if household_id is not None}


def _with_others(
    connection: Connection, campaign: Campaign, voter_ids: Collection[int], caller: Caller | None
) -> set[str]:
    """Those of the voters who are on another laptop than the one that the events came from."""
    laptop = {"caller": caller.caller_id if caller else "", "device": caller.device_id if caller else ""}
    asked = {"campaign": campaign.campaign_id, "voters": sorted(voter_ids), **laptop}
    return {str(voter_id) for voter_id in connection.scalars(_WITH_OTHERS, asked)}
