"""Who shares a number to call, and in which order households come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from msgspec import Struct
from sqlalchemy import Connection, bindparam, func, select, text, update

from phonetui.core.voter import decode_voter, institution
from phonetui.server.addresses import address_key
from phonetui.server.bulk import among, insert_rows
from phonetui.server.tables import households, voters

#: A list's priority is held between `PRIORITY_BASE - 255` and this; higher is called first.
PRIORITY_BASE = 127
#: How many values one query compares with; both databases take more.
AT_ONCE = 5_000

SAME_HOUSEHOLD = (voters.c.campaign_id == households.c.campaign_id) & (
    voters.c.household_id == households.c.household_id
)

Value = TypeVar("Value")


def rank(nth_round: int, priority: int, position: int, /) -> int:
    """Who is next: the lower round, then the list of higher priority, then the list's order."""
    later = min(max(PRIORITY_BASE - priority, 0), 255)
    return nth_round << 40 | later << 32 | position


class Seeker(Struct, frozen=True, gc=False):
    """A voter who needs a household at the number to call."""

    voter_id: int
    number: str
    address_key: str
    zones: tuple[str, ...]


class Seat(Struct, frozen=True, gc=False):
    """A voter's household and place in it."""

    household_id: int
    position: int


class _Home(Struct, gc=False):
    """The household of a number; none yet where `household_id` is 0."""

    household_id: int = 0
    state: str = "ready"
    zones: str = ""
    people: int = 0
    last: int = -1


