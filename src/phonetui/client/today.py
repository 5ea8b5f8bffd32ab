"""The day's attempts, what they amount to, and what became of each, over however many shifts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime
from typing import Literal

from msgspec import Struct

from phonetui.client.journal_records import Loaded
from phonetui.core import event as events
from phonetui.core.campaign import Campaign
from phonetui.core.eligibility import known_zone
from phonetui.core.pace import made
from phonetui.core.refusal import Refused
from phonetui.core.tally import Tally, tally
from phonetui.core.translation import tr
from phonetui.core.voter import Voter
from phonetui.core.when import clock
from phonetui.wire import Lease

#: Whether the campaign has a call as it reads now.
Arrived = Literal["sent", "unsent", "rejected"]


class MadeCall(Struct, frozen=True):
    """A call of today as it reads after corrections. Without a `lease` it does not say any more who was called."""

    attempt_id: str
    at: datetime
    outcome: events.Outcome
    arrived: Arrived
    lease: Lease | None = None

    @property
    def voter(self) -> Voter | None:
        """Who was called."""
        voters = self.lease.household.voters if self.lease else ()
        return next((voter for voter in voters if voter.voter_id == self.outcome.voter_id), None)


def so_far(loaded: Loaded) -> Today:
    """The day as the journal has it at a start."""
    return Today(
        (*loaded.earlier, *loaded.outcomes),
        unsent=[entry.id for entry in loaded.unsent],
        rejected=[each.entry.id for each in loaded.rejected],
        kept=loaded.kept,
    )


def gone_with_shift(call: MadeCall) -> Refused:
    """Why a call cannot be corrected without its voter, and by what the campaign finds it."""
    return Refused(
        tr(
            "Who was called at {time} left this computer when that shift ended; tell the campaign the time and what is "
            "wrong.",
            time=clock(call.at.astimezone()),
        )
    )


class Today:
    """Counts when it is asked, and again when an attempt or a day is new. A day is one of the campaign's zone."""

    def __init__(
        self,
        attempts: Iterable[events.Attempt],
        *,
        unsent: Iterable[str] = (),
        rejected: Iterable[str] = (),
        kept: Iterable[Lease] = (),
    ) -> None:
        """`unsent` and `rejected` are ids of events, `kept` are leases of earlier shifts that are still here."""
        self.attempts = list(attempts)
        self._arrived: dict[str, Arrived] = dict.fromkeys(unsent, "unsent")
        self._arrived |= dict.fromkeys(rejected, "rejected")
        self._kept = tuple(kept)
        self._counted_for: Campaign | None = None
        self._counted: tuple[date, int] | None = None
        self._tally = Tally()

    def add(self, attempts: Collection[events.Attempt]) -> None:
        """These have been made since."""
        self.attempts += attempts
        self._arrived |= dict.fromkeys((one.id for one in attempts), "unsent")

    def settle(self, acknowledged: Iterable[str], rejected: Iterable[str], forgotten_after: int | None = None) -> None:
        """What the campaign has said of events, by id; a restored server has lost those after that `seq`."""
        self._arrived |= dict.fromkeys(acknowledged, "sent")
        self._arrived |= dict.fromkeys(rejected, "rejected")
        if forgotten_after is not None:
            lost = (one.id for one in self.attempts if one.seq > forgotten_after and self._has(one.id) == "sent")
            self._arrived |= dict.fromkeys(lost, "unsent")

    def calls(self, campaign: Campaign | None, now: datetime, leases: Iterable[Lease]) -> tuple[MadeCall, ...]:
        """What stands of the day of `now`, the newest first; `leases` are those of this shift."""
        if campaign is None:
            return ()
        lent = {voter_id: lease for lease in (*self._kept, *leases) for voter_id in lease.tickets}
        return tuple(reversed([*self._calls(campaign, now, lent)]))

    def tally(self, campaign: Campaign | None, now: datetime) -> Tally:
        """What stands of the day of `now`, by the laptop's clock, as are the attempts' own times."""
        if campaign is None:
            return Tally()
        counted = now.astimezone(known_zone(campaign.zone)).date(), len(self.attempts)
        if campaign is not self._counted_for or counted != self._counted:
            self._tally = tally(campaign, (one.outcome for one in self._calls(campaign, now, {})))
            self._counted_for, self._counted = campaign, counted
        return self._tally

    def _calls(self, campaign: Campaign, now: datetime, lent: dict[str, Lease]) -> Iterator[MadeCall]:
        zone = known_zone(campaign.zone)
        for attempt_id, at, outcome in made(self.attempts):
            if at.astimezone(zone).date() == now.astimezone(zone).date():
                yield MadeCall(attempt_id, at, outcome, self._has(outcome.id), lent.get(outcome.voter_id))

    def _has(self, event_id: str) -> Arrived:
        return self._arrived.get(event_id, "sent")
