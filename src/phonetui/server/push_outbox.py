"""The outbox of a connection: each outcome that stands is told once it is old enough, and told again until it arrived.

Nothing is lost when a run is killed: a row says `sending` from before the system is told until its answer is written
down, and what is found so at the next run is in doubt.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import case, select, update

from phonetui.core.campaign import Campaign
from phonetui.core.push import NEXT, OPEN, Happening, Lost, Outgoing, State
from phonetui.core.refusal import Refused
from phonetui.server.backups import restored_at
from phonetui.server.connection_runs import Run
from phonetui.server.connection_tables import pushes
from phonetui.server.connectors.connector import Sends, SystemBusy, SystemDown, SystemRefused, Unsettled, WrongKey
from phonetui.server.log import log_failure
from phonetui.server.outgoing import outgoing
from phonetui.server.push_rows import IS_OPEN, History, Row, becomes, find_row, histories, of

#: A record over which the system failed so often is left to the end of a run.
PATIENCE = 3
#: One over which it failed so often, while it took others, is refused.
MOST_TRIES = 10
#: So many records in a row without an answer mean that the system is down, and so many in a row to which the key has no
#: right, that it has lost the right to all.
IN_A_ROW = 2
FORBIDDEN = 403

ERASED = "The voter was erased here before this was told."
#: Behind the system's own words.
PERHAPS_THERE = "It may be there all the same: an earlier answer was lost."
PERHAPS_NEVER_THERE = "What this corrects may never have come there: its answer was lost."

#: Called with how many of how many were told.
Progress = Callable[[int, int], None]


class Pushing(Struct):
    """What came of a run. `said` is why it ended early, empty where it did not; `down`: the system did not answer.

    `rests` are seconds for which the system asked to be left alone, none where it did not ask. `strangers` counts the
    results that rest, for their voters did not come from there.
    """

    pushed: int = 0
    refused: int = 0
    lost: int = 0
    waiting: int = 0
    said: str = ""
    down: bool = False
    rests: float | None = None
    strangers: int = 0


class _Told(Struct, frozen=True):
    """A row that is `sending` by now, and what is told. `doubt_since`: it may be there already."""

    row: Row
    one: Outgoing
    doubt_since: datetime | None


class _Missed(Struct, frozen=True):
    """What did not come through, and in which words: there was no answer, no right to it, or it was not the time."""

    told: _Told
    said: str
    why: Literal["silent", "forbidden", "shut"]


def push(run: Run, campaign: Campaign, connector: Sends, progress: Progress | None = None) -> Pushing:
    """Tells all that waits. A record that fails stops nothing; a system that is down, busy or shut ends the run."""
    done = Pushing()
    event_ids = open_rows(run)
    missed: list[_Missed] = []
    for count, event_id in enumerate(event_ids, start=1):
        told = _begun(run, campaign, event_id, done)
        if told is None:
            continue
        try:
            if _tell(run, connector, told, done):
                _refuse_forbidden(run, missed, done)
            missed = []
        except SystemDown as down:
            done.refused += _unanswered(run, told, down)
            missed.append(_Missed(told, str(down), "silent"))
        except Refused as refused:
            _put_off(run, told, refused)
            missed.append(_Missed(told, str(refused), "forbidden" if _is_forbidden(refused) else "shut"))
            done.rests = refused.retry_after if isinstance(refused, SystemBusy) else None
        if len(missed) == IN_A_ROW or (missed and missed[-1].why == "shut"):
            break
        if progress:
            progress(count, len(event_ids))
    if done.pushed and len(missed) == 1 and missed[0].told.row.tries >= PATIENCE:
        missed = _refuse_forbidden(run, missed, done)
    if missed:
        done.said, done.down = missed[-1].said, missed[-1].why == "silent"
    done.waiting = len(open_rows(run))
    return done


def open_rows(run: Run) -> list[str]:
    """What waits, or is in doubt, by the events' ids: first what is in doubt, last what failed again and again."""
    late = case((pushes.c.tries >= PATIENCE, 1), else_=0)
    waiting = select(pushes.c.event_id).where(of(run.linked), IS_OPEN)
    found = run.connection.scalars(waiting.order_by(late, pushes.c.state, pushes.c.event_id)).all()
    run.connection.rollback()
    return list(found)


def again(run: Run) -> None:
    """Lets all that was refused, or told in part, be told once more."""
    states: tuple[State, ...] = ("refused", "in_part")
    for state in states:
        once_more = update(pushes).where(of(run.linked), pushes.c.state == state)
        run.connection.execute(once_more.values(state=NEXT[state, "again"], tries=0))
    run.commit()


def stands(history: History, event_id: str) -> bool:
    """Whether this is what the system has to know: the outcome that stands, or that it has one that does not."""
    if history.is_undo(event_id):
        return not history.standing and bool(history.there)
    return history.standing == event_id


