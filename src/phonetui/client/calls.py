"""The shift's calls, as far as they say who may be called next: numbers that rest, call backs that fall due."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

import msgspec
from msgspec import Struct

from phonetui.core import event as events
from phonetui.core.campaign import Campaign
from phonetui.core.event import Attempt, Outcome
from phonetui.core.recall import (
    Attempted,
    Standing,
    disposition_of,
    ends_number,
    ends_voter,
    quiet_until,
    standing,
)
from phonetui.core.voter import Household, PastAttempt, Voter
from phonetui.wire import Lease


class Called(Struct, frozen=True):
    """An outcome, or what takes one back: about which household, and when by the server's clock as known then."""

    event: Attempt
    household_id: str
    at: datetime


class Rest(Struct, frozen=True):
    """Until when a number rests by the results of the shift's calls, and the campaign for which it was called."""

    until: datetime
    campaign_id: str
    campaign: str


class Calls:
    """The shift's attempts by the line that was called. It is never changed: `add` answers with another.

    `elsewhere` are numbers that the caller called for other campaigns before going on with this one.
    """

    def __init__(
        self,
        by_line: Mapping[str, tuple[Called, ...]] | None = None,
        elsewhere: Mapping[str, Rest] | None = None,
    ) -> None:
        self._by_line = dict(by_line or {})
        self._elsewhere = elsewhere or {}

    def add(self, line: str, called: Called) -> Calls:
        """These calls and one more."""
        return Calls({**self._by_line, line: (*self._by_line.get(line, ()), called)}, self._elsewhere)

    def rests_until(self, campaign: Campaign, line: str) -> datetime | None:
        """When a line that was called in this shift may be called again, by its results' own rests."""
        rests = [
            called.at + disposition_of(campaign, outcome.disposition).again_after
            for called, outcome in self._standing(line)
        ]
        elsewhere = self.rest_elsewhere(campaign, line)
        return max([*rests, *([elsewhere.until] if elsewhere else [])], default=None)

    def rest_elsewhere(self, campaign: Campaign, line: str) -> Rest | None:
        """The rest of a line that was called for another campaign."""
        rest = self._elsewhere.get(line)
        return rest if rest is not None and rest.campaign_id != campaign.campaign_id else None

    def rests(self, campaign: Campaign) -> dict[str, Rest]:
        """Every number that rests, here or elsewhere; what stands for a hidden one means nothing to other campaigns."""
        here = {
            line: Rest(until, campaign.campaign_id, campaign.name)
            for line in self._by_line
            if line.startswith("+") and (until := self.rests_until(campaign, line))
        }
        return {**self._elsewhere, **here}

    def stands(self, campaign: Campaign, household: Household) -> Standing:
        """How the household stands after this shift's calls, by the campaign server's own rule."""
        attempts = self._attempts(campaign, household)
        return standing(campaign, household.zones, self._left(household, attempts), attempts)

    def to_ask(self, campaign: Campaign, household: Household, now: datetime) -> Household:
        """The household without those who are not called again or want quiet, who was promised a call first.

        What this shift's calls came to is among their earlier attempts.
        """
        attempts = self._attempts(campaign, household)
        if not attempts:
            return household
        left = self._left(household, attempts)
        loud = [voter_id for voter_id in left if (quiet_until(campaign, attempts, voter_id) or now) <= now]
        promised = self.stands(campaign, household).promised
        asked = [voter for voter in household.voters if voter.voter_id in (loud or left)]
        voters = [self._with_attempts(household, voter) for voter in asked]
        voters.sort(key=lambda voter: voter.voter_id != promised)
        return msgspec.structs.replace(household, voters=tuple(voters)) if voters else household

    def promised_at(self, campaign: Campaign, lease: Lease) -> datetime | None:
        """When somebody there was promised a call that nobody has made yet: in this shift, or as the server says."""
        called = self._attempts(campaign, lease.household)
        return self.stands(campaign, lease.household).promised_at if called else lease.promised_at

    def _with_attempts(self, household: Household, voter: Voter) -> Voter:
        """The laptop's own word on a call stands in place of the server's, which may be older."""
        lines = [phone.number for phone in voter.phones] or [household.line]
        calls = (called.event for line in lines for called in self._by_line.get(line, ()))
        here = {event.id for event in calls if event.voter_id == voter.voter_id}
        others = [past for past in voter.attempts if past.attempt_id not in here]
        own = [
            PastAttempt(called.at, outcome.disposition, outcome.note, called.event.id)
            for line in lines
            for called, outcome in self._standing(line)
            if outcome.voter_id == voter.voter_id
        ]
        return msgspec.structs.replace(voter, attempts=(*others, *own))

    def _standing(self, line: str) -> list[tuple[Called, Outcome]]:
        """The outcomes that nothing has taken back or corrected, in the order of their first dialing."""
        calls = self._by_line.get(line, ())
        first = {called.event.id: called for called in calls}
        current = events.current(called.event for called in calls)
        return [(first[attempt_id], outcome) for attempt_id, outcome in current.items() if attempt_id in first]

    def _attempts(self, campaign: Campaign, household: Household) -> list[Attempted]:
        """What was dialed for the household, each dialing a visit."""
        attempts: list[Attempted] = []
        for called, outcome in self._standing(household.line):
            if called.household_id != household.household_id:
                continue
            lent_at = attempts[-1].lent_at if attempts and outcome.same_call else called.at
            attempts.append(
                Attempted(
                    called.event.id,
                    outcome.voter_id,
                    "",
                    lent_at,
                    called.at,
                    disposition_of(campaign, outcome.disposition),
                    shared=True,
                    call_at=outcome.call_at,
                    to_me=outcome.to_me,
                    same_call=outcome.same_call,
                )
            )
        return attempts

    def _left(self, household: Household, attempts: Collection[Attempted]) -> list[str]:
        """Those of the household who are still to be called at its number."""
        if any(ends_number(attempt.disposition) for attempt in attempts):
            return []
        ended = {attempt.voter_id for attempt in attempts if ends_voter(attempt.disposition)}
        return [voter.voter_id for voter in household.voters if voter.voter_id not in ended]


#: Of a shift that has only begun.
NO_CALLS = Calls()


def calls_before(
    attempts: Iterable[Attempt],
    leases: Iterable[Lease],
    offset: timedelta,
    elsewhere: Mapping[str, Rest] | None = None,
) -> Calls:
    """The shift's calls before this start; `offset` is the server's clock minus the laptop's, as last known."""
    homes = {voter_id: lease.household for lease in leases for voter_id in lease.tickets}
    calls = Calls(elsewhere=elsewhere)
    for attempt in attempts:
        home = homes.get(attempt.voter_id)
        if home is not None:
            calls = calls.add(home.line, Called(attempt, home.household_id, attempt.at + offset))
    return calls
