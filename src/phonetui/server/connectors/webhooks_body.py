"""What a webhook says. `guide/webhooks.md` describes it, and promises that it stays."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

from msgspec import Struct

from phonetui.core.push import Outgoing
from phonetui.server.connectors.connector import Setup
from phonetui.server.connectors.files_rows import answers_of, label_of, result_of

#: Counts up when a field gets another name or another meaning; a new field alone does not change it.
VERSION = 1


class WebhookVoter(Struct, frozen=True, kw_only=True):
    """Whom the attempt was to reach, and at which number."""

    file_id: str
    first_name: str
    last_name: str
    number: str


class Result(Struct, frozen=True, kw_only=True):
    """What came of it. `label` is in the campaign's words; `call_back` is when the voter was promised a call."""

    disposition: str
    label: str
    contact: bool
    talk: bool
    answers: dict[str, str]
    note: str
    call_back: datetime | None


class Body(Struct, frozen=True, kw_only=True):
    """One outcome, correction or undo. `corrects` is the id under which the attempt was told before.

    `result` is what stands now; None after an undo.
    """

    version: int
    kind: Literal["outcome", "correction", "undo"]
    id: str
    corrects: str
    campaign: str
    attempt: str
    at: datetime
    caller: str
    voter: WebhookVoter
    result: Result | None


#: What `check` posts in place of a body.
CHECK = {"version": VERSION, "kind": "check"}


def body_of(setup: Setup, one: Outgoing) -> Body:
    """The body for one thing to tell."""
    return Body(
        version=VERSION,
        kind="undo" if one.outcome is None else "correction" if one.corrects else "outcome",
        id=one.event_id,
        corrects=one.corrects,
        campaign=setup.campaign.campaign_id,
        attempt=one.attempt_id,
        at=one.at.astimezone(UTC),
        caller=one.caller,
        voter=WebhookVoter(
            file_id=one.file_id,
            first_name=one.voter.first_name,
            last_name=one.voter.last_name,
            number=one.number,
        ),
        result=_result(setup, one),
    )


def _result(setup: Setup, one: Outgoing) -> Result | None:
    if one.outcome is None:
        return None
    return Result(
        disposition=result_of(setup, one),
        label=label_of(setup, one),
        contact=one.contact,
        talk=one.talk,
        answers=answers_of(setup, one.outcome),
        note=one.outcome.note,
        call_back=one.outcome.call_at.astimezone(UTC) if one.outcome.call_at else None,
    )
