"""All that is held of a voter, table by table: what a person may ask to see."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, Table, and_, select

from phonetui.core.refusal import Refused
from phonetui.core.voter import Voter, decode_voter
from phonetui.server.connection_tables import pushes, remote_ids
from phonetui.server.moves import numbers_of
from phonetui.server.scrubbing import ERASED
from phonetui.server.supervising_tables import presences
from phonetui.server.tables import (
    attempts,
    bridge_calls,
    ended_numbers,
    events,
    households,
    lists,
    moved_voters,
    news,
    number_locks,
    questions,
    replaced_voters,
    suppressed_numbers,
    voters,
)
from phonetui.wire_supervisors import HeldOfVoter

_HIGHEST = 2**31 - 1
_read_json = msgspec.json.Decoder(object).decode


def voter_key(text: str) -> int:
    """A voter's id as a path has it; raises `Refused` for what is none."""
    if not text.isascii() or not text.isdigit() or not 0 < int(text[:12]) <= _HIGHEST:
        raise unknown()
    return int(text[:12])


def held(connection: Connection, campaign_id: str, voter_id: int) -> HeldOfVoter:
    """Every row that tells of the voter; raises `Refused` where there is no such voter, or none any more."""
    this = and_(voters.c.campaign_id == campaign_id, voters.c.voter_id == voter_id)
    row = connection.execute(select(voters).where(this, voters.c.ended != ERASED)).first()
    if row is None:
        raise unknown()
    voter = decode_voter(row.body)
    found = {
        table.name: [_readable(each) for each in connection.execute(select(table).where(which))]
        for table, which in _where(connection, campaign_id, row, voter).items()
    }
    return HeldOfVoter(str(voter_id), voter.full_name, {name: rows for name, rows in found.items() if rows})


def _where(
    connection: Connection, campaign_id: str, row: Row[Any], voter: Voter
) -> Mapping[Table, ColumnElement[bool]]:
    """Where in each table the voter is."""
    numbers = numbers_of(voter)
    file_id = row.file_key.partition(":")[2]

    def of(table: Table) -> ColumnElement[bool]:
        return and_(table.c.campaign_id == campaign_id, table.c.voter_id == row.voter_id)

    def home(table: Table) -> ColumnElement[bool]:
        return and_(table.c.campaign_id == campaign_id, table.c.household_id == row.household_id)

    recorded = list(connection.scalars(select(events.c.event_id).where(of(events))))
    made = list(connection.scalars(select(attempts.c.attempt_id).where(of(attempts))))
    at_numbers = suppressed_numbers.c.number.in_(numbers)
    here = news.c.campaign_id == campaign_id
    told = (news.c.kind == "withdrawn") & (news.c.subject == str(row.voter_id))
    rung = (news.c.kind == "suppressed") & news.c.subject.in_(numbers)
    return {
        voters: of(voters),
        lists: and_(lists.c.campaign_id == campaign_id, lists.c.list_id == row.list_id),
        households: home(households),
        replaced_voters: of(replaced_voters),
        moved_voters: of(moved_voters),
        events: of(events),
        attempts: of(attempts),
        questions: and_(questions.c.campaign_id == campaign_id, questions.c.event_id.in_(recorded)),
        news: and_(here, told | rung | news.c.answers.in_(recorded)),
        bridge_calls: home(bridge_calls),
        presences: home(presences),
        number_locks: number_locks.c.number.in_(numbers),
        suppressed_numbers: at_numbers,
        ended_numbers: and_(ended_numbers.c.campaign_id == campaign_id, ended_numbers.c.number.in_(numbers)),
        pushes: and_(pushes.c.campaign_id == campaign_id, pushes.c.attempt_id.in_(made)),
        remote_ids: and_(remote_ids.c.campaign_id == campaign_id, remote_ids.c.file_id.in_((file_id, *recorded))),
    }


def _readable(row: Row[Any]) -> dict[str, object]:
    return {name: _plainly(value) for name, value in row._mapping.items()}


def _plainly(value: object) -> object:
    """As JSON: what is stored as JSON itself, and times as text."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if not isinstance(value, bytes):
        return value
    try:
        return _read_json(value)
    except msgspec.DecodeError:
        return b64encode(value).decode()


def unknown() -> Refused:
    """What to raise for a voter who is not there."""
    return Refused("There is no such voter, or they have been erased; find them again.")
