"""Outcomes as the call screen records them."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from scripts.benchmarks import sample

from phonetui.client.clock import SystemClock
from phonetui.client.journal import Entry, Journal
from phonetui.core import event as events
from phonetui.core.call import MOST_TAKEN_BACK, Call, Draft, Phase, Saved
from phonetui.core.voter import Household

CLOCK = SystemClock()


async def record(journal: Journal, households: Sequence[Household]) -> None:
    """Not home, one household after the other; none is on the screen afterwards."""
    for seq, household in enumerate(households, 1):
        entries, finished = [outcome(household, seq)], [household.household_id]
        await journal.record(entries=entries, finished=finished, call=msgspec.json.encode(Call()))


def outcome(household: Household, seq: int) -> Entry:
    """Not home, for the household's first voter."""
    voter_id = household.voters[0].voter_id
    event = events.Outcome(
        id=CLOCK.new_id(),
        seq=seq,
        at=CLOCK.now(),
        campaign_id="riverside",
        voter_id=voter_id,
        ticket=sample.lease(household, CLOCK.now()).tickets[voter_id],
        disposition="not_home",
        number_ending=events.ending(household.number),
        shown_at=CLOCK.now(),
        campaign_version=1,
    )
    return Entry(seq, event.id, events.encode(event), voter_id, household.household_id)


def call_in_progress(household: Household) -> bytes:
    """The household on the screen, after as many calls as can be taken back."""
    saved = Saved(
        event_id=CLOCK.new_id(),
        household_id=household.household_id,
        voter_id=household.voters[0].voter_id,
        disposition="not_home",
        draft=Draft(),
    )
    call = Call(
        phase=Phase.CALLING,
        household=household,
        voter_id=household.voters[0].voter_id,
        shown_at=CLOCK.now(),
        back=(saved,) * MOST_TAKEN_BACK,
    )
    return msgspec.json.encode(call)
