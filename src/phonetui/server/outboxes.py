"""How far a device's outbox has arrived without a gap. A server restored from a backup is found out by this."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from sqlalchemy import ColumnElement, Connection, Executable, Select, Table, and_, bindparam, delete, select, union_all

from phonetui.server.engine import INSERT, insert_new
from phonetui.server.tables import events, outboxes, rejected_seqs

#: So many sequence numbers are looked at in one go.
_STRETCH = 1000


def _of_device(table: Table) -> ColumnElement[bool]:
    return and_(*[table.c[name] == bindparam(name) for name in ("campaign_id", "caller_id", "device_id")])


def _later(table: Table) -> Select[int]:
    later = select(table.c.seq).where(_of_device(table), table.c.seq > bindparam("through"))
    return select(later.order_by(table.c.seq).limit(_STRETCH).subquery())


_STORED_THROUGH = select(outboxes.c.stored_through).where(_of_device(outboxes))
_LATER = union_all(_later(events), _later(rejected_seqs))
_PASS = delete(rejected_seqs).where(_of_device(rejected_seqs), rejected_seqs.c.seq <= bindparam("through"))


def advance(
    connection: Connection, campaign_id: str, caller_id: str, device_id: str, refused: Collection[int], any_new: bool
) -> int:
    """The highest `seq` up to which every event was stored or, like those in `refused`, answered for good."""
    device = {"campaign_id": campaign_id, "caller_id": caller_id, "device_id": device_id}
    before = connection.scalar(_STORED_THROUGH, device) or 0
    if not any_new:
        return before
    passed = [{**device, "seq": seq} for seq in sorted(refused) if seq > before]
    if passed:
        connection.execute(insert_new(connection, rejected_seqs), passed)
    through = _without_gap(connection, device, before)
    if through > before:
        connection.execute(_advance(connection.dialect.name), {**device, "stored_through": through})
        connection.execute(_PASS, {**device, "through": through})
    return through


@cache
def _advance(dialect: str) -> Executable:
    row = INSERT[dialect](outboxes)
    return row.on_conflict_do_update(
        index_elements=list(outboxes.primary_key), set_={"stored_through": row.excluded.stored_through}
    )


def _without_gap(connection: Connection, device: dict[str, str], through: int) -> int:
    while True:
        start, seqs = through, set(connection.scalars(_LATER, {**device, "through": through}))
        while through + 1 in seqs:
            through += 1
        if through < start + _STRETCH:
            return through
