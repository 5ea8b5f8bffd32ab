"""The do-not-call list: numbers that nobody on this server calls, whichever campaign asked for it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from sqlalchemy import Connection, func, select

from phonetui.core.refusal import Refused
from phonetui.server.accounts import Caller
from phonetui.server.asked import WITH_TOKEN, problems
from phonetui.server.bulk import among
from phonetui.server.consequences import suppress_everywhere
from phonetui.server.engine import insert
from phonetui.server.households import slices
from phonetui.server.numbers import e164
from phonetui.server.supervising import OF_CAMPAIGN, TO_SUPERVISORS, WITH_BODY, Deed, Office
from phonetui.server.tables import suppressed_numbers
from phonetui.wire_supervisors import Numbers, SuppressedNumber, SuppressedNumbers, TakenNumbers

#: The column `suppressed_numbers.reason` of numbers that no call, but a file or a supervisor brought.
BY_FILE = "import"
#: Numbers in one transaction, numbers shown, and unread ones told.
AT_ONCE = 500
MOST_SHOWN = 100
MOST_UNREAD = 100


def suppress_numbers(connection: Connection, campaign_id: str, numbers: Collection[str], now: datetime) -> int:
    """Suppresses the numbers for every campaign of the server; returns how many were not yet.

    All get a row of their own, so that no caller's undo brings one back.
    """
    known = select(suppressed_numbers.c.number).where(among(connection, suppressed_numbers.c.number, numbers))
    new = sorted(set(numbers) - set(connection.scalars(known)))
    for part in slices(sorted(numbers)):
        row = {"campaign_id": campaign_id, "reason": BY_FILE, "at": now}
        rows = [{**row, "number": number} for number in part]
        connection.execute(insert(connection, suppressed_numbers).on_conflict_do_nothing(), rows)
    for part in slices(new):
        suppress_everywhere(connection, part, now)
    return len(new)


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
        found[row.number] = SuppressedNumber(row.number, before.at, before.by_call and by_call)
    return SuppressedNumbers(count, tuple(found.values()))


def _digits(find: str) -> str:
    """What to look for in numbers: a whole one in E.164, else the digits that were typed."""
    with suppress(Refused):
        return e164(find)
    return "".join(filter(str.isdigit, find))[:15]


def _take(at: Deed, numbers: Sequence[str]) -> int:
    added = suppress_numbers(at.connection, at.campaign_id, numbers, at.now)
    at.record("suppressed", len(numbers), everywhere=True)
    return added


# -- routes ------------------------------------------------------------------------------------------------------------


@get(f"{OF_CAMPAIGN}/do-not-call", security=WITH_TOKEN, responses=problems(*TO_SUPERVISORS))
async def get_do_not_call(
    campaign_id: FromPath[str],
    caller: NamedDependency[Caller],
    office: NamedDependency[Office],
    find: FromQuery[str] = "",
) -> SuppressedNumbers:
    """Says how many numbers the do-not-call list has, and lists those that hold these digits."""
    return await office.read(caller, campaign_id, lambda at: listed(at.connection, find))


@post(f"{OF_CAMPAIGN}/do-not-call", status_code=200, security=WITH_TOKEN, responses=problems(*WITH_BODY))
async def add_to_do_not_call(
    campaign_id: FromPath[str],
    data: JSONBody[Numbers],
    caller: NamedDependency[Caller],
    office: NamedDependency[Office],
) -> TakenNumbers:
    """Puts numbers on the do-not-call list of the whole server, part by part; whoever is cut off sends them again."""
    read, unread = await office.prepare(caller, campaign_id, partial(read_numbers, data.numbers))
    added = 0
    for first in range(0, len(read), AT_ONCE):
        added += await office.do(caller, campaign_id, partial(_take, numbers=read[first : first + AT_ONCE]))
    return TakenNumbers(added, tuple(unread[:MOST_UNREAD]))


ROUTES = [get_do_not_call, add_to_do_not_call]
