"""What a laptop is given of a household: its people, their numbers, what came of earlier calls, where they vote."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, select, union

from phonetui.core.campaign import Campaign
from phonetui.core.event import Outcome
from phonetui.core.voter import Household, PastAttempt, Phone, PollingPlace, Voter
from phonetui.server.moves import numbers_of, unusable
from phonetui.server.recall import disposition_of
from phonetui.server.tables import attempts, households, places, voters
from phonetui.server.tickets import Ticket, write_ticket
from phonetui.wire import Lease

#: So many earlier attempts are shown beside a voter.
LAST_ATTEMPTS = 6


class _Row(Struct, frozen=True):
    household_id: int
    number: str
    address_key: str
    attempts: int
    lent_at: datetime


class _Past(Struct, frozen=True):
    """An earlier attempt, and the visit that it was part of."""

    voter_id: int
    household_id: int
    caller_id: str
    lent_at: datetime
    number: str
    disposition: str
    at: datetime
    body: bytes

    @property
    def visit(self) -> tuple[int, str, datetime]:
        return self.household_id, self.caller_id, self.lent_at


class LentHouseholds:
    """Makes leases of households that were lent to a caller."""

    def __init__(self, connection: Connection, key: bytes, campaign: Campaign, caller_id: str) -> None:
        self._connection = connection
        self._key = key
        self._campaign = campaign
        self._caller_id = caller_id

    def leases(self, ends: Mapping[int, datetime]) -> tuple[Lease, ...]:
        """A lease for each household until its end, in the same order."""
        household_ids = list(ends)
        if not household_ids:
            return ()
        rows = self._rows(household_ids)
        members = self._members(household_ids)
        everyone = [voter for people in members.values() for voter in people]
        bad = unusable(
            self._connection, self._campaign.campaign_id, {number for voter in everyone for number in numbers_of(voter)}
        )
        past = self._past(household_ids, [int(voter.voter_id) for voter in everyone])
        places_there = self._places({voter.precinct for voter in everyone if voter.precinct})
        leases = []
        for row in (rows[household_id] for household_id in household_ids):
            people = tuple(
                msgspec.structs.replace(
                    voter,
                    phones=_phones(voter, row.number, bad),
                    attempts=self._attempts(int(voter.voter_id), row, past),
                    polling_place=places_there.get(voter.precinct),
                )
                for voter in members[row.household_id]
            )
            household = Household(str(row.household_id), row.number, people, row.address_key)
            leases.append(Lease(household, ends[row.household_id], self._tickets(row, people)))
        return tuple(leases)

    def _rows(self, household_ids: Collection[int]) -> dict[int, _Row]:
        columns = [households.c[name] for name in _Row.__struct_fields__]
        chosen = select(*columns).where(
            households.c.campaign_id == self._campaign.campaign_id, households.c.household_id.in_(household_ids)
        )
        return {row.household_id: _Row(*row) for row in self._connection.execute(chosen)}

    def _members(self, household_ids: Collection[int]) -> defaultdict[int, list[Voter]]:
        """Those who have not ended, in the order in which to ask for them."""
        chosen = select(voters.c.household_id, voters.c.body).where(
            voters.c.campaign_id == self._campaign.campaign_id,
            voters.c.household_id.in_(household_ids),
            voters.c.ended == "",
        )
        members: defaultdict[int, list[Voter]] = defaultdict(list)
        for row in self._connection.execute(chosen.order_by(voters.c.position, voters.c.voter_id)):
            members[row.household_id].append(msgspec.json.decode(row.body, type=Voter))
        return members

    def _past(self, household_ids: Collection[int], voter_ids: Collection[int]) -> list[_Past]:
        """The voters' own attempts, and all at their households' numbers."""
        columns = [attempts.c[name] for name in _Past.__struct_fields__]
        of_campaign = attempts.c.campaign_id == self._campaign.campaign_id
        chosen = union(
            select(*columns, attempts.c.attempt_id).where(of_campaign, attempts.c.voter_id.in_(voter_ids)),
            select(*columns, attempts.c.attempt_id).where(of_campaign, attempts.c.household_id.in_(household_ids)),
        )
        return [_Past(*row[:-1]) for row in self._connection.execute(chosen.order_by("at", "attempt_id"))]

    def _attempts(self, voter_id: int, household: _Row, past: Iterable[_Past]) -> tuple[PastAttempt, ...]:
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
        return tuple(
            PastAttempt(one.at, one.disposition, msgspec.json.decode(one.body, type=Outcome).note)
            for one in theirs[-LAST_ATTEMPTS:]
        )

    def _places(self, precincts: Collection[str]) -> dict[str, PollingPlace]:
        if not precincts:
            return {}
        chosen = select(places.c.precinct, places.c.body).where(
            places.c.campaign_id == self._campaign.campaign_id, places.c.precinct.in_(sorted(precincts))
        )
        rows = self._connection.execute(chosen)
        return {row.precinct: msgspec.json.decode(row.body, type=PollingPlace) for row in rows}

    def _tickets(self, row: _Row, people: Iterable[Voter]) -> dict[str, str]:
        lent = Ticket(row.household_id, row.lent_at, row.attempts)
        return {
            voter.voter_id: write_ticket(self._key, self._campaign.campaign_id, self._caller_id, voter.voter_id, lent)
            for voter in people
        }


def _phones(voter: Voter, number: str, bad: Collection[str]) -> tuple[Phone, ...]:
    """The voter's numbers that may be called, the household's first."""
    good = [phone for phone in voter.phones if phone.number not in bad]
    return tuple(sorted(good, key=lambda phone: phone.number != number))
