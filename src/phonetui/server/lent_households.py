"""What a laptop is given of a household: its people, their numbers, what came of earlier calls, where they vote."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, bindparam, select, union

from phonetui.core.campaign import Campaign
from phonetui.core.event import decode_outcome
from phonetui.core.recall import disposition_of, quiet_until
from phonetui.core.voter import Household, PastAttempt, Phone, PollingPlace, Voter, decode_polling_place, decode_voter
from phonetui.server.hidden_numbers import without_numbers
from phonetui.server.moves import numbers_of, unusable
from phonetui.server.past_attempts import OF_CAMPAIGN, Past
from phonetui.server.tables import attempts, places, voters
from phonetui.server.tickets import Ticket, write_ticket
from phonetui.wire import Lease

#: So many earlier attempts are shown beside a voter.
LAST_ATTEMPTS = 6


class LentHousehold(Struct, frozen=True):
    """A household's row and the lease of it; `attempts` names the round, and the call back was promised by a caller."""

    household_id: int
    number: str
    address_key: str
    attempts: int
    lent_at: datetime
    lent_until: datetime
    promised_to: str = ""
    promised_at: datetime | None = None


_LIVING_THERE = (
    select(voters.c.household_id, voters.c.body)
    .where(
        voters.c.campaign_id == bindparam("campaign"),
        voters.c.household_id.in_(bindparam("households", expanding=True)),
        voters.c.ended == "",
    )
    .order_by(voters.c.position, voters.c.voter_id)
)
_PAST = union(
    OF_CAMPAIGN.where(attempts.c.voter_id.in_(bindparam("voters", expanding=True))),
    OF_CAMPAIGN.where(attempts.c.household_id.in_(bindparam("households", expanding=True))),
).order_by("at", "attempt_id")
_PLACES = select(places.c.precinct, places.c.body).where(
    places.c.campaign_id == bindparam("campaign"), places.c.precinct.in_(bindparam("precincts", expanding=True))
)


class LentHouseholds:
    """Makes leases of households that were lent to a caller."""

    def __init__(self, connection: Connection, key: bytes, campaign: Campaign, caller_id: str, now: datetime) -> None:
        self._connection = connection
        self._key = key
        self._campaign = campaign
        self._caller_id = caller_id
        self._now = now

    def leases(self, lent: Sequence[LentHousehold]) -> tuple[Lease, ...]:
        """A lease for each household, in the same order."""
        if not lent:
            return ()
        household_ids = [row.household_id for row in lent]
        members = self._members(household_ids)
        everyone = [voter for people in members.values() for voter in people]
        bad = unusable(
            self._connection, self._campaign.campaign_id, {number for voter in everyone for number in numbers_of(voter)}
        )
        past = self._past(household_ids, [int(voter.voter_id) for voter in everyone])
        places_there = self._places({voter.precinct for voter in everyone if voter.precinct})
        leases = []
        for row in lent:
            people = tuple(
                msgspec.structs.replace(
                    voter,
                    phones=_phones(voter, row.number, bad),
                    attempts=self._attempts(int(voter.voter_id), row, past),
                    polling_place=places_there.get(voter.precinct),
                )
                for voter in self._to_ask(row, members[row.household_id], past)
            )
            household = Household(str(row.household_id), row.number, people, row.address_key)
            tickets, by_you = self._tickets(row, people), row.promised_to == self._caller_id
            lease = Lease(household, row.lent_until, tickets, row.promised_at, row.promised_at is not None and by_you)
            leases.append(without_numbers(lease) if self._campaign.dialing.hide_numbers else lease)
        return tuple(leases)

    def _members(self, household_ids: Collection[int]) -> defaultdict[int, list[Voter]]:
        """Those who have not ended, in the order in which to ask for them."""
        asked = {"campaign": self._campaign.campaign_id, "households": household_ids}
        members: defaultdict[int, list[Voter]] = defaultdict(list)
        for row in self._connection.execute(_LIVING_THERE, asked):
            members[row.household_id].append(decode_voter(row.body))
        return members

    def _to_ask(self, row: LentHousehold, members: Sequence[Voter], past: Sequence[Past]) -> Sequence[Voter]:
        """Those who do not want quiet now, first the one who was promised a call."""
        said = [one.counts(self._campaign, row.number) for one in past]
        loud = [v for v in members if (quiet_until(self._campaign, said, v.voter_id) or self._now) <= self._now]
        asked_for_it = {one.voter_id for one in said if row.promised_at and one.call_at == row.promised_at}
        return sorted(loud or members, key=lambda voter: voter.voter_id not in asked_for_it)

    def _past(self, household_ids: Collection[int], voter_ids: Collection[int]) -> list[Past]:
        """The voters' own attempts, and all at their households' numbers."""
        asked = {"campaign": self._campaign.campaign_id, "voters": voter_ids, "households": household_ids}
        return [Past(*row) for row in self._connection.execute(_PAST, asked)]

    def _attempts(self, voter_id: int, household: LentHousehold, past: Iterable[Past]) -> tuple[PastAttempt, ...]:
        """What came of earlier calls for one voter: their own outcomes, and those about the number that they share."""
        own = {one.visit for one in past if one.voter_id == voter_id}
        theirs = [
            one
            for one in past
            if one.voter_id == voter_id
            or (
                one.household_id == household.household_id
                and one.number == household.number
                and one.visit not in own
                and disposition_of(self._campaign, one.disposition).about == "number"
            )
        ]
        return tuple(self._as_lent(one) for one in theirs[-LAST_ATTEMPTS:])

    def _as_lent(self, one: Past) -> PastAttempt:
        """The laptop that made it has it too, and is told which it is."""
        attempt_id = one.attempt_id if one.caller_id == self._caller_id else ""
        return PastAttempt(one.at, one.disposition, decode_outcome(one.body).note, attempt_id)

    def _places(self, precincts: Collection[str]) -> dict[str, PollingPlace]:
        if not precincts:
            return {}
        rows = self._connection.execute(
            _PLACES, {"campaign": self._campaign.campaign_id, "precincts": sorted(precincts)}
        )
        return {row.precinct: decode_polling_place(row.body) for row in rows}

    def _tickets(self, row: LentHousehold, people: Iterable[Voter]) -> dict[str, str]:
        lent = Ticket(row.household_id, row.lent_at, row.attempts)
        return {
            voter.voter_id: write_ticket(self._key, self._campaign.campaign_id, self._caller_id, voter.voter_id, lent)
            for voter in people
        }


def _phones(voter: Voter, number: str, bad: Collection[str]) -> tuple[Phone, ...]:
    """The voter's numbers that may be called, the household's first."""
    good = [phone for phone in voter.phones if phone.number not in bad]
    return tuple(sorted(good, key=lambda phone: phone.number != number))
