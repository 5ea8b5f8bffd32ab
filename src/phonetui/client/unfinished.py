"""A call without its result: whether it may go on, by which script, and what of it outlasts the program."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from phonetui.client.calls import Calls
from phonetui.client.hand import Hand
from phonetui.client.journal_records import Loaded
from phonetui.core.call import Call, decode_call, in_progress
from phonetui.core.campaign import Campaign
from phonetui.core.eligibility import Shut


def scripts(loaded: Loaded, call: Call) -> tuple[Campaign | None, Campaign | None]:
    """The campaign to go by at a start, and a newer one that waits for the end of the call that was begun with it."""
    if loaded.begun_with is not None and in_progress(loaded.begun_with, call):
        return loaded.begun_with, loaded.campaign
    return loaded.campaign, None


def may_go_on(campaign: Campaign, call: Call, hand: Hand, now: datetime, calls: Calls, shut: Shut) -> bool:
    """Whether the voter of an earlier start may still be called. One who was spoken with stays, to be settled.

    So does one with whom a call was begun, where the campaign was `shut` to this caller since.
    """
    household = call.household
    lease = hand.lease(household.household_id) if household else None
    if household is None or lease is None:
        return household is None
    if call.draft.is_typed or call.settled:
        return True
    if shut and not in_progress(campaign, call):
        return False
    return household.household_id in hand.to_call and hand.verdict(campaign, lease, now, calls).allowed


def is_lost_by_leaving(call: Call, hand: Hand) -> bool:
    """Whether something was typed about the voter on the screen, who is no longer lent."""
    return call.draft.is_typed and call.household is not None and call.household.household_id not in hand.to_call


def left(call: Call, hand: Hand) -> Call:
    """What of the call the next start finds: of whom was not spoken with and is no longer lent, nothing.

    Whom the results to be taken back are about goes with the shift.
    """
    if not call.draft.is_typed and call.household and call.household.household_id not in hand.to_call:
        return left(Call(drafts=call.drafts), hand)
    homes = [lease.household for lease in hand.to_call.values()] + ([call.household] if call.household else [])
    known = {voter.voter_id for home in homes for voter in home.voters}
    drafts = {voter_id: draft for voter_id, draft in call.drafts.items() if voter_id in known}
    return msgspec.structs.replace(call, back=(), drafts=drafts)


def to_give_back(call: Call, hand: Hand) -> list[str]:
    """The households on hand about whom nothing was typed, without the one on the screen."""
    typed = {voter_id for voter_id, draft in call.drafts.items() if draft.is_typed}
    on_screen = call.household.household_id if call.household else ""
    return [
        household_id
        for household_id, lease in hand.to_call.items()
        if household_id != on_screen and not any(voter.voter_id in typed for voter in lease.household.voters)
    ]


def typed_about(loaded: Loaded) -> Iterator[str]:
    """The first names of those about whom something was typed that has no result."""
    try:
        call = decode_call(loaded.call)
    except msgspec.DecodeError:  # none was begun, or another version wrote it
        return
    drafts = {**call.drafts, **({call.voter_id: call.draft} if call.voter else {})}
    homes = [held.lease.household for held in loaded.held] + ([call.household] if call.household else [])
    names = {voter.voter_id: voter.first_name for home in homes for voter in home.voters}
    yield from (names[voter_id] for voter_id, draft in drafts.items() if draft.is_typed and voter_id in names)
