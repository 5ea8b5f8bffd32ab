"""What a laptop is given of a household: its people, their numbers, what came of earlier calls, where they vote."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, bindparam, select, union

from phonetui.core.campaign import Campaign
from phonetui.core.event import Outcome
from phonetui.core.voter import Household, PastAttempt, Phone, PollingPlace, Voter
from phonetui.server.moves import numbers_of, unusable
from phonetui.server.recall import disposition_of
from phonetui.server.tables import attempts, places, voters
from phonetui.server.tickets import Ticket, write_ticket
from phonetui.wire import Lease

#: So many earlier attempts are shown beside a voter.
LAST_ATTEMPTS = 6


class LentHousehold(Struct, frozen=True):
    """A household's row and the lease of it; `attempts` names the round."""

    household_id: int
    number: str
    address_key: str
    attempts: int
    lent_at: datetime
    lent_until: datetime


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


_LIVING_THERE = (
    select(voters.c.household_id, voters.c.body)
    .where(
        voters.c.campaign_id == bindparam("campaign"),
        voters.c.household_id.in_(bindparam("households", expanding=True)),
        voters.c.ended == "",
    )
    .order_by(voters.c.position, voters.c.voter_id)
)
_ATTEMPTS = select(*[attempts.c[name] for name in _Past.__struct_fields__], attempts.c.attempt_id).where(
    attempts.c.campaign_id == bindparam("campaign")
)
_PAST = union(
    _ATTEMPTS.where(attempts.c.voter_id.in_(bindparam("voters", expanding=True))),
    _ATTEMPTS.where(attempts.c.household_id.in_(bindparam("households", expanding=True))),
).order_by("at", "attempt_id")
_PLACES = select(places.c.precinct, places.c.body).where(
    places.c.campaign_id == bindparam("campaign"), places.c.precinct.in_(bindparam("precincts", expanding=True))
)


class LentHouseholds:
    """Makes leases of households that were lent to a caller."""

    def __init__(self, connection: Connection, key: bytes, campaign: Campaign, caller_id: str) -> None:
        self._connection = connection
        self._key = key
        self._campaign = campaign
        self._caller_id = caller_id

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
                for voter in members[row.household_id]
            )
            household = Household(str(row.household_id), row.number, people, row.address_key)
            leases.append(Lease(household, row.lent_until, self._tickets(row, people)))
        return tuple(leases)

    def _members(self, household_ids: Collection[int]) -> defaultdict[int, list[Voter]]:
        """Those who have not ended, in the order in which to ask for them."""
        asked = {"campaign": self._campaign.campaign_id, "households": household_ids}
        members: defaultdict[int, list[Voter]] = defaultdict(list)
        for row in self._connection.execute(_LIVING_THERE, asked):
            members[row.household_id].append(msgspec.json.decode(row.body, type=Voter))
        return members

    def _past(self, household_ids: Collection[int], voter_ids: Collection[int]) -> list[_Past]:
        """The voters' own attempts, and all at their households' numbers."""
        asked = {"campaign": self._campaign.campaign_id, "voters": voter_ids, "households": household_ids}
        return [_Past(*row[:-1]) for row in self._connection.execute(_PAST, asked)]

    def _attempts(self, voter_id: int, household: LentHousehold, past: Iterable[_Past]) -> tuple[PastAttempt, ...]:
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
        rows = self._connection.execute(
            _PLACES, {"campaign": self._campaign.campaign_id, "precincts": sorted(precincts)}
        )
        return {row.precinct: msgspec.json.decode(row.body, type=PollingPlace) for row in rows}

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
