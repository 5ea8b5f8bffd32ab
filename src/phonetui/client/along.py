"""Voters taken along, to be called without a line: what the caller is told of them."""

from __future__ import annotations

from collections.abc import Sequence

from phonetui.client.view import Said
from phonetui.wire import CampaignState, Lease

ASKING = Said("Asking the campaign for voters…")


def taken_along(wanted: int, lent: Sequence[Lease], state: CampaignState) -> Said:
    """What the campaign's answer comes to: `wanted` households were asked for in all, `lent` are on hand now."""
    voters = sum(len(lease.household.voters) for lease in lent)
    have = f"{voters} voters in {len(lent)} households are on hand"
    if state != "open":
        return Said(f"{have}; the campaign is {state} and lends nobody now")
    if len(lent) < wanted:
        return Said(f"{have}; the campaign has no more for you now")
    return Said(f"{have}, to be called without a network", "saved")
