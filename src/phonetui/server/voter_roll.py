"""A campaign's roll of voters: adding to it and changing it, so that everyone sits in the right household."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import ColumnElement, Connection, bindparam, select, update

from phonetui.core.campaign import Campaign
from phonetui.core.voter import Voter
from phonetui.server.addresses import address_key
from phonetui.server.bulk import among, insert_rows
from phonetui.server.household_states import NO_NUMBER, end_voters, settle
from phonetui.server.households import SAME_HOUSEHOLD, Seat, Seating, Seeker, slices, take_seats
from phonetui.server.tables import ended_numbers, households, suppressed_numbers, voters
from phonetui.server.withdrawals import REMOVED, tell_borrowers
from phonetui.server.zones import zone_table

_NOWHERE = Seat(0, 0)


class Known(Struct, frozen=True, gc=False):
    """A voter who is on the roll; `number` is that of the household."""

    voter_id: int
    file_key: str
    import_id: int
    household_id: int | None
    body: bytes
    ended: str
    number: str | None


class Entry(Struct, frozen=True, gc=False):
    """A voter as the roll is to hold them, and as it holds them now.

    `number` is the one to call, empty where there is none; `stopped` says that it has ended in this campaign.
    """

    voter_id: int
    file_key: str
    voter: Voter
    number: str
    stopped: bool
    body: bytes
    before: Known | None

    @property
    def changes(self) -> bool:
        """Whether a known voter is not as before."""
        return self.before is not None and (self.body != self.before.body or self.before.ended == REMOVED)

    @property
    def moves(self) -> bool:
        """Whether a known voter is called at another number than before."""
        return self.before is not None and self.number not in ("", self.before.number)

    @property
    def restated(self) -> bool:
        """Whether it must be worked out anew if a known voter is called."""
        return self.moves or not self.number or (self.before is not None and self.before.ended == REMOVED)

    @property
    def seeker(self) -> Seeker:
        """The voter as one who needs a household."""
        return Seeker(self.voter_id, self.number, address_key(self.voter.address), self.voter.zones)


class Barred(Struct, frozen=True):
    """Numbers that are not called: `suppressed` by any campaign of the server, `ended` in this one."""

    suppressed: frozenset[str]
    ended: frozenset[str]

    def entry(self, voter_id: int, file_key: str, voter: Voter, before: Known | None) -> Entry:
        """The voter without suppressed numbers; the number to call is one that has not ended, if there is one."""
        phones = voter.phones
        if self.suppressed and any(phone.number in self.suppressed for phone in phones):
            phones = tuple(phone for phone in phones if phone.number not in self.suppressed)
            at, first = voter.address, phones[0].number if phones else ""
            zones, zone_source = zone_table().find(at.zip_code, at.state, first)
            voter = replace(voter, phones=phones, zones=zones, zone_source=zone_source)
        number = voter.number
        if number in self.ended:
            number = next((phone.number for phone in phones if phone.number not in self.ended), number)
        voter = replace(voter, voter_id=str(voter_id))
        return Entry(voter_id, file_key, voter, number, number in self.ended, msgspec.json.encode(voter), before)


class Roll:
    """Writes to the roll within a transaction that has locked the campaign; new households join the given list."""

    def __init__(self, connection: Connection, campaign: Campaign, list_id: int, priority: int) -> None:
        self.campaign = campaign
        self._connection = connection
        self._campaign_id = campaign.campaign_id
        self._of_campaign = voters.c.campaign_id == campaign.campaign_id
        self._list_id = list_id
        self._seating = Seating(connection, campaign.campaign_id, list_id, priority)

    def known(self, which: ColumnElement[bool]) -> list[Known]:
        """The voters of the campaign who are chosen by `which`."""
        columns = [voters.c[name] for name in Known.__struct_fields__ if name != "number"]
        of_voters = select(*columns, households.c.number).join_from(voters, households, SAME_HOUSEHOLD, isouter=True)
        rows = self._connection.execute(of_voters.where(self._of_campaign, which)).all()
        return [Known(**row._mapping) for row in rows]

    def barred(self, people: Iterable[Voter]) -> Barred:
        """Those of the people's numbers that are not called."""
        numbers = {phone.number for voter in people for phone in voter.phones}
        suppressed, ended = suppressed_numbers.c.number, ended_numbers.c.number
        in_campaign = ended_numbers.c.campaign_id == self._campaign_id
        return Barred(
            frozenset(self._connection.scalars(select(suppressed).where(among(self._connection, suppressed, numbers)))),
            frozenset(
                self._connection.scalars(select(ended).where(in_campaign, among(self._connection, ended, numbers)))
            ),
        )

    def add(self, entries: Sequence[Entry], import_id: int) -> None:
        """Adds voters who are not known, in their order."""
        seats = self._seating.seat([entry.seeker for entry in entries if entry.number])
        rows = []
        for entry in entries:
            seat = seats.get(entry.voter_id, _NOWHERE)
            rows.append(
                {
                    "campaign_id": self._campaign_id,
                    "voter_id": entry.voter_id,
                    "file_key": entry.file_key,
                    "list_id": self._list_id,
                    "import_id": import_id,
                    "household_id": seat.household_id or None,
                    "position": seat.position,
                    "body": entry.body,
                    "ended": "" if entry.number else NO_NUMBER,
                }
            )
        insert_rows(self._connection, voters, rows)
        self._settle({seats[entry.voter_id].household_id for entry in entries if entry.stopped})

    def change(self, entries: Sequence[Entry], now: datetime) -> None:
        """Changes known voters; those with another number to call move, and removed ones are back."""
        moving = [entry for entry in entries if entry.moves]
        tell_borrowers(self._connection, self.campaign, [entry.voter_id for entry in moving], now)
        seats = self._seating.seat([entry.seeker for entry in moving])
        take_seats(self._connection, self._campaign_id, {entry.voter_id: seats[entry.voter_id] for entry in moving})
        if entries:
            one = update(voters).where(self._of_campaign, voters.c.voter_id == bindparam("voter"))
            bodies = [{"voter": entry.voter_id, "new": entry.body} for entry in entries]
            self._connection.execute(one.values(body=bindparam("new")), bodies)
        self._settle(self._restate([entry for entry in entries if entry.restated]))

    def _restate(self, entries: Sequence[Entry]) -> set[int]:
        """Works out anew whether the voters have ended; returns the households where they were and are."""
        homes = {entry.before.household_id for entry in entries if entry.before}
        for part in slices(entry.voter_id for entry in entries):
            these = self._of_campaign & voters.c.voter_id.in_(part)
            self._connection.execute(update(voters).where(these, voters.c.ended == REMOVED).values(ended=""))
            end_voters(self._connection, self.campaign, part)
            homes.update(self._connection.scalars(select(voters.c.household_id).where(these)))
        return {home for home in homes if home is not None}

    def _settle(self, homes: set[int]) -> None:
        """Works out anew when these households are called, and those that seating has touched."""
        homes |= self._seating.touched
        self._seating.touched = set()
        for part in slices(homes):
            settle(self._connection, self.campaign, part)
