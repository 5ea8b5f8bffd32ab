"""Numbers that are being called: each by one campaign and one household of the server at a time."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, update

from phonetui.server.engine import insert
from phonetui.server.tables import number_locks


def lock_numbers(
    connection: Connection, campaign_id: str, numbers: Mapping[str, int], now: datetime, until: datetime
) -> set[str]:
    """Those of the numbers, each with its household, that are free now; they are this campaign's until `until`."""
    if not numbers:
        return set()
    lock = {"campaign_id": campaign_id, "until": until}
    rows = [{**lock, "number": number, "household_id": numbers[number]} for number in sorted(numbers)]
    new = insert(connection, number_locks).values(rows)
    taken = new.on_conflict_do_update(
        index_elements=[number_locks.c.number],
        set_={name: new.excluded[name] for name in ("campaign_id", "household_id", "until")},
        where=number_locks.c.until <= now,
    )
    return set(connection.scalars(taken.returning(number_locks.c.number)))


def renew_locks(connection: Connection, campaign_id: str, numbers: Mapping[str, int], until: datetime) -> None:
    """The campaign keeps those of the numbers that it has locked until `until`."""
    renewed = update(number_locks).where(
        number_locks.c.number.in_(sorted(numbers)),
        number_locks.c.campaign_id == campaign_id,
        number_locks.c.household_id.in_(sorted(numbers.values())),
    )
    connection.execute(renewed.values(until=until))


def unlock_numbers(connection: Connection, campaign_id: str, numbers: Collection[tuple[str, int]]) -> None:
    """Frees the numbers, each given with its household, as far as the campaign still has them."""
    connection.execute(
        delete(number_locks).where(
            number_locks.c.number.in_(sorted({number for number, _ in numbers})),
            number_locks.c.campaign_id == campaign_id,
            number_locks.c.household_id.in_(sorted(household_id for _, household_id in numbers)),
        )
    )
