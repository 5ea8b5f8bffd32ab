"""The outbox of a connection in the database: its rows, and what they and the events of an attempt amount to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, select, update

from phonetui.core.event import Attempt
from phonetui.core.push import NEXT, OPEN, Happening, State
from phonetui.server.connection_tables import pushes
from phonetui.server.connections import Linked
from phonetui.server.tables import attempts, events

#: Characters of a sentence, and of a system's id, that are kept.
LONGEST_WORDS, LONGEST_ID = 500, 100
#: What an attempt consists of.
KINDS = ("outcome", "undo")


class Row(Struct, frozen=True, kw_only=True):
    """A row of the table `pushes`. `is_there`: the system has it, at least in part.

    `first_tried_at` is set while it is in doubt whether the system has what it is told, also where it is refused.
    """

    event_id: str
    attempt_id: str
    corrects: str
    state: State
    tries: int
    first_tried_at: datetime | None
    remote_id: str
    is_there: bool

    @property
    def is_perhaps_there(self) -> bool:
        """Whether the system has it, or may have it."""
        return self.is_there or self.first_tried_at is not None


class Recorded(Struct, frozen=True):
    """An event of an attempt."""

    event_id: str
    kind: str
    stored_at: datetime


class History(Struct, frozen=True):
    """What is known of one attempt: its events and rows by the event's id, and the outcome that stands, if one does."""

    events: Mapping[str, Recorded]
    rows: Mapping[str, Row]
    standing: str

    @property
    def there(self) -> str:
        """The outcome that the system has of it, or has perhaps; empty where it has none."""
        corrected = {row.corrects for row in self.rows.values() if row.is_there}
        there = [row.event_id for row in self.rows.values() if row.is_perhaps_there]
        left = [one for one in there if one not in corrected and not self.is_undo(one)]
        return max(left, default="")

    @property
    def is_under_way(self) -> bool:
        """Whether the system is being told something of it, or was without an answer."""
        return any(row.state == "sending" for row in self.rows.values())

    def is_undo(self, event_id: str) -> bool:
        """Whether the event takes the attempt back."""
        return event_id in self.events and self.events[event_id].kind == "undo"


class _Id(Struct):
    id: str


_decode_id = msgspec.json.Decoder(_Id).decode
_decode_attempt: Callable[[bytes], Attempt] = msgspec.json.Decoder(Attempt).decode
_COLUMNS = [pushes.c[name] for name in Row.__struct_fields__]


#: What waits, or is in doubt.
IS_OPEN = pushes.c.state.in_(OPEN)


def of(linked: Linked) -> ColumnElement[bool]:
    """The rows of one connection."""
    return (pushes.c.campaign_id == linked.campaign_id) & (pushes.c.name == linked.name)


def find_row(connection: Connection, linked: Linked, event_id: str) -> Row:
    """The row of that event, which is there."""
    row = connection.execute(select(*_COLUMNS).where(of(linked), pushes.c.event_id == event_id)).one()
    return Row(**row._mapping)


def histories(connection: Connection, linked: Linked, attempt_ids: Sequence[str]) -> dict[str, History]:
    """What is known of each of these attempts."""
    events_of: defaultdict[str, dict[str, Recorded]] = defaultdict(dict)
    rows_of: defaultdict[str, dict[str, Row]] = defaultdict(dict)
    known = (events.c.campaign_id == linked.campaign_id) & events.c.attempt_id.in_(attempt_ids)
    found = select(events.c.attempt_id, events.c.event_id, events.c.kind, events.c.stored_at)
    for event in connection.execute(found.where(known, events.c.kind.in_(KINDS))):
        events_of[event.attempt_id][event.event_id] = Recorded(event.event_id, event.kind, event.stored_at)
    for row in connection.execute(select(*_COLUMNS).where(of(linked), pushes.c.attempt_id.in_(attempt_ids))):
        rows_of[row.attempt_id][row.event_id] = Row(**row._mapping)
    stand = select(attempts.c.attempt_id, attempts.c.body).where(
        attempts.c.campaign_id == linked.campaign_id, attempts.c.attempt_id.in_(attempt_ids)
    )
    standing = {row.attempt_id: _outcome_id(row.body) for row in connection.execute(stand)}
    return {one: History(events_of[one], rows_of[one], standing.get(one, "")) for one in attempt_ids}


def told_of(connection: Connection, linked: Linked, voter_id: str, since: datetime) -> list[Attempt]:
    """The voter's outcomes, and the undos, that the system was told since then, or perhaps was.

    Those are among them that the server still has.
    """
    told = (pushes.c.is_there | pushes.c.first_tried_at.is_not(None)) & (
        (pushes.c.done_at >= since) | (pushes.c.first_tried_at >= since)
    )
    of_voter = (events.c.campaign_id == linked.campaign_id) & (events.c.voter_id == int(voter_id))
    found = (
        select(events.c.body)
        .join(pushes, (pushes.c.campaign_id == events.c.campaign_id) & (pushes.c.event_id == events.c.event_id))
        .where(of_voter, events.c.kind.in_(KINDS), of(linked), told)
    )
    bodies = connection.scalars(found).all()
    connection.rollback()
    return [_decode_attempt(body) for body in bodies if _outcome_id(body)]


def _outcome_id(body: bytes) -> str:
    """Empty for an outcome that was erased."""
    try:
        return _decode_id(body).id
    except msgspec.DecodeError:
        return ""


def becomes(connection: Connection, linked: Linked, row: Row, happening: Happening, **values: object) -> None:
    """Brings a row to the state that follows; words and the system's id are cut to what the columns hold."""
    cut = {"said": LONGEST_WORDS, "remote_id": LONGEST_ID}
    kept = {name: str(value)[: cut[name]] if name in cut else value for name, value in values.items()}
    this = of(linked) & (pushes.c.event_id == row.event_id)
    connection.execute(update(pushes).where(this).values(state=NEXT[row.state, happening], **kept))
