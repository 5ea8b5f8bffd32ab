"""Numbers that ended or may not be called any more, and where those who shared them go: to their next good number."""

from __future__ import annotations

from collections.abc import Collection

from msgspec import Struct
from sqlalchemy import BindParameter, Connection, bindparam, delete, func, select, union_all, update

from phonetui.core.voter import Voter, decode_voter, institution
from phonetui.server.engine import insert_new
from phonetui.server.households import SAME_HOUSEHOLD
from phonetui.server.tables import (
    campaigns,
    ended_numbers,
    households,
    moved_voters,
    suppressed_numbers,
    voters,
)

#: Those who come to a household from another number are asked for last.
_JOINED_LATER = 100

_NUMBERS: BindParameter[list[str]] = bindparam("numbers", expanding=True)
_SUPPRESSED = select(suppressed_numbers.c.number).where(suppressed_numbers.c.number.in_(_NUMBERS))
_UNUSABLE = union_all(
    select(ended_numbers.c.number).where(
        ended_numbers.c.campaign_id == bindparam("campaign"), ended_numbers.c.number.in_(_NUMBERS)
    ),
    _SUPPRESSED,
)
_CAMPAIGNS_HOLDING = select(households.c.campaign_id).where(households.c.number.in_(_NUMBERS)).distinct()

_HOUSEHOLDS = select(households.c.household_id).where(
    households.c.campaign_id == bindparam("campaign"), households.c.number.in_(_NUMBERS)
)
_MEMBERS = (voters.c.campaign_id == bindparam("campaign")) & voters.c.household_id.in_(
    bindparam("households", expanding=True)
)
_PASSED_ON = (moved_voters.c.campaign_id == bindparam("campaign")) & moved_voters.c.number.in_(_NUMBERS)
_PEOPLE = (
    select(voters, households.c.number, households.c.address_key)
    .join(households, SAME_HOUSEHOLD)
    .where(
        voters.c.campaign_id == bindparam("campaign"),
        voters.c.voter_id.in_(
            select(voters.c.voter_id).where(_MEMBERS).union(select(moved_voters.c.voter_id).where(_PASSED_ON))
        ),
    )
    .order_by(voters.c.voter_id)
)
#: Sets the columns that are named when it is executed.
_SEAT = update(voters).where(voters.c.campaign_id == bindparam("campaign"), voters.c.voter_id == bindparam("voter"))
_FORGET_OTHERS = delete(moved_voters).where(
    moved_voters.c.campaign_id == bindparam("campaign"),
    moved_voters.c.voter_id == bindparam("voter"),
    moved_voters.c.number.not_in(_NUMBERS),
)
_WAS_IN = (moved_voters.c.campaign_id == households.c.campaign_id) & (
    moved_voters.c.household_id == households.c.household_id
)
_WAY_BACK = (
    select(households.c.household_id, moved_voters.c.position)
    .join(moved_voters, _WAS_IN)
    .where(
        moved_voters.c.campaign_id == bindparam("campaign"),
        moved_voters.c.voter_id == bindparam("voter"),
        moved_voters.c.number == bindparam("number"),
        households.c.number == bindparam("number"),
    )
)
_LOCKED_CAMPAIGN = select(campaigns.c.version).where(campaigns.c.campaign_id == bindparam("campaign")).with_for_update()
_COUNT = select(func.count()).select_from(voters).where(_MEMBERS)
_LAST = select(func.max(households.c.household_id)).where(households.c.campaign_id == bindparam("campaign"))
_ADD = households.insert()
_BODIES = select(voters.c.household_id, voters.c.body).where(_MEMBERS)
#: Sets the columns that are named when it is executed.
_SET_ZONES = update(households).where(
    households.c.campaign_id == bindparam("campaign"), households.c.household_id == bindparam("household")
)


class Moved(Struct, frozen=True):
    """The households and the voters that a change to numbers touches: both are to be worked out anew.

    `left` has the household that each voter went away from.
    """

    households: set[int]
    voters: set[int]
    left: dict[int, int]


class _Person(Struct, frozen=True):
    """A voter, and the household in which they are."""

    voter_id: int
    household_id: int
    position: int
    list_id: int
    number: str
    address_key: str
    voter: Voter


def suppressed(connection: Connection, numbers: Collection[str]) -> set[str]:
    """Those of `numbers` that no campaign of this server may call."""
    if not numbers:
        return set()
    return set(connection.scalars(_SUPPRESSED, {"numbers": sorted(numbers)}))


def unusable(connection: Connection, campaign_id: str, numbers: Collection[str]) -> set[str]:
    """Those of `numbers` that this campaign does not call: ended in it, or suppressed."""
    if not numbers:
        return set()
    return set(connection.scalars(_UNUSABLE, {"campaign": campaign_id, "numbers": sorted(numbers)}))


def numbers_of(voter: Voter) -> tuple[str, ...]:
    """The voter's numbers in the order in which they are called."""
    return tuple(phone.number for phone in voter.phones)


