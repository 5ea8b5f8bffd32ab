"""Who is there: what each laptop says of itself with an exchange, kept in one row a device."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import Connection, Executable, and_, bindparam, case

from phonetui.server.accounts import Caller
from phonetui.server.either_database import Utc
from phonetui.server.engine import INSERT
from phonetui.server.supervising_tables import presences
from phonetui.wire import LONGEST_WAIT, ExchangeRequest, Receipt

#: A laptop whose watch is over may take so long to begin the next before it counts as offline.
LATE = timedelta(seconds=30)
#: A laptop without a watch is heard of in so long.
WITHOUT_WATCH = timedelta(minutes=2)
#: After so long a silence a laptop has come anew.
GONE_FOR = timedelta(hours=1)
#: No voter is on the screen longer.
LONGEST_SHOWN = 24 * 60 * 60

_HIGHEST = 2**31 - 1


def heard_of(
    connection: Connection,
    caller: Caller,
    request: ExchangeRequest,
    lent: Collection[int],
    receipts: Sequence[Receipt],
    now: datetime,
) -> None:
    """Writes down what the request says of its laptop. `lent` are its households: it shows no other."""
    shown = int(request.shown) if request.shown.isascii() and request.shown.isdigit() else 0
    not_taken = [receipt.code for receipt in receipts if receipt.status in ("rejected", "conflict")]
    watches = request.wait > 0 and not request.events
    row = {
        "campaign_id": request.campaign_id,
        "caller_id": caller.caller_id,
        "device_id": caller.device_id,
        "heard_at": now,
        "due_at": now + (timedelta(seconds=min(request.wait, LONGEST_WAIT)) + LATE if watches else WITHOUT_WATCH),
        "came_at": now,
        "household_id": shown if shown in lent else None,
        "shown_at": now - timedelta(seconds=min(max(request.shown_for, 0), LONGEST_SHOWN)),
        "unsent": min(max(request.unsent, 0), _HIGHEST),
        "on_break": request.on_break,
        "leaves": request.leaves,
        "rejected": len(not_taken),
        "rejected_for": next(reversed(not_taken), ""),
        "silent_since": now - GONE_FOR,
    }
    connection.execute(_heard_of(connection.dialect.name, watches), row)


@cache
def _heard_of(dialect: str, watches: bool) -> Executable:
    """A send leaves it as it is how long the watch beside it goes on."""
    row, old = INSERT[dialect](presences), presences.c
    new = row.excluded
    is_back = old.heard_at < bindparam("silent_since", type_=Utc)
    unchanged = and_(old.household_id.is_not_distinct_from(new.household_id), old.on_break == new.on_break, ~is_back)
    longer = case((old.due_at > new.due_at, old.due_at), else_=new.due_at)
    return row.values({column.name: bindparam(column.name) for column in presences.columns}).on_conflict_do_update(
        index_elements=list(presences.primary_key),
        set_={
            "heard_at": new.heard_at,
            "due_at": new.due_at if watches else longer,
            "came_at": case((is_back, new.came_at), else_=old.came_at),
            "household_id": new.household_id,
            "shown_at": case((unchanged, old.shown_at), else_=new.shown_at),
            "unsent": new.unsent,
            "on_break": new.on_break,
            "leaves": new.leaves,
            "rejected": case((is_back, new.rejected), else_=old.rejected + new.rejected),
            "rejected_for": case((new.rejected > 0, new.rejected_for), else_=old.rejected_for),
        },
    )
