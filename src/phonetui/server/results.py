"""Results for the campaign: one row per attempt as it stands after undo and correction, and what they sum to."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TextIO
from zoneinfo import ZoneInfo

from msgspec import Struct
from sqlalchemy import Connection, func, select

from phonetui.core.answers import all_parts
from phonetui.core.campaign import Campaign, Question
from phonetui.core.conditions import BETWEEN
from phonetui.core.eligibility import known_zone
from phonetui.core.event import decode_outcome
from phonetui.core.recall import disposition_of
from phonetui.server.cells import cell
from phonetui.server.exported_rows import Exported, exported
from phonetui.server.stored_campaign import known_campaign
from phonetui.server.tables import attempts

COLUMNS = (
    "attempt_id",
    "at_utc",
    "local_date",
    "local_time",
    "caller",
    "voter_file_id",
    "first_name",
    "last_name",
    "number",
    "disposition",
    "label",
    "contact",
    "talk",
    "same_call",
    "late",
)
#: After the answers, one column a question; `other_answers` are to questions that the script no longer asks.
LAST_COLUMNS = ("other_answers", "note", "call_back")


class Figures(Struct, frozen=True):
    """What a campaign's attempts sum to; contacts and talks count once a voter and round."""

    attempts: int
    contacts: int
    talks: int


class _Attempt(Exported, frozen=True, kw_only=True):
    attempt_id: str
    at: datetime
    number: str
    contact: bool
    talk: bool
    same_call: bool
    late: bool
    body: bytes


def tally(connection: Connection, campaign_id: str) -> Figures:
    """What the campaign's attempts sum to, as `core.tally` counts them."""
    of_campaign = attempts.c.campaign_id == campaign_id
    dialed = select(func.count()).where(of_campaign, attempts.c.same_call.is_(False))
    reached = select(attempts.c.voter_id, attempts.c.round).where(of_campaign).distinct()
    counts = (
        connection.scalar(select(func.count()).select_from(reached.where(flag).subquery())) or 0
        for flag in (attempts.c.contact, attempts.c.talk)
    )
    return Figures(connection.scalar(dialed) or 0, *counts)


def export(
    connection: Connection, campaign_id: str, out: TextIO, told: Callable[[int], None] = lambda rows: None
) -> int:
    """Writes the results as CSV, in the order in which the attempts were made; answers with the number of rows.

    An answer's cell holds the answer's id, several with `; ` between them, a number in digits, a date with its year
    first, an amount in the campaign's currency, or what was typed. `told` hears how many rows are written so far.
    Raises `Refused` for an unknown campaign.
    """
    campaign = known_campaign(connection, campaign_id).campaign
    questions = {part: step.question for step in campaign.steps if step.question for part in all_parts(step.question)}
    writer = csv.writer(out)
    writer.writerow([cell(name) for name in (*COLUMNS, *questions, *LAST_COLUMNS)])
    count = 0
    of_campaign = attempts.c.campaign_id == campaign_id
    for row in exported(connection, _Attempt, attempts, of_campaign, attempts.c.attempt_id):  # ids begin with the time
        writer.writerow([cell(text) for text in _texts(campaign, questions, row)])
        count += 1
        told(count)
    return count


def _texts(campaign: Campaign, questions: dict[str, Question], row: _Attempt) -> list[str]:
    outcome = decode_outcome(row.body)
    voter = row.about
    zone = (known_zone(voter.zones[0]) if voter.zones else None) or ZoneInfo(campaign.zone)
    local = row.at.astimezone(zone)
    flags = (row.contact, row.talk, row.same_call, row.late)
    others = [f"{key}={answer}" for key, answer in sorted(outcome.answers.items()) if key not in questions]
    return [
        row.attempt_id,
        f"{row.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        f"{local:%Y-%m-%d}",
        f"{local:%H:%M}",
        row.caller or "",
        row.file_id,
        voter.first_name,
        voter.last_name,
        "" if row.is_of_erased else row.number,
        outcome.disposition,
        campaign.words(disposition_of(campaign, outcome.disposition).label),
        *("yes" if flag else "no" for flag in flags),
        *(_plainly(question, outcome.answers.get(key, "")) for key, question in questions.items()),
        "; ".join(others),
        outcome.note,
        outcome.call_at.astimezone(zone).isoformat(timespec="minutes") if outcome.call_at else "",
    ]


def _plainly(question: Question, answer: str) -> str:
    """Several answers with a blank between them; any other as it is."""
    return answer.replace(BETWEEN, f"{BETWEEN} ") if question.kind == "several" else answer
