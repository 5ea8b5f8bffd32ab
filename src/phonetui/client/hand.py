"""The households on this laptop, in the order in which they are called."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import datetime

import msgspec

from phonetui.client.calls import NO_CALLS, Calls
from phonetui.core.call import Call
from phonetui.core.call_back import there
from phonetui.core.campaign import Campaign
from phonetui.core.eligibility import Shut, Verdict, may_call
from phonetui.core.voter import Household, Voter
from phonetui.wire import LENT_FOR, WANT, ExchangeReply, Lease

Keep = Callable[[Voter], Voter | None]


class Hand:
    """Leases by household id: those still to be called, and those that have their results and can be taken back."""

    def __init__(self, to_call: Iterable[Lease] = (), finished: Iterable[Lease] = ()) -> None:
        self.to_call = {lease.household.household_id: lease for lease in to_call}
        self.finished = {lease.household.household_id: lease for lease in finished}
        self._suppressed: set[str] = set()
        self._withdrawn: set[str] = set()

    def copy(self) -> Hand:
        """The same households, to be changed apart."""
        copy = Hand(self.to_call.values(), self.finished.values())
        copy._suppressed, copy._withdrawn = set(self._suppressed), set(self._withdrawn)
        return copy

    @property
    def leases(self) -> tuple[Lease, ...]:
        """All of them, finished or not."""
        return (*self.finished.values(), *self.to_call.values())

    def lent(self, now: datetime) -> list[Lease]:
        """Those still to be called whose lease goes on at `now`, the server's time as last known."""
        return [lease for lease in self.to_call.values() if lease.until > now]

    def taken_along(self, now: datetime) -> bool:
        """Whether these are many more, or lent for longer, than a laptop with a line holds ahead of need.

        A few more than it asks for are there after an undo.
        """
        lent = self.lent(now)
        return len(lent) > 2 * WANT or any(lease.until > now + LENT_FOR for lease in lent)

    def lease(self, household_id: str) -> Lease | None:
        """The lease of a household, finished or not."""
        return self.to_call.get(household_id) or self.finished.get(household_id)

    def next(
        self, campaign: Campaign, now: datetime, calls: Calls = NO_CALLS, unsettled: Collection[str] = ()
    ) -> Household | None:
        """The household to call at `now`, the server's time as last known: call backs that are due, then in order.

        A call back that was promised in this shift is made here as long as the server has not heard of it: something
        about its household is `unsettled`. Afterwards the server lends it.
        """
        leases = [lease for lease in self._callable(campaign, calls, unsettled) if lease.household.voters]
        due = [lease for lease in leases if self.verdict(campaign, lease, now, calls).allowed]
        promised = [(at, lease) for lease in due if (at := calls.promised_at(campaign, lease))]
        first = min(promised, key=lambda promise: promise[0], default=(now, None))[1] or next(iter(due), None)
        return calls.to_ask(campaign, first.household, now) if first else None

    def _callable(self, campaign: Campaign, calls: Calls, unsettled: Collection[str]) -> Iterable[Lease]:
        yield from self.to_call.values()
        for household_id in unsettled:
            lease = self.finished.get(household_id)
            if lease is not None and calls.stands(campaign, lease.household).promised_at:
                yield lease

    def verdict(self, campaign: Campaign, lease: Lease, now: datetime, calls: Calls = NO_CALLS) -> Verdict:
        """Whether the household may be called now, and if not, why and when then."""
        household, promised_at = lease.household, calls.promised_at(campaign, lease)
        verdict = may_call(
            campaign,
            household.zones,
            now,
            ready_at=promised_at or calls.rests_until(campaign, household.line),
            because="promised" if promised_at else "resting",
            lease_until=lease.until,
        )
        elsewhere = calls.rest_elsewhere(campaign, household.line)
        if verdict.reason != "resting" or elsewhere is None:
            return verdict
        return msgspec.structs.replace(verdict, called_for=elsewhere.campaign)

    def verdict_on_screen(
        self, campaign: Campaign | None, call: Call, now: datetime, calls: Calls, shut: Shut = ""
    ) -> Verdict:
        """Whether the voter on the screen may be dialed now: much may have come since they were put there.

        Who is on the line already is not asked about.
        """
        household = call.household
        if campaign is None or household is None or call.same_call:
            return Verdict()
        lease = self.to_call.get(household.household_id)
        if lease is not None and not shut:
            return self.verdict(campaign, lease, now, calls)
        was = self.finished.get(household.household_id)
        return may_call(
            campaign,
            household.zones,
            now,
            suppressed=household.line in self._suppressed,
            ended=call.voter_id in self._withdrawn,
            shut=shut,
            taken_back=was is not None and now < was.until,
            lease_until=now,
        )

    def verdict_of_redialing(self, campaign: Campaign, call: Call, now: datetime, shut: Shut = "") -> Verdict:
        """Whether the number may be dialed once more for the next of a household; this call itself holds nobody up."""
        household = call.household
        lease = self.lease(household.household_id) if household else None
        if household is None:
            return Verdict()
        suppressed, ended = household.line in self._suppressed, call.voter_id in self._withdrawn
        until = lease.until if lease else now
        return may_call(
            campaign, household.zones, now, suppressed=suppressed, ended=ended, shut=shut, lease_until=until
        )

    def promise_on_screen(self, campaign: Campaign | None, call: Call, calls: Calls) -> tuple[datetime | None, bool]:
        """When the voter on the screen was promised this call, on their clock, and whether this caller did.

        Who has the call after somebody else of the household was promised nothing.
        """
        lease = self.lease(call.household.household_id) if call.household and not call.same_call else None
        at = calls.promised_at(campaign, lease) if campaign and lease else None
        if at is None or campaign is None or call.household is None or lease is None:
            return None, False
        return there(campaign, call.household.zones, at), lease.promised_by_you or lease.promised_at is None

    def falls_due(self, campaign: Campaign, after: datetime, now: datetime, calls: Calls) -> bool:
        """Whether a call back that was promised in this shift has become due since `after`."""
        promised = (calls.stands(campaign, lease.household).promised_at for lease in self.finished.values())
        return any(after < at <= now for at in promised if at)

    def soonest(
        self, campaign: Campaign, now: datetime, calls: Calls = NO_CALLS, unsettled: Collection[str] = ()
    ) -> Verdict | None:
        """Why the household on hand that may be called first may not be called now; None when none ever may."""
        leases = self._callable(campaign, calls, unsettled)
        verdicts = [verdict for lease in leases if (verdict := self.verdict(campaign, lease, now, calls)).when]
        return min(verdicts, key=lambda verdict: verdict.when or now, default=None)

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
            self._suppressed.discard(lease.household.line)  # what was one's own mistake
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
            self._withdrawn -= {voter.voter_id for voter in lease.household.voters}
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
        self._withdrawn |= gone
        self._keep(lambda voter: None if voter.voter_id in gone else voter)

    def suppress(self, numbers: Iterable[str]) -> None:
        """Numbers that asked not to be called: their households go, and nobody keeps them as a second number."""
        gone = set(numbers)
        if not gone:
            return
        self._suppressed |= gone
        self.drop([key for key, lease in self.to_call.items() if lease.household.line in gone])
        self._keep(lambda voter: _without(voter, gone))

    def narrow(self, household: Household) -> None:
        """Of a finished household that is to be called once more, these are still to be asked for, in this order."""
        lease = self.finished[household.household_id]
        known = {voter.voter_id: voter for voter in lease.household.voters}
        self.finished[household.household_id] = _with(lease, tuple(known[v.voter_id] for v in household.voters))

    def change(self, leases: Iterable[Lease]) -> None:
        """These have lost voters or numbers."""
        self.to_call |= {key: lease for lease in leases if (key := lease.household.household_id) in self.to_call}

    def changed_since(self, before: Hand) -> tuple[Lease, ...]:
        """The leases that were to be called then or are now, and have lost voters or numbers since."""
        leases = ((self.lease(key), before.lease(key)) for key in (*before.to_call, *self.to_call))
        changed = (now for now, then in leases if now and then and now.household is not then.household)
        return tuple({lease.household.household_id: lease for lease in changed}.values())

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
