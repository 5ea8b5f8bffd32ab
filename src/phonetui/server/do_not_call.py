"""What supervisors do with the do-not-call list."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from phonetui.server.accounts import Caller
from phonetui.server.asked import WITH_TOKEN, problems
from phonetui.server.supervising import OF_CAMPAIGN, TO_SUPERVISORS, WITH_BODY, Deed, Office
from phonetui.server.suppressing import listed, read_numbers, suppress_numbers
from phonetui.wire_supervisors import Numbers, SuppressedNumbers, TakenNumbers

#: Numbers in one transaction, and unread ones told.
AT_ONCE = 500
MOST_UNREAD = 100


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
