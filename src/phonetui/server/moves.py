"""Numbers that ended or may not be called any more, and where those who shared them go: to their next good number."""

from __future__ import annotations

from collections.abc import Collection

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, delete, func, select, union_all, update

from phonetui.core.voter import Voter, institution
from phonetui.server.engine import insert
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

_IS_IN = (voters.c.campaign_id == households.c.campaign_id) & (voters.c.household_id == households.c.household_id)
_WAS_IN = (moved_voters.c.campaign_id == households.c.campaign_id) & (
    moved_voters.c.household_id == households.c.household_id
)


class Moved(Struct, frozen=True):
    """The households and the voters that a change to numbers touches: both are to be worked out anew."""

    households: set[int]
    voters: set[int]


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
    asked = select(suppressed_numbers.c.number).where(suppressed_numbers.c.number.in_(sorted(numbers)))
    return set(connection.scalars(asked))


def unusable(connection: Connection, campaign_id: str, numbers: Collection[str]) -> set[str]:
    """Those of `numbers` that this campaign does not call: ended in it, or suppressed."""
    if not numbers:
        return set()
    asked = sorted(numbers)
    ended = select(ended_numbers.c.number).where(
        ended_numbers.c.campaign_id == campaign_id, ended_numbers.c.number.in_(asked)
    )
    everywhere = select(suppressed_numbers.c.number).where(suppressed_numbers.c.number.in_(asked))
    return set(connection.scalars(union_all(ended, everywhere)))


def numbers_of(voter: Voter) -> tuple[str, ...]:
    """The voter's numbers in the order in which they are called."""
    return tuple(phone.number for phone in voter.phones)


def campaigns_holding(connection: Connection, numbers: Collection[str]) -> list[str]:
    """The campaigns that have a household with one of `numbers`."""
    if not numbers:
        return []
    holding = select(households.c.campaign_id).where(households.c.number.in_(sorted(numbers))).distinct()
    return sorted(connection.scalars(holding))


def move(connection: Connection, campaign_id: str, numbers: Collection[str]) -> Moved:
    """Takes everyone who is called at one of `numbers`, or was passed on from it, to their first good number.

    Who has none stays with, or goes back to, their first number.
    """
    left = _households_of(connection, campaign_id, numbers)
    people = _people(connection, campaign_id, left, numbers)
    bad = unusable(connection, campaign_id, {number for person in people for number in numbers_of(person.voter)})
    touched = set(left)
    for person in people:
        mine = numbers_of(person.voter)
        good = next((number for number in mine if number not in bad), None)
        passed = [number for number in mine[: mine.index(good) if good else None] if number in bad]
        target = good or next(iter(mine), person.number)
        if target != person.number:
            touched |= {person.household_id, _go(connection, campaign_id, person, target)}
        _remember(connection, campaign_id, person, [number for number in passed if number != target])
    _set_zones(connection, campaign_id, touched - left)
    return Moved(touched, {person.voter_id for person in people})


def _households_of(connection: Connection, campaign_id: str, numbers: Collection[str]) -> set[int]:
    if not numbers:
        return set()
    with_number = households.c.number.in_(sorted(numbers))
    return set(
        connection.scalars(
            select(households.c.household_id).where(households.c.campaign_id == campaign_id, with_number)
        )
    )


def _people(connection: Connection, campaign_id: str, left: Collection[int], numbers: Collection[str]) -> list[_Person]:
    """The members of those households, and those who were passed on from the numbers."""
    members = select(voters.c.voter_id).where(
        voters.c.campaign_id == campaign_id, voters.c.household_id.in_(sorted(left))
    )
    gone = select(moved_voters.c.voter_id).where(
        moved_voters.c.campaign_id == campaign_id, moved_voters.c.number.in_(sorted(numbers))
    )
    people = (
        select(voters, households.c.number, households.c.address_key)
        .join(households, _IS_IN)
        .where(voters.c.campaign_id == campaign_id, voters.c.voter_id.in_(members.union(gone)))
        .order_by(voters.c.voter_id)
    )
    return [
        _Person(
            row.voter_id,
            row.household_id,
            row.position,
            row.list_id,
            row.number,
            row.address_key,
            msgspec.json.decode(row.body, type=Voter),
        )
        for row in connection.execute(people)
    ]


