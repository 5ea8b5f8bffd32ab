"""The households on this laptop, in the order in which they are called."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

import msgspec

from phonetui.core.campaign import Campaign
from phonetui.core.eligibility import Verdict, may_call
from phonetui.core.voter import Household, Voter
from phonetui.wire import LENT_FOR, WANT, ExchangeReply, Lease

Keep = Callable[[Voter], Voter | None]


class Hand:
    """Leases by household id: those still to be called, and those that have their results and can be taken back."""

    def __init__(self, to_call: Iterable[Lease] = (), finished: Iterable[Lease] = ()) -> None:
        self.to_call = {lease.household.household_id: lease for lease in to_call}
        self.finished = {lease.household.household_id: lease for lease in finished}

    def copy(self) -> Hand:
        """The same households, to be changed apart."""
        return Hand(self.to_call.values(), self.finished.values())

    def lent(self, now: datetime) -> list[Lease]:
        """Those still to be called whose lease goes on at `now`, the server's time as last known."""
        return [lease for lease in self.to_call.values() if lease.until > now]

    def taken_along(self, now: datetime) -> bool:
        """Whether these are more, or lent for longer, than a laptop with a line holds ahead of need."""
        lent = self.lent(now)
        return len(lent) > WANT or any(lease.until > now + LENT_FOR for lease in lent)

    def lease(self, household_id: str) -> Lease | None:
        """The lease of a household, finished or not."""
        return self.to_call.get(household_id) or self.finished.get(household_id)

    def next(self, campaign: Campaign, now: datetime) -> Household | None:
        """The first household that may be called at `now`, the server's time as last known."""
        for lease in self.to_call.values():
            if self.verdict(campaign, lease, now).allowed:
                return lease.household
        return None

    def verdict(self, campaign: Campaign, lease: Lease, now: datetime) -> Verdict:
        """Whether the household may be called now, and if not, why and until when."""
        zones = sorted({zone for voter in lease.household.voters for zone in voter.zones})
        return may_call(campaign, zones, now, lease_until=lease.until)

    def opens_at(self, campaign: Campaign, now: datetime) -> datetime | None:
        """When the first household on hand may be called; None when none is on hand that ever may."""
        verdicts = (self.verdict(campaign, lease, now) for lease in self.to_call.values())
        return min((verdict.when for verdict in verdicts if verdict.when), default=None)

    def neighbours(self, household: Household) -> tuple[Household, ...]:
        """Other households at the same address, still to be called."""
        return tuple(
            lease.household
            for lease in self.to_call.values()
            if household.address_key
            and lease.household.address_key == household.address_key
            and lease.household.household_id != household.household_id
        )

    def finish(self, household_id: str) -> None:
        """The household has its results."""
        lease = self.to_call.pop(household_id, None)
        if lease is not None:
            self.finished[household_id] = lease

    def put_back(self, household_id: str) -> None:
        """The household is called next."""
        lease = self.lease(household_id)
        if lease is not None and lease.household.voters:
            self.finished.pop(household_id, None)
            self.to_call.pop(household_id, None)
            self.to_call = {household_id: lease, **self.to_call}

    def take(self, reply: ExchangeReply) -> None:
        """What the campaign lends, renews, takes back and withdraws; new households come behind those on hand."""
        for key, lease in list(self.to_call.items()):
            until = reply.along_until.get(key, reply.renewed_until)
            if until is not None:
                self.to_call[key] = msgspec.structs.replace(lease, until=until)
        self.drop(reply.ended)
        for lease in reply.leases:
            self.finished.pop(lease.household.household_id, None)
            self.to_call[lease.household.household_id] = lease
        self.withdraw(reply.withdrawn)
        self.suppress(reply.suppressed)

    def drop(self, household_ids: Iterable[str]) -> None:
        """Households that are no longer lent to this caller; their tickets stay for a call in progress."""
        for household_id in household_ids:
            lease = self.to_call.pop(household_id, None)
            if lease is not None:
                self.finished[household_id] = _with(lease, ())

    def withdraw(self, voter_ids: Iterable[str]) -> None:
        """Voters who must not be called any more."""
        gone = set(voter_ids)
        if not gone:
            return
        self._keep(lambda voter: None if voter.voter_id in gone else voter)

    def suppress(self, numbers: Iterable[str]) -> None:
        """Numbers that asked not to be called: their households go, and nobody keeps them as a second number."""
        gone = set(numbers)
        if not gone:
            return
        self.drop([key for key, lease in self.to_call.items() if lease.household.number in gone])
        self._keep(lambda voter: _without(voter, gone))

    def changed_since(self, before: Hand) -> tuple[Lease, ...]:
        """The leases that were to be called then, and have lost voters or numbers since."""
        leases = ((self.lease(household_id), lease) for household_id, lease in before.to_call.items())
        return tuple(now for now, then in leases if now is not None and now.household is not then.household)

    def _keep(self, kept: Keep) -> None:
        for key, lease in list(self.to_call.items()):
            voters = tuple(left for voter in lease.household.voters if (left := kept(voter)) is not None)
            if not voters:
                self.drop([key])
            elif voters != lease.household.voters:
                self.to_call[key] = _with(lease, voters)


def _with(lease: Lease, voters: tuple[Voter, ...]) -> Lease:
    return msgspec.structs.replace(lease, household=msgspec.structs.replace(lease.household, voters=voters))


def _without(voter: Voter, numbers: set[str]) -> Voter:
    if not any(phone.number in numbers for phone in voter.phones):
        return voter
    return msgspec.structs.replace(voter, phones=tuple(p for p in voter.phones if p.number not in numbers))
