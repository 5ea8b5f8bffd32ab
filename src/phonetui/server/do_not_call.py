"""What supervisors do with the do-not-call list."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from io import BytesIO
from pathlib import Path

from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from phonetui.server.accounts import Caller
from phonetui.server.asked import WITH_TOKEN, problems
from phonetui.server.do_not_call_file import FileOfNumbers, read_file
from phonetui.server.problems import RequestRefused
from phonetui.server.supervising import OF_CAMPAIGN, WITH_BODY, Deed, Office
from phonetui.server.suppressing import how_many_are_new, listed, read_numbers, suppress_numbers, take_off
from phonetui.wire_do_not_call import Numbers, NumbersFile, OneNumber, ReadNumbers, SuppressedNumbers, TakenNumbers
from phonetui.wire_supervisors import Sought

#: Numbers in one transaction, and unread ones told.
AT_ONCE = 500
MOST_UNREAD = 100


def _take(at: Deed, numbers: Sequence[str]) -> int:
    added = suppress_numbers(at.connection, at.campaign_id, numbers, at.now)
    at.record("suppressed", len(numbers), everywhere=True)
    return added


def _take_off(at: Deed, number: str) -> None:
    if not at.caller.owner:
        raise RequestRefused("not-yours", "Only owners take a number off the do-not-call list.")
    take_off(at.connection, number, at.now)
    at.record("unsuppressed", 1, everywhere=True)


def _told(at: Deed, read: FileOfNumbers) -> ReadNumbers:
    new = how_many_are_new(at.connection, read.numbers)
    return ReadNumbers(read.columns, read.numbers, new, read.refused, read.why)


# -- routes ------------------------------------------------------------------------------------------------------------


@post(f"{OF_CAMPAIGN}/do-not-call/find", status_code=200, security=WITH_TOKEN, responses=problems(*WITH_BODY))
async def find_do_not_call(
    campaign_id: FromPath[str],
    data: JSONBody[Sought],
    caller: NamedDependency[Caller],
    office: NamedDependency[Office],
) -> SuppressedNumbers:
    """Says how many numbers the do-not-call list has, and lists those that hold these digits."""
    return await office.read(caller, campaign_id, lambda at: listed(at.connection, data.text))


@post(f"{OF_CAMPAIGN}/do-not-call/file", status_code=200, security=WITH_TOKEN, responses=problems(*WITH_BODY))
async def read_do_not_call(
    campaign_id: FromPath[str],
    data: JSONBody[NumbersFile],
    caller: NamedDependency[Caller],
    office: NamedDependency[Office],
) -> ReadNumbers:
    """Reads the numbers in a file, and changes nothing."""
    content = BytesIO(data.content)
    read = await office.prepare(caller, campaign_id, lambda: read_file(Path(data.name), content))
    return await office.read(caller, campaign_id, partial(_told, read=read))


@post(f"{OF_CAMPAIGN}/do-not-call/take-off", status_code=204, security=WITH_TOKEN, responses=problems(*WITH_BODY))
async def take_off_do_not_call(
    campaign_id: FromPath[str],
    data: JSONBody[OneNumber],
    caller: NamedDependency[Caller],
    office: NamedDependency[Office],
) -> None:
    """Takes a number off that was imported or typed, never one that was asked for in a call."""
    await office.do(caller, campaign_id, partial(_take_off, number=data.number))


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


ROUTES = [find_do_not_call, read_do_not_call, add_to_do_not_call, take_off_do_not_call]