def campaigns_holding(connection: Connection, numbers: Collection[str]) -> list[str]:
    """The campaigns that have a household with one of `numbers`."""
    if not numbers:
        return []
    return sorted(connection.scalars(_CAMPAIGNS_HOLDING, {"numbers": sorted(numbers)}))


def move(connection: Connection, campaign_id: str, numbers: Collection[str]) -> Moved:
    """Takes everyone who is called at one of `numbers`, or was passed on from it, to their first good number.

    Who has none stays with, or goes back to, their first number.
    """
    of_numbers = _households_of(connection, campaign_id, numbers)
    people = _people(connection, campaign_id, of_numbers, numbers)
    bad = unusable(connection, campaign_id, {number for person in people for number in numbers_of(person.voter)})
    touched, left = set(of_numbers), dict[int, int]()
    for person in people:
        mine = numbers_of(person.voter)
        good = next((number for number in mine if number not in bad), None)
        passed = [number for number in mine[: mine.index(good) if good else None] if number in bad]
        target = good or next(iter(mine), person.number)
        if target != person.number:
            left[person.voter_id] = person.household_id
            touched |= {person.household_id, _go(connection, campaign_id, person, target)}
        _remember(connection, campaign_id, person, [number for number in passed if number != target])
    _set_zones(connection, campaign_id, touched - of_numbers)
    return Moved(touched, {person.voter_id for person in people}, left)


def _households_of(connection: Connection, campaign_id: str, numbers: Collection[str]) -> set[int]:
    if not numbers:
        return set()
    return set(connection.scalars(_HOUSEHOLDS, {"campaign": campaign_id, "numbers": sorted(numbers)}))


def _people(connection: Connection, campaign_id: str, left: Collection[int], numbers: Collection[str]) -> list[_Person]:
    """The members of those households, and those who were passed on from the numbers."""
    asked = {"campaign": campaign_id, "households": sorted(left), "numbers": sorted(numbers)}
    return [
        _Person(
            row.voter_id,
            row.household_id,
            row.position,
            row.list_id,
            row.number,
            row.address_key,
            decode_voter(row.body),
        )
        for row in connection.execute(_PEOPLE, asked)
    ]


def _go(connection: Connection, campaign_id: str, person: _Person, number: str) -> int:
    """Moves one voter to the household of `number`, which is returned."""
    back = _way_back(connection, campaign_id, person.voter_id, number)
    to, position = back or (_household_for(connection, campaign_id, person, number), _JOINED_LATER + person.voter_id)
    seat = {"household_id": to, "position": position}
    connection.execute(_SEAT, {"campaign": campaign_id, "voter": person.voter_id, **seat})
    return to


def _remember(connection: Connection, campaign_id: str, person: _Person, passed: Collection[str]) -> None:
    """Writes down the numbers that the voter was passed on from, those alone."""
    asked = {"campaign": campaign_id, "voter": person.voter_id, "numbers": sorted(passed)}
    connection.execute(_FORGET_OTHERS, asked)
    seat = {"household_id": person.household_id, "position": person.position}
    nowhere = dict.fromkeys(seat)
    rows = [
        {"campaign_id": campaign_id, "number": number, "voter_id": person.voter_id}
        | (seat if number == person.number else nowhere)
        for number in passed
    ]
    if rows:
        connection.execute(insert_new(connection, moved_voters), rows)


def _way_back(connection: Connection, campaign_id: str, voter_id: int, number: str) -> tuple[int, int] | None:
    """The household of `number` in which the voter was before, and the voter's position there."""
    row = connection.execute(_WAY_BACK, {"campaign": campaign_id, "voter": voter_id, "number": number}).first()
    return (row.household_id, row.position) if row else None


def _household_for(connection: Connection, campaign_id: str, person: _Person, number: str) -> int:
    """The household that the voter joins; a new one where there is none, or where it would be an institution."""
    of_campaign = {"campaign": campaign_id}
    connection.execute(_LOCKED_CAMPAIGN, of_campaign)
    found = sorted(_households_of(connection, campaign_id, {number}))
    if found and not institution((connection.scalar(_COUNT, {**of_campaign, "households": found}) or 0) + 1):
        return found[0]
    household_id = (connection.scalar(_LAST, of_campaign) or 0) + 1
    new = {
        "campaign_id": campaign_id,
        "household_id": household_id,
        "list_id": person.list_id,
        "number": number,
        "address_key": person.address_key,
        "position": household_id,
    }
    connection.execute(_ADD, new)
    return household_id


def _set_zones(connection: Connection, campaign_id: str, changed: set[int]) -> None:
    """A household's zones are those of all its members."""
    if not changed:
        return
    members = connection.execute(_BODIES, {"campaign": campaign_id, "households": sorted(changed)})
    zones: dict[int, set[str]] = {}
    for household_id, body in members:
        zones.setdefault(household_id, set()).update(decode_voter(body).zones)
    for household_id, names in zones.items():
        of = {"campaign": campaign_id, "household": household_id}
        connection.execute(_SET_ZONES, {**of, "zones": " ".join(sorted(names))})
