"""A list's new priority: its households get their new rank part by part, so that nobody waits for all of them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Connection, bindparam, func, literal, literal_column, select, update

from phonetui.server.households import PRIORITY_BASE
from phonetui.server.tables import households, lists

#: Households in one transaction.
AT_ONCE = 2_000

#: Where a rank, as `households.rank` makes it, keeps the priority: bits 32 to 39.
_BEFORE = households.c.rank.bitwise_rshift(literal_column("32")).bitwise_and(255)
_WANTED = bindparam("later", type_=BigInteger)
#: Those that were skipped are behind all others of their round, whatever their list's priority.
_SKIPPED = households.c.rank.bitwise_and((1 << 40) - 1) == (1 << 40) - 1
_RANK = (
    update(households)
    .where(
        households.c.campaign_id == bindparam("campaign"),
        households.c.household_id >= bindparam("first"),
        households.c.household_id < bindparam("past"),
        households.c.list_id == bindparam("list"),
        households.c.state != "closed",
        _BEFORE != _WANTED,
        ~_SKIPPED,
    )
    .values(rank=households.c.rank + (_WANTED - _BEFORE) * literal(1 << 32, BigInteger))
)
_PRIORITY = select(lists.c.priority).where(
    lists.c.campaign_id == bindparam("campaign"), lists.c.list_id == bindparam("list")
)
_LAST = select(func.max(households.c.household_id)).where(households.c.campaign_id == bindparam("campaign"))


def rank_some(connection: Connection, campaign_id: str, list_id: int, first: int) -> int:
    """Ranks the households of a list with ids from `first` on; answers with where to go on, 0 after the last."""
    of = {"campaign": campaign_id}
    last = connection.scalar(_LAST, of) or 0
    if first > last:
        return 0
    priority = connection.scalar(_PRIORITY, {**of, "list": list_id}) or 0
    later = min(max(PRIORITY_BASE - priority, 0), 255)
    part = {**of, "list": list_id, "first": first, "past": first + AT_ONCE, "later": later}
    connection.execute(_RANK, part)
    return first + AT_ONCE
