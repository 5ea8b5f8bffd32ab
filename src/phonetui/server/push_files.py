"""The outbox of a connection whose system reads a file a day: each day in which something changed is written anew.

A file that was written before a kill, and not written down here, is simply written once more.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import select

from phonetui.core.campaign import Campaign
from phonetui.core.push import NEXT, OPEN
from phonetui.core.refusal import Refused
from phonetui.server.connection_runs import Run
from phonetui.server.connection_tables import pushes
from phonetui.server.connectors.connector import Pulls, Writes
from phonetui.server.households import slices
from phonetui.server.outgoing import day_of, of_day
from phonetui.server.push_outbox import ERASED, Progress, Pushing, open_rows, stands
from phonetui.server.push_rows import Row, becomes, histories, of
from phonetui.server.push_strangers import without_strangers_ids


class _Ready(Struct, frozen=True):
    """A row that a day's file is to hold, and the outcome that was in it before."""

    row: Row
    corrects: str
    is_undo: bool


def write(run: Run, campaign: Campaign, connector: Writes, progress: Progress | None = None) -> Pushing:
    """Writes every day that has something to tell; raises nothing for a file that cannot be written, but says so."""
    done = Pushing()
    days = _days(run, campaign, done)
    for count, (day, ready) in enumerate(sorted(days.items()), start=1):
        outcomes = of_day(run.connection, campaign, day, run.clock())
        if isinstance(connector, Pulls):  # else nobody knows whose ids they are
            outcomes = without_strangers_ids(run, outcomes)
        run.connection.rollback()
        try:
            connector.write(day, outcomes)
        except Refused as refused:
            done.said = str(refused)
            break
        _put_down(run, ready, {one.attempt_id for one in outcomes}, connector.lacks, done)
        if progress:
            progress(count, len(days))
    done.waiting = len(open_rows(run))
    return done


def _days(run: Run, campaign: Campaign, done: Pushing) -> dict[date, list[_Ready]]:
    """What waits, by day; what does not stand any more is overtaken, and what was erased is lost."""
    days: defaultdict[date, list[_Ready]] = defaultdict(list)
    for event_ids in slices(open_rows(run)):
        for history in histories(run.connection, run.linked, _attempts(run, event_ids)).values():
            for row in (history.rows[one] for one in event_ids if one in history.rows):
                if row.state not in OPEN:  # the voter was erased meanwhile
                    continue
                now = run.clock()
                if not stands(history, row.event_id):
                    becomes(run.connection, run.linked, row, "overtaken", done_at=now)
                    continue
                known = [row.event_id, history.there]
                day = day_of(run.connection, campaign, row.attempt_id, known)
                if day is None:
                    done.lost += 1
                    becomes(run.connection, run.linked, row, "untellable", done_at=now, said=ERASED)
                else:
                    days[day].append(_Ready(row, history.there, history.is_undo(row.event_id)))
        run.commit()
    return days


def _attempts(run: Run, event_ids: list[str]) -> list[str]:
    rows = select(pushes.c.attempt_id).where(of(run.linked), pushes.c.event_id.in_(event_ids)).distinct()
    return list(run.connection.scalars(rows))


def _put_down(run: Run, ready: list[_Ready], in_file: set[str], lacks: str, done: Pushing) -> None:
    """Writes down that the file has them, but for what it `lacks`; what stands and is not in it was erased."""
    for part in slices(ready):
        for one in part:
            if one.is_undo or one.row.attempt_id in in_file:
                done.pushed += 1
                begun = replace(one.row, state=NEXT[one.row.state, "begins"])
                taken = {"is_there": True, "done_at": run.clock(), "said": lacks}
                becomes(run.connection, run.linked, begun, "taken", corrects=one.corrects, **taken)
            else:
                done.lost += 1
                becomes(run.connection, run.linked, one.row, "untellable", done_at=run.clock(), said=ERASED)
        run.commit()