def _begun(run: Run, campaign: Campaign, event_id: str, done: Pushing) -> _Told | None:
    """Writes down that the event is being told; None where it is not to be told, or not yet."""
    row = find_row(run.connection, run.linked, event_id)
    if row.state not in OPEN:  # the voter was erased while others were told
        run.connection.rollback()
        return None
    history = histories(run.connection, run.linked, [row.attempt_id])[row.attempt_id]
    if row.state == "waiting" and history.is_under_way:  # what is in doubt goes first, so that the order is kept
        run.connection.rollback()
        return None
    if row.state == "waiting" and not stands(history, event_id):
        _written(run, row, "overtaken", done_at=run.clock())
        return None
    corrects = _corrects(history, row)
    one = outgoing(run.connection, campaign, history, row.attempt_id, event_id, corrects)
    if one is None:
        done.lost += 1
        _written(run, row, "untellable", done_at=run.clock(), said=ERASED)
        return None
    now = run.clock()
    restored = restored_at(run.connection, now)
    doubt_since = row.first_tried_at or (one.at if restored and one.at < restored else None)
    begun = replace(row, state="sending", tries=row.tries + 1, first_tried_at=doubt_since or now)
    kept = row.corrects if row.is_there else corrects
    _written(run, row, "begins", corrects=kept, tries=begun.tries, first_tried_at=begun.first_tried_at)
    return _Told(begun, one, doubt_since)


def _corrects(history: History, row: Row) -> str:
    """What the system has been told before in place of this; itself, where it has that in part."""
    if row.is_there:
        return row.event_id
    return row.corrects if row.first_tried_at else history.there


def _tell(run: Run, connector: Sends, told: _Told, done: Pushing) -> bool:
    """Tells it, and writes the answer down; raises what ends the run, or may end it. Whether the system took it."""
    try:
        answer = connector.send(told.one, doubt_since=told.doubt_since)
    except SystemRefused as refused:
        done.refused += 1
        _refused(run, told, str(refused), part_told=refused.part_told)
    except Refused:
        raise
    except Exception as error:  # noqa: BLE001 - one record that phonetui itself fails over must not stop the others
        log_failure(error)
        done.refused += 1
        _refused(run, told, f"phonetui itself failed over this one ({type(error).__name__}).")
    else:
        if isinstance(answer, Lost):
            done.lost += 1
            _answered(run, told, "untellable", answer.said)
        else:
            done.pushed += not (answer.in_part and told.one.is_retold)
            _answered(run, told, "taken_in_part" if answer.in_part else "taken", answer.said, answer.remote_id)
            return True
    return False


def _is_forbidden(refused: Refused) -> bool:
    return isinstance(refused, WrongKey) and refused.status == FORBIDDEN


def _refuse_forbidden(run: Run, missed: list[_Missed], done: Pushing) -> list[_Missed]:
    """Others are taken, so that the key had no right to these alone; the rest is left."""
    for one in missed:
        if one.why == "forbidden":
            put_off = replace(one.told.row, state="sending" if one.told.doubt_since else "waiting")
            _written(run, put_off, "refused", said=_with_doubt(one.told, one.said), done_at=run.clock())
            done.refused += 1
    return [one for one in missed if one.why != "forbidden"]


def _refused(run: Run, told: _Told, said: str, *, part_told: bool = False) -> None:
    """If it was in doubt before, it still is, and so is what was told in part."""
    since = told.row.first_tried_at if part_told else told.doubt_since
    _written(run, told.row, "refused", said=_with_doubt(told, said), done_at=run.clock(), first_tried_at=since)


def _with_doubt(told: _Told, said: str) -> str:
    return f"{said} {PERHAPS_THERE}" if told.doubt_since else said


def _answered(run: Run, told: _Told, happening: Happening, said: str, remote_id: str = "") -> None:
    said = f"{said} {PERHAPS_NEVER_THERE}".strip() if told.one.corrects_since else said
    values: dict[str, object] = {"done_at": run.clock(), "first_tried_at": None, "said": said}
    if happening in ("taken", "taken_in_part"):
        values |= {"is_there": True, "remote_id": remote_id}
    _written(run, told.row, happening, **values)


def _put_off(run: Run, told: _Told, why: Refused) -> None:
    """The system did not take it; if it was in doubt before, it still is, and so is what was told in part."""
    if told.doubt_since or (isinstance(why, Unsettled) and why.part_told):
        _written(run, told.row, "unanswered", said=str(why))
    else:
        _written(run, told.row, "put_off", said=str(why), first_tried_at=None)


def _unanswered(run: Run, told: _Told, why: SystemDown) -> bool:
    """Nobody knows whether the system took it, unless it never left; whether it counts as refused, after many tries."""
    if why.nothing_sent:
        _put_off(run, told, why)
        return False
    gives_up = told.row.tries >= MOST_TRIES and _answers_others(run, told.row)
    if gives_up:
        _written(run, told.row, "refused", said=str(why), done_at=run.clock())
    else:
        _written(run, told.row, "unanswered", said=str(why))
    return gives_up


def _answers_others(run: Run, row: Row) -> bool:
    """Whether the system has answered about any other since it did not about this one."""
    answered = pushes.c.state.in_(("pushed", "in_part", "refused", "lost")) & (pushes.c.done_at >= row.first_tried_at)
    return run.connection.scalar(select(pushes.c.event_id).where(of(run.linked), answered).limit(1)) is not None


def _written(run: Run, row: Row, happening: Happening, **values: object) -> None:
    becomes(run.connection, run.linked, row, happening, **values)
    run.commit()