def _go(connection: Connection, campaign_id: str, person: _Person, number: str) -> int:
    """Moves one voter to the household of `number`, which is returned."""
    back = _way_back(connection, campaign_id, person.voter_id, number)
    to, position = back or (_household_for(connection, campaign_id, person, number), _JOINED_LATER + person.voter_id)
    the_voter = (voters.c.campaign_id == campaign_id) & (voters.c.voter_id == person.voter_id)
    connection.execute(update(voters).where(the_voter).values(household_id=to, position=position))
    return to


def _remember(connection: Connection, campaign_id: str, person: _Person, passed: Collection[str]) -> None:
    """Writes down the numbers that the voter was passed on from, those alone."""
    others = moved_voters.c.number.not_in(sorted(passed))
    of_voter = (moved_voters.c.campaign_id == campaign_id) & (moved_voters.c.voter_id == person.voter_id)
    connection.execute(delete(moved_voters).where(of_voter, others))
    seat = {"household_id": person.household_id, "position": person.position}
    nowhere = dict.fromkeys(seat)
    rows = [
        {"campaign_id": campaign_id, "number": number, "voter_id": person.voter_id}
        | (seat if number == person.number else nowhere)
        for number in passed
    ]
    if rows:
        connection.execute(insert(connection, moved_voters).on_conflict_do_nothing(), rows)


def _way_back(connection: Connection, campaign_id: str, voter_id: int, number: str) -> tuple[int, int] | None:
    """The household of `number` in which the voter was before, and the voter's position there."""
    before = (
        select(households.c.household_id, moved_voters.c.position)
        .join(moved_voters, _WAS_IN)
        .where(
            moved_voters.c.campaign_id == campaign_id,
            moved_voters.c.voter_id == voter_id,
            moved_voters.c.number == number,
            households.c.number == number,
        )
    )
    row = connection.execute(before).first()
    return (row.household_id, row.position) if row else None


def _household_for(connection: Connection, campaign_id: str, person: _Person, number: str) -> int:
    """The household that the voter joins; a new one where there is none, or where it would be an institution."""
    connection.execute(select(campaigns.c.version).where(campaigns.c.campaign_id == campaign_id).with_for_update())
    found = sorted(_households_of(connection, campaign_id, {number}))
    members = select(func.count()).where(voters.c.campaign_id == campaign_id, voters.c.household_id.in_(found))
    if found and not institution((connection.scalar(members) or 0) + 1):
        return found[0]
    last = select(func.max(households.c.household_id)).where(households.c.campaign_id == campaign_id)
    household_id = (connection.scalar(last) or 0) + 1
    new = households.insert().values(
        campaign_id=campaign_id,
        household_id=household_id,
        list_id=person.list_id,
        number=number,
        address_key=person.address_key,
        position=household_id,
    )
    connection.execute(new)
    return household_id


def _set_zones(connection: Connection, campaign_id: str, changed: set[int]) -> None:
    """A household's zones are those of all its members."""
    if not changed:
        return
    members = select(voters.c.household_id, voters.c.body).where(
        voters.c.campaign_id == campaign_id, voters.c.household_id.in_(sorted(changed))
    )
    zones: dict[int, set[str]] = {}
    for household_id, body in connection.execute(members):
        zones.setdefault(household_id, set()).update(msgspec.json.decode(body, type=Voter).zones)
    for household_id, names in zones.items():
        of = (households.c.campaign_id == campaign_id) & (households.c.household_id == household_id)
        connection.execute(update(households).where(of).values(zones=" ".join(sorted(names))))
