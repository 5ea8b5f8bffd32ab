"""What callers wrote down for the organiser beside results: mistakes in records, words on the script, messages sent."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from typing import TextIO

from sqlalchemy import Connection

from phonetui.core.event import AnyEvent, FollowUpSent, HelpQuestion, Remark, Report, decode
from phonetui.server.cells import cell
from phonetui.server.exported_rows import Exported, exported
from phonetui.server.stored_campaign import known_campaign
from phonetui.server.tables import events

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


class _Stored(Exported, frozen=True, kw_only=True):
    kind: str
    body: bytes
    stored_at: datetime


def export_reports(connection: Connection, campaign_id: str, out: TextIO) -> int:
    """Writes what was reported as CSV, in the order in which it was; answers with the number of rows.

    Raises `Refused` for an unknown campaign.
    """
    known_campaign(connection, campaign_id)
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    count = 0
    of_these = (events.c.campaign_id == campaign_id) & events.c.kind.in_(KINDS)
    for row in exported(connection, _Stored, events, of_these, events.c.event_id):  # ids begin with the time
        writer.writerow([cell(text) for text in _texts(row)])
        count += 1
    return count


def _texts(row: _Stored) -> list[str]:
    event = decode(row.body)
    voter = row.about
    return [
        f"{min(event.at, row.stored_at).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        row.caller or "",
        KINDS[row.kind],
        _about(event),
        row.file_id,
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