class Seating:
    """Finds or makes households for the voters of one list, and writes them; who sits there is left to the caller.

    The campaign's row must be locked, so that no two give out the same household id. `touched` are the households whose
    state may follow from who is in them now: to be settled once the voters are written.
    """

    def __init__(self, connection: Connection, campaign_id: str, list_id: int, priority: int) -> None:
        self.touched: set[int] = set()
        self._connection = connection
        self._campaign_id = campaign_id
        self._of_campaign = households.c.campaign_id == campaign_id
        self._list_id = list_id
        self._priority = priority
        self._institutions: set[str] = set()
        self._new: dict[int, dict[str, object]] = {}
        self._wider: dict[int, str] = {}

    def seat(self, seekers: Sequence[Seeker]) -> dict[int, Seat]:
        """A seat for each seeker, by voter id; households are made in the order of the seekers."""
        if not seekers:
            return {}
        homes = self._homes({seeker.number for seeker in seekers} - self._institutions)
        crowded = self._crowded(homes, Counter(seeker.number for seeker in seekers))
        separated = self._members_but_first(crowded)
        positions = self._positions({seeker.address_key for seeker in seekers if seeker.address_key})
        next_id = self._last_id() + 1
        self._new, self._wider = {}, {}
        seats: dict[int, Seat] = {}
        for seeker in (*seekers, *separated):
            home = _Home() if seeker.number in self._institutions else homes.setdefault(seeker.number, _Home())
            if not home.household_id:
                home.household_id, next_id = next_id, next_id + 1
                self._new[home.household_id] = self._row(home.household_id, seeker, positions)
            self._join(home, seeker)
            seats[seeker.voter_id] = Seat(home.household_id, home.last)
        self._write({seeker.voter_id: seats[seeker.voter_id] for seeker in separated})
        return seats

    def _homes(self, numbers: set[str]) -> dict[str, _Home]:
        """The household of each number that has one; a number with several is an institution."""
        one: dict[int, str] = {}
        found = (
            select(households.c.number, func.count(), func.min(households.c.household_id))
            .where(self._of_campaign, among(self._connection, households.c.number, numbers))
            .group_by(households.c.number)
        )
        for number, count, household_id in self._connection.execute(found).all():
            if count > 1:
                self._institutions.add(number)
            else:
                one[household_id] = number
        return {one[home.household_id]: home for home in self._counted(one)}

    def _counted(self, household_ids: Iterable[int]) -> Iterator[_Home]:
        counted = (
            select(
                households.c.household_id,
                households.c.state,
                households.c.zones,
                func.count(voters.c.voter_id),
                func.coalesce(func.max(voters.c.position), -1),
            )
            .join_from(households, voters, SAME_HOUSEHOLD, isouter=True)
            .where(self._of_campaign, among(self._connection, households.c.household_id, household_ids))
            .group_by(households.c.household_id, households.c.state, households.c.zones)
        )
        for row in self._connection.execute(counted).all():
            yield _Home(*row)

    def _crowded(self, homes: dict[str, _Home], joining: Counter[str]) -> list[int]:
        """Marks the numbers that have become an institution's; the households that they had must be divided."""
        crowded = []
        for number, count in joining.items():
            home = homes.get(number)
            if institution(count + (home.people if home else 0)):
                self._institutions.add(number)
                if home:
                    crowded.append(home.household_id)
        return crowded

    def _members_but_first(self, household_ids: list[int]) -> list[Seeker]:
        members: list[Seeker] = []
        first: set[int] = set()
        self.touched.update(household_ids)
        people = (
            select(households.c.household_id, households.c.number, voters.c.voter_id, voters.c.body)
            .join_from(households, voters, SAME_HOUSEHOLD, isouter=True)  # outer, so that SQLite begins on this side
            .where(self._of_campaign, among(self._connection, households.c.household_id, household_ids))
            .order_by(voters.c.position, voters.c.voter_id)
        )
        rows = self._connection.execute(people).all() if household_ids else []
        for row in rows:
            if row.household_id in first:
                voter = decode_voter(row.body)
                members.append(Seeker(row.voter_id, row.number, address_key(voter.address), voter.zones))
            first.add(row.household_id)
        return members

    def _positions(self, address_keys: set[str]) -> dict[str, int]:
        """Where the list has the households of each address already; those who come later are put beside them."""
        found = (
            select(households.c.address_key, func.min(households.c.position).label("position"))
            .where(
                self._of_campaign,
                among(self._connection, households.c.address_key, address_keys),
                text("address_key <> ''"),  # in the index's own words, so that it is used
            )
            .group_by(households.c.address_key)
        )
        return {row.address_key: row.position for row in self._connection.execute(found).all()}

    def _last_id(self) -> int:
        last = select(func.max(households.c.household_id)).where(self._of_campaign)
        return self._connection.scalar(last) or 0

    def _row(self, household_id: int, seeker: Seeker, positions: dict[str, int]) -> dict[str, object]:
        at = seeker.address_key
        position = positions.setdefault(at, household_id) if at else household_id
        return {
            "campaign_id": self._campaign_id,
            "household_id": household_id,
            "list_id": self._list_id,
            "number": seeker.number,
            "address_key": at,
            "zones": "",
            "state": "ready",
            "position": position,
            "rank": rank(0, self._priority, position),
            "attempts": 0,
            "promised_to": "",
            "lent_to": "",
            "lent_device": "",
        }

    def _join(self, home: _Home, seeker: Seeker) -> None:
        home.last += 1
        if home.state in ("resting", "closed"):
            self.touched.add(home.household_id)
        zones = " ".join(seeker.zones)
        if zones == home.zones:
            return
        home.zones = " ".join(sorted({*home.zones.split(), *seeker.zones}))
        if home.household_id in self._new:
            self._new[home.household_id]["zones"] = home.zones
        else:
            self._wider[home.household_id] = home.zones

    def _write(self, moved: dict[int, Seat]) -> None:
        insert_rows(self._connection, households, list(self._new.values()))
        if self._wider:
            zones = update(households).where(self._of_campaign, households.c.household_id == bindparam("household"))
            rows = [{"household": household_id, "wider": wider} for household_id, wider in self._wider.items()]
            self._connection.execute(zones.values(zones=bindparam("wider")), rows)
        take_seats(self._connection, self._campaign_id, moved)


def take_seats(connection: Connection, campaign_id: str, seats: dict[int, Seat]) -> None:
    """Moves voters who have been written before to their seats."""
    if not seats:
        return
    moved = update(voters).where(voters.c.campaign_id == campaign_id, voters.c.voter_id == bindparam("voter"))
    rows = [{"voter": voter, "seat": seat.household_id, "place": seat.position} for voter, seat in seats.items()]
    connection.execute(moved.values(household_id=bindparam("seat"), position=bindparam("place")), rows)


def slices(values: Iterable[Value]) -> Iterator[list[Value]]:
    """The values in lists that are short enough for one query."""
    rest = iter(values)
    while part := list(islice(rest, AT_ONCE)):
        yield part
