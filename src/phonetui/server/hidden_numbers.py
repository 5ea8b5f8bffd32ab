"""A campaign may hide its numbers: laptops get none, and only the bridge calls."""

from __future__ import annotations

from collections.abc import Collection

import msgspec
from sqlalchemy import Connection, bindparam, select

from phonetui.server.households import SAME_HOUSEHOLD
from phonetui.server.tables import households, voters
from phonetui.wire import Lease

_CALLED_AT = (
    select(voters.c.voter_id)
    .join(households, SAME_HOUSEHOLD)
    .where(
        households.c.campaign_id == bindparam("campaign"),
        households.c.household_id.in_(bindparam("households", expanding=True)),
        households.c.number.in_(bindparam("numbers", expanding=True)),
    )
)


def without_numbers(lease: Lease) -> Lease:
    """The same household, of which a laptop can dial nobody by itself."""
    people = tuple(msgspec.structs.replace(voter, phones=()) for voter in lease.household.voters)
    return msgspec.structs.replace(lease, household=msgspec.structs.replace(lease.household, number="", voters=people))


def called_at(
    connection: Connection, campaign_id: str, household_ids: Collection[int], numbers: Collection[str]
) -> set[str]:
    """The voters of these households who are called at one of the numbers: laptops know them by their ids alone."""
    if not numbers:
        return set()
    asked = {"campaign": campaign_id, "households": sorted(household_ids), "numbers": sorted(numbers)}
    return {str(voter_id) for voter_id in connection.scalars(_CALLED_AT, asked)}
