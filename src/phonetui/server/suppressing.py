"""The do-not-call list: numbers that nobody on this server calls, whichever campaign asked for it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress
from datetime import datetime

from sqlalchemy import Connection, delete, func, select

from phonetui.core.refusal import Refused
from phonetui.server.bulk import among
from phonetui.server.consequences import suppress_everywhere
from phonetui.server.engine import insert
from phonetui.server.households import slices
from phonetui.server.numbers import e164
from phonetui.server.tables import suppressed_numbers
from phonetui.wire_do_not_call import SuppressedNumber, SuppressedNumbers

#: The column `suppressed_numbers.reason` of numbers that a file or a supervisor brought, and of those that were asked
#: for in a call to somebody who has been erased. Of other calls it names the attempt.
BY_FILE = "import"
BY_CALL = "call"
MOST_SHOWN = 100


def suppress_numbers(
    connection: Connection, campaign_id: str, numbers: Collection[str], now: datetime, *, reason: str = BY_FILE
) -> int:
    """Suppresses the numbers for every campaign of the server; returns how many were not yet.

    All get a row of their own, so that no caller's undo brings one back.
    """
    new = sorted(set(numbers) - _on_the_list(connection, numbers))
    for part in slices(sorted(numbers)):
        row = {"campaign_id": campaign_id, "reason": reason, "at": now}
        rows = [{**row, "number": number} for number in part]
        connection.execute(insert(connection, suppressed_numbers).on_conflict_do_nothing(), rows)
    for part in slices(new):
        suppress_everywhere(connection, part, now)
    return len(new)


def how_many_are_new(connection: Connection, numbers: Collection[str]) -> int:
    """How many of the numbers are not on the list yet."""
    return len(set(numbers) - _on_the_list(connection, numbers))


def _on_the_list(connection: Connection, numbers: Collection[str]) -> set[str]:
    known = select(suppressed_numbers.c.number).where(among(connection, suppressed_numbers.c.number, numbers))
    return set(connection.scalars(known))


def take_off(connection: Connection, written: str, now: datetime) -> str:
    """Takes a number off the list that a file or a supervisor brought; returns it in E.164.

    Raises `Refused` for what is no number, one that is not on the list, and one that was asked for in a call.
    """
    try:
        number = e164(written)
    except Refused as refused:
        raise Refused(f"That is not a number to call: {refused}.") from None
    reasons = set(connection.scalars(select(suppressed_numbers.c.reason).where(suppressed_numbers.c.number == number)))
    if not reasons:
        raise Refused("That number is not on the do-not-call list.")
    if BY_CALL in reasons:
        raise Refused(
            "Somebody who has been erased asked in a call not to be called at that number; it stays for good."
        )
    if reasons != {BY_FILE}:
        raise Refused(
            "Somebody asked in a call not to be called at that number; it stays on the list until that call's result "
            "is corrected."
        )
    connection.execute(delete(suppressed_numbers).where(suppressed_numbers.c.number == number))
    suppress_everywhere(connection, [number], now)
    return number


def read_numbers(written: Iterable[str]) -> tuple[list[str], list[str]]:
    """The numbers in E.164, each once, and what could not be read as one."""
    read: dict[str, None] = {}
    unread = []
    for text in written:
        try:
            read[e164(text)] = None
        except Refused:
            unread.append(text)
    return list(read), unread


def listed(connection: Connection, find: str = "") -> SuppressedNumbers:
    """How many numbers there are, and the first of those that hold what is looked for."""
    count = connection.scalar(select(func.count(suppressed_numbers.c.number.distinct()))) or 0
    rows = connection.execute(
        select(suppressed_numbers.c.number, suppressed_numbers.c.reason, suppressed_numbers.c.at)
        .where(suppressed_numbers.c.number.contains(_digits(find), autoescape=True))
        .order_by(suppressed_numbers.c.number, suppressed_numbers.c.at)
        .limit(MOST_SHOWN)
    )
    found: dict[str, SuppressedNumber] = {}
    for row in rows:
        by_call = row.reason != BY_FILE
        before = found.setdefault(row.number, SuppressedNumber(row.number, row.at, by_call))
        found[row.number] = SuppressedNumber(row.number, before.at, before.by_call or by_call)
    return SuppressedNumbers(count, tuple(found.values()))


def _digits(find: str) -> str:
    """What to look for in numbers: a whole one in E.164, else the digits that were typed."""
    with suppress(Refused):
        return e164(find)
    return "".join(filter(str.isdigit, find))[:15]
