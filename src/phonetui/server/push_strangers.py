"""Voters who did not come from the system that is told: their ids are another list's, there perhaps somebody else's."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import select, update

from phonetui.core.push import NEXT, Happening, Outgoing, State
from phonetui.server.connection_runs import Run
from phonetui.server.connection_tables import pushes
from phonetui.server.exported_rows import file_id
from phonetui.server.households import slices
from phonetui.server.identity import id_key
from phonetui.server.list_ids import ListIds
from phonetui.server.push_rows import of
from phonetui.server.scrubbing import ERASED
from phonetui.server.tables import events, voters

#: What a row that is not told yet becomes: by its state, and whether the voter is a stranger there.
_BECOMES: dict[tuple[State, bool], Happening] = {
    ("waiting", True): "unknown_there",
    ("stranger", False): "known_there",
}


class _Untold(Struct, frozen=True):
    event_id: str
    state: State
    file_key: str
    ended: str


def keep_strangers_out(run: Run) -> int:
    """Lets results of strangers rest, and those go whose voters have come from there since; returns how many rest."""
    same_event = (events.c.campaign_id == pushes.c.campaign_id) & (events.c.event_id == pushes.c.event_id)
    same_voter = (voters.c.campaign_id == events.c.campaign_id) & (voters.c.voter_id == events.c.voter_id)
    rows = run.connection.execute(
        select(pushes.c.event_id, pushes.c.state, voters.c.file_key, voters.c.ended)
        .join_from(pushes, events, same_event)
        .join(voters, same_voter)
        .where(of(run.linked), pushes.c.state.in_(("waiting", "stranger")), ~pushes.c.is_there)
        .order_by(pushes.c.event_id)
    )
    untold = [_Untold(**row._mapping) for row in rows]
    run.connection.rollback()
    return sum(_sorted_out(run, part) for part in slices(untold))


def without_strangers_ids(run: Run, outcomes: Sequence[Outgoing]) -> list[Outgoing]:
    """The outcomes, those of strangers without an id: by it a reader would know somebody else."""
    keys = [id_key(one.file_id) for one in outcomes if one.file_id]
    strange = ListIds(run.connection, run.linked.campaign_id, run.linked.name).strange(keys)
    return [replace(one, file_id="") if one.file_id and id_key(one.file_id) in strange else one for one in outcomes]


def _sorted_out(run: Run, rows: Sequence[_Untold]) -> int:
    strange = _strange(run, [row.file_key for row in rows if row.ended != ERASED])
    for (state, is_strange), happening in _BECOMES.items():
        changed = [row.event_id for row in rows if row.state == state and (row.file_key in strange) == is_strange]
        if changed:
            these = of(run.linked) & pushes.c.event_id.in_(changed)
            run.connection.execute(update(pushes).where(these).values(state=NEXT[state, happening]))
    run.commit()
    return sum(row.file_key in strange for row in rows)


def _strange(run: Run, keys: list[str]) -> set[str]:
    """Those of the keys by which nobody is known there; a connection that shares its ids says itself who has none."""
    without_id = {key for key in keys if not file_id(key) and not run.linked.ids_are_theirs}
    return without_id | ListIds(run.connection, run.linked.campaign_id, run.linked.name).strange(keys).keys()
