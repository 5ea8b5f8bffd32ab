"""What callers wrote down for the organiser beside results: mistakes in records, words on the script, messages sent."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TextIO

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, select

from phonetui.core.event import AnyEvent, FollowUpSent, HelpQuestion, Remark, Report, decode
from phonetui.core.voter import Voter
from phonetui.server.cells import cell
from phonetui.server.results import AT_ONCE, file_id
from phonetui.server.stored_campaign import known_campaign
from phonetui.server.tables import accounts, events, voters

COLUMNS = (
    "at_utc",
    "caller",
    "kind",
    "about",
    "voter_file_id",
    "first_name",
    "last_name",
    "number",
    "step",
    "text",
)


#: What the export calls each, and by which hand-off a message went.
KINDS = {"report": "report", "remark": "remark", "question": "question", "follow_up": "follow-up"}
_BY = {"link": "by this computer", "qr": "by QR code", "copy": "copied"}


class _Stored(Struct, frozen=True):
    """What was written down with what is known of its caller and voter; both may be gone."""

    event_id: str
    kind: str
    body: bytes
    stored_at: datetime
    caller: str | None
    file_key: str | None
    voter: bytes | None


def export_reports(connection: Connection, campaign_id: str, out: TextIO) -> int:
    """Writes what was reported as CSV, in the order in which it was; answers with the number of rows.

    Raises `Refused` for an unknown campaign.
    """
    known_campaign(connection, campaign_id)
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    count = 0
    for row in _rows(connection, campaign_id):
        writer.writerow([cell(text) for text in _texts(row)])
        count += 1
    return count


def _rows(connection: Connection, campaign_id: str) -> Iterator[_Stored]:
    """All of these kinds, by their ids: those begin with the time at which they were made."""
    columns = [events.c[name] for name in _Stored.__struct_fields__ if name in events.c]
    others = (accounts.c.name.label("caller"), voters.c.file_key, voters.c.body.label("voter"))
    same_voter = (voters.c.campaign_id == events.c.campaign_id) & (voters.c.voter_id == events.c.voter_id)
    chosen = (
        select(*columns, *others)
        .select_from(events)
        .join(accounts, accounts.c.caller_id == events.c.caller_id, isouter=True)
        .join(voters, same_voter, isouter=True)
        .where(events.c.campaign_id == campaign_id, events.c.kind.in_(KINDS))
        .order_by(events.c.event_id)
    )
    for row in connection.execute(chosen, execution_options={"stream_results": True, "yield_per": AT_ONCE}):
        yield _Stored(**row._mapping)


def _texts(row: _Stored) -> list[str]:
    event = decode(row.body)
    voter = msgspec.json.decode(row.voter, type=Voter) if row.voter else Voter("", "", "")
    return [
        f"{min(event.at, row.stored_at).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        row.caller or "",
        KINDS[row.kind],
        _about(event),
        file_id(row.file_key or ""),
        voter.first_name,
        voter.last_name,
        voter.number,
        event.step_id if isinstance(event, Remark) else "",
        _said(event),
    ]


def _about(event: AnyEvent) -> str:
    """What is wrong in a record; which message was sent."""
    if isinstance(event, FollowUpSent):
        return event.follow_up_id
    return event.about if isinstance(event, Report) else ""


def _said(event: AnyEvent) -> str:
    if isinstance(event, FollowUpSent):
        return _BY[event.how]
    return event.text if isinstance(event, Report | Remark | HelpQuestion) else ""
