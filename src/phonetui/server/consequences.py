"""What follows from events: attempts, numbers, voters and households, each worked out anew where one is touched."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from msgspec import Struct
from sqlalchemy import Connection, Row, bindparam, select

from phonetui.core.campaign import Campaign
from phonetui.server import news
from phonetui.server.accounts import Caller
from phonetui.server.attempts import restate
from phonetui.server.household_states import end_voters, settle
from phonetui.server.moves import Moved, campaigns_holding, move, suppressed
from phonetui.server.stored_campaign import find_campaign
from phonetui.server.tables import campaigns, households, voters

_THESE = (voters.c.campaign_id == bindparam("campaign")) & voters.c.voter_id.in_(bindparam("voters", expanding=True))
_PLACES = select(voters.c.voter_id, voters.c.household_id).where(_THESE, voters.c.household_id.is_not(None))
_LENT = select(households.c.household_id, households.c.lent_to, households.c.lent_device, households.c.lent_at).where(
    households.c.campaign_id == bindparam("campaign"),
    households.c.household_id.in_(bindparam("households", expanding=True)),
    households.c.lent_to != "",
)
_CAMPAIGNS = select(campaigns.c.campaign_id)


class _Known(Struct, frozen=True):
    """What a laptop knows: the visits of which it tells. Of later ones to the same voters it has to hear."""

    caller: Caller
    visits: set[tuple[int, datetime]]

    def has(self, lent: Row[int, str, str, datetime | None]) -> bool:
        """Whether it is on this laptop, in one of those visits."""
        laptop = (self.caller.caller_id, self.caller.device_id)
        return (lent.lent_to, lent.lent_device) == laptop and (lent.household_id, lent.lent_at) in self.visits


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
    touched = {household_id for household_id, _ in changed.visits} | set(skipped)
    _settle(connection, campaign, numbers, changed.voters, touched, now, _Known(caller, changed.visits))
    if changed.suppressed:
        suppress_everywhere(connection, changed.suppressed, now, but=campaign.campaign_id)


def suppress_everywhere(connection: Connection, numbers: Collection[str], now: datetime, *, but: str = "") -> None:
    """Tells every campaign of these numbers, whose suppression began or ended; households of `but` are settled already.

    A laptop may hold a number as somebody's second, so all campaigns hear of it.
    """
    for campaign_id in campaigns_holding(connection, numbers):
        stored = find_campaign(connection, campaign_id) if campaign_id != but else None
        if stored is not None:
            _settle(connection, stored.campaign, numbers, set(), set(), now)
    begun = suppressed(connection, numbers)
    if begun:
        everywhere = connection.scalars(_CAMPAIGNS).all()
        news.publish(connection, everywhere, "suppressed", begun, now)


def _settle(
    connection: Connection,
    campaign: Campaign,
    numbers: Collection[str],
    voter_ids: set[int],
    household_ids: set[int],
    now: datetime,
    known: _Known | None = None,
) -> None:
    moved = move(connection, campaign.campaign_id, numbers) if numbers else Moved(set(), set(), {})
    voter_ids, household_ids = voter_ids | moved.voters, household_ids | moved.households
    ended = end_voters(connection, campaign, voter_ids)
    places = _places(connection, campaign, voter_ids)
    settle(connection, campaign, household_ids | set(places.values()))
    ending = {voter_id: places[voter_id] for voter_id in ended & places.keys()}
    on_laptops = _on_laptops(connection, campaign, {*ending.values(), *moved.left.values()}, known)
    withdrawn = {str(voter_id) for voter_id, household_id in ending.items() if household_id in on_laptops}
    left = {news.place(household_id, voter) for voter, household_id in moved.left.items() if household_id in on_laptops}
    news.publish(connection, [campaign.campaign_id], "withdrawn", withdrawn, now)
    news.publish(connection, [campaign.campaign_id], "left", left, now)


def _places(connection: Connection, campaign: Campaign, voter_ids: Collection[int]) -> dict[int, int]:
    """The household of each voter now, which may be another than that in which they were called."""
    if not voter_ids:
        return {}
    asked = {"campaign": campaign.campaign_id, "voters": sorted(voter_ids)}
    return {row.voter_id: row.household_id for row in connection.execute(_PLACES, asked)}


def _on_laptops(
    connection: Connection, campaign: Campaign, household_ids: Collection[int], known: _Known | None
) -> set[int]:
    """Those of the households that are lent, and of which the laptop does not know by itself."""
    if not household_ids:
        return set()
    rows = connection.execute(_LENT, {"campaign": campaign.campaign_id, "households": sorted(household_ids)})
    return {row.household_id for row in rows if known is None or not known.has(row)}
