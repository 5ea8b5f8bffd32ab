"""Numbers that are being called: each by one campaign and one household of the server at a time."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import cache

from sqlalchemy import Connection, Executable, and_, bindparam, delete, update

from phonetui.server.engine import INSERT
from phonetui.server.tables import number_locks

_THESE = and_(
    number_locks.c.number.in_(bindparam("numbers", expanding=True)),
    number_locks.c.campaign_id == bindparam("campaign"),
    number_locks.c.household_id.in_(bindparam("households", expanding=True)),
)
#: Sets the columns that are named when it is executed.
_RENEW = update(number_locks).where(_THESE)
_UNLOCK = delete(number_locks).where(_THESE)


def lock_numbers(
    connection: Connection, campaign_id: str, numbers: Mapping[str, int], now: datetime, until: datetime
) -> set[str]:
    """Those of the numbers, each with its household, that are free now; they are this campaign's until `until`."""
    if not numbers:
        return set()
    lock = {"campaign_id": campaign_id, "until": until, "now": now}
    rows = [{**lock, "number": number, "household_id": numbers[number]} for number in sorted(numbers)]
    return set(connection.scalars(_lock(connection.dialect.name), rows))


@cache
def _lock(dialect: str) -> Executable:
    new = INSERT[dialect](number_locks)
    taken = new.on_conflict_do_update(
        index_elements=[number_locks.c.number],
        set_={name: new.excluded[name] for name in ("campaign_id", "household_id", "until")},
        where=number_locks.c.until <= bindparam("now"),
    )
    return taken.returning(number_locks.c.number)


def renew_locks(connection: Connection, campaign_id: str, numbers: Mapping[str, int], until: datetime) -> None:
    """The campaign keeps those of the numbers that it has locked until `until`."""
    these = {"campaign": campaign_id, "numbers": sorted(numbers), "households": sorted(numbers.values())}
    connection.execute(_RENEW, {**these, "until": until})


def unlock_numbers(connection: Connection, campaign_id: str, numbers: Collection[tuple[str, int]]) -> None:
    """Frees the numbers, each given with its household, as far as the campaign still has them."""
    these = {
        "campaign": campaign_id,
        "numbers": sorted({number for number, _ in numbers}),
        "households": sorted(household_id for _, household_id in numbers),
    }
    connection.execute(_UNLOCK, these)
