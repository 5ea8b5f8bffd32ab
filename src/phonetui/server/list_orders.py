"""What supervisors decide about lists: their order, whether they rest, and who may call them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from litestar import put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy import select, update

from phonetui.core.refusal import Refused
from phonetui.server.accounts import Caller
from phonetui.server.asked import WITH_TOKEN, problems
from phonetui.server.list_rules import checked_words
from phonetui.server.news import wake
from phonetui.server.ranking import rank_some
from phonetui.server.supervising import OF_CAMPAIGN, WITH_BODY, Deed, Office
from phonetui.server.tables import lists
from phonetui.wire_supervisors import PRIORITIES, ListRule

_HIGHEST = 2**31 - 1


def rule(at: Deed, list_id: int, wanted: ListRule) -> None:
    """Changes of a list what the rule names; raises `Refused` for what cannot be, or where there is no such list."""
    this = (lists.c.campaign_id == at.campaign_id) & (lists.c.list_id == list_id)
    if not (0 < list_id <= _HIGHEST and at.connection.execute(select(lists.c.list_id).where(this)).first()):
        raise Refused(f"There is no list {list_id} in {at.campaign_id}; look at the lists again.")
    for column, value, said in _changes(wanted):
        at.connection.execute(update(lists).where(this).values({column: value}))
        at.record("list", f"{list_id} {said}")
    wake(at.connection, at.campaign_id)


def _changes(wanted: ListRule) -> Iterator[tuple[str, int | bool | str, str]]:
    """The columns that change, their values, and what the audit log says of it: of languages and tags their count."""
    least, most = PRIORITIES
    if wanted.priority is not None:
        if not least <= wanted.priority <= most:
            raise Refused(f"A list's priority is from {least} to {most}; higher is called first.")
        yield "priority", wanted.priority, f"priority {wanted.priority}"
    if wanted.paused is not None:
        yield "paused", wanted.paused, "paused" if wanted.paused else "called"
    words = {"languages": ("language", wanted.languages), "tags": ("tag", wanted.tags)}
    for column, (what, these) in words.items():
        if these is not None:
            kept = checked_words(these, what)
            yield column, kept, f"{column} {len(kept.split())}"


async def order(office: Office, caller: Caller, campaign_id: str, list_id: int, wanted: ListRule) -> None:
    """Keeps the rule, then brings the list's households into their new order, part by part.

    Whoever is cut off asks again: the order is looked at as a whole each time.
    """
    await office.do(caller, campaign_id, partial(rule, list_id=list_id, wanted=wanted))
    first = 1
    while first:
        first = await office.do(caller, campaign_id, partial(_rank_some, list_id=list_id, first=first), quietly=True)


def _rank_some(at: Deed, list_id: int, first: int) -> int:
    return rank_some(at.connection, at.campaign_id, list_id, first)


@put(f"{OF_CAMPAIGN}/lists/{{list_id:int}}", status_code=204, security=WITH_TOKEN, responses=problems(*WITH_BODY))
async def put_list(
    campaign_id: FromPath[str],
    list_id: FromPath[int],
    data: JSONBody[ListRule],
    caller: NamedDependency[Caller],
    office: NamedDependency[Office],
) -> None:
    """Sets a list's priority, whether it rests, and the languages and tags of which its callers need one."""
    await order(office, caller, campaign_id, list_id, data)


ROUTES = [put_list]
