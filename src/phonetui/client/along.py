"""Voters taken along, to be called without a line: what the caller is told of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from phonetui.client.view import Said
from phonetui.core.translation import later, tr, tr_n
from phonetui.wire import CampaignState

if TYPE_CHECKING:
    from phonetui.client.outbox import Outbox


def asking_for_voters(households: int) -> Said:
    """Until the campaign's answer is there; 0 are asked for no more."""
    if not households:
        return Said(tr("Nobody more is asked for; who is on hand stays"))
    return Said(tr("Asking the campaign for voters…"))


def taken_along(wanted: int, box: Outbox, tick: float) -> Said:
    """What the campaign's answer comes to: `wanted` households were asked for in all."""
    lent, state = box.hand.lent(box.server_now(tick)), box.campaign_state
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
