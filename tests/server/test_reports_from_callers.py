"""What callers reported, as the organiser reads it."""

from __future__ import annotations

import asyncio
import csv
from datetime import timedelta
from io import StringIO

import msgspec
import pytest

from phonetui.core.event import FollowUpSent, HelpQuestion, Remark, Report
from phonetui.core.refusal import Refused
from phonetui.server.engine import Database, sync_engine
from phonetui.server.reports_from_callers import export_reports

from .conftest import Clock
from .phone_bank import dana_calls_ann, number, statuses


def exported(url: str) -> list[dict[str, str]]:
    """The rows of the exported file."""
    out = StringIO(newline="")
    with sync_engine(url).connect() as connection:
        count = export_reports(connection, "turnout", out)
    rows = list(csv.DictReader(StringIO(out.getvalue(), newline="")))
    assert len(rows) == count
    return rows


def test_a_correction_and_a_remark_reach_the_organiser(database: Database, url: str, clock: Clock) -> None:
    async def story() -> None:
        _, dana, ann = await dana_calls_ann(database, clock)
        called = dana.outcome(ann, "not_home")
        about_ann = {"campaign_id": "turnout", "voter_id": ann, "ticket": called.ticket, "at": clock()}
        new_address = {"id": "r-2", "seq": 2, "about": "address", "text": "=Moved to\n12 Mill Ct"}
        moved = msgspec.convert({**about_ann, **new_address}, Report)
        too_long = {"id": "r-3", "seq": 3, "step_id": "hello", "text": "Too long", "at": clock() + timedelta(days=9)}
        hard = msgspec.convert({**about_ann, **too_long}, Remark)
        reply = await dana.sends(called, moved, hard)
        assert statuses(reply.receipts) == ["stored"] * 3

    asyncio.run(story())
    voter = {"voter_file_id": "1", "first_name": "Ann", "last_name": "Doe", "number": number(1)}
    here = {"at_utc": "2026-10-06T16:00:00Z", "caller": "dana", **voter}
    assert exported(url) == [
        {**here, "kind": "report", "about": "address", "step": "", "text": "'=Moved to 12 Mill Ct"},
        {**here, "kind": "remark", "about": "", "step": "hello", "text": "Too long"},
    ]


def test_questions_and_messages_sent_are_listed_with_who_asked_and_sent(
    database: Database, url: str, clock: Clock
) -> None:
    async def story() -> None:
        _, dana, ann = await dana_calls_ann(database, clock)
        called = dana.outcome(ann, "talked")
        about_ann = {"campaign_id": "turnout", "voter_id": ann, "ticket": called.ticket, "at": clock()}
        sent = msgspec.convert({**about_ann, "id": "r-2", "seq": 2, "follow_up_id": "place", "how": "qr"}, FollowUpSent)
        by_nobody = {"id": "r-3", "seq": 3, "campaign_id": "turnout", "at": clock(), "text": "May students vote?"}
        reply = await dana.sends(called, sent, msgspec.convert(by_nobody, HelpQuestion))
        assert statuses(reply.receipts) == ["stored"] * 3

    asyncio.run(story())
    told = [(row["caller"], row["kind"], row["about"], row["voter_file_id"], row["text"]) for row in exported(url)]
    assert told == [
        ("dana", "follow-up", "place", "1", "by QR code"),
        ("dana", "question", "", "", "May students vote?"),
    ]


def test_reports_of_an_unknown_campaign_are_refused(url: str) -> None:
    with pytest.raises(Refused) as refused:
        exported(url)
    assert str(refused.value) == "There is no campaign turnout; add one with `phonetui server campaign add`."
