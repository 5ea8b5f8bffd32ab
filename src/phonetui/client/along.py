"""Voters taken along, to be called without a line: what the caller is told of them."""

from __future__ import annotations

from collections.abc import Sequence

from phonetui.client.view import Said
from phonetui.core.translation import later, tr, tr_n
from phonetui.wire import CampaignState, Lease


def asking_for_voters() -> Said:
    """Until the campaign's answer is there."""
    return Said(tr("Asking the campaign for voters…"))


def taken_along(wanted: int, lent: Sequence[Lease], state: CampaignState) -> Said:
    """What the campaign's answer comes to: `wanted` households were asked for in all, `lent` are on hand now."""
    count = sum(len(lease.household.voters) for lease in lent)
    voters, households = tr_n("{n} voter", "{n} voters", count), tr_n("{n} household", "{n} households", len(lent))
    if state == "open" and len(lent) >= wanted:
        told = tr(
            "{voters} in {households} are on hand, to be called without a network", voters=voters, households=households
        )
        return Said(told, "saved")
    return Said(tr(_NO_MORE[state], voters=voters, households=households))


_NO_MORE: dict[CampaignState, str] = {
    "open": later("{voters} in {households} are on hand; the campaign has no more for you now"),
    "paused": later("{voters} in {households} are on hand; the campaign is paused and lends nobody now"),
    "closed": later("{voters} in {households} are on hand; the campaign is closed and lends nobody now"),
}
