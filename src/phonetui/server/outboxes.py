"""How far a device's outbox has arrived without a gap. A server restored from a backup is found out by this."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, Table, delete, select

from phonetui.server.engine import insert
from phonetui.server.tables import events, outboxes, rejected_seqs

#: So many sequence numbers are looked at in one go.
_STRETCH = 1000


def advance(
    connection: Connection, campaign_id: str, caller_id: str, device_id: str, refused: Collection[int], any_new: bool
) -> int:
    """The highest `seq` up to which every event was stored or, like those in `refused`, answered for good."""
    device = {"campaign_id": campaign_id, "caller_id": caller_id, "device_id": device_id}
    before = connection.scalar(select(outboxes.c.stored_through).where(*_of(outboxes, device))) or 0
    if not any_new:
        return before
    passed = [{**device, "seq": seq} for seq in sorted(refused) if seq > before]
    if passed:
        connection.execute(insert(connection, rejected_seqs).on_conflict_do_nothing(), passed)
    through = _without_gap(connection, device, before)
    if through > before:
        row = insert(connection, outboxes).values(**device, stored_through=through)
        keys = [outboxes.c[name] for name in device]
        connection.execute(row.on_conflict_do_update(index_elements=keys, set_={"stored_through": through}))
        connection.execute(delete(rejected_seqs).where(*_of(rejected_seqs, device), rejected_seqs.c.seq <= through))
    return through


def _without_gap(connection: Connection, device: dict[str, str], through: int) -> int:
    while True:
        later = (
            select(table.c.seq).where(*_of(table, device), table.c.seq > through).order_by(table.c.seq).limit(_STRETCH)
            for table in (events, rejected_seqs)
        )
        start, seqs = through, {seq for stretch in later for seq in connection.scalars(stretch)}
        while through + 1 in seqs:
            through += 1
        if through < start + _STRETCH:
            return through


def _of(table: Table, device: dict[str, str]) -> list[ColumnElement[bool]]:
    return [table.c[name] == value for name, value in device.items()]
