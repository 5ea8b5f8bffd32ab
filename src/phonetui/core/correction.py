"""Correcting a call afterwards: which corrections make sense, and the outcome that takes the place of the earlier."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec
from msgspec import Struct

from phonetui.core.answers import all_parts
from phonetui.core.call import LONGEST_NOTE
from phonetui.core.campaign import Campaign, Disposition
from phonetui.core.event import Outcome
from phonetui.core.refusal import Refused
from phonetui.core.text import clean
from phonetui.core.translation import tr


class Correction(Struct, frozen=True):
    """How a call ought to read. `call_at` and `to_me` are as in an outcome."""

    disposition: str
    answers: dict[str, str] = {}
    note: str = ""
    call_at: datetime | None = None
    to_me: bool = False


def as_it_reads(outcome: Outcome) -> Correction:
    """The correction that changes nothing."""
    return Correction(outcome.disposition, outcome.answers, outcome.note, outcome.call_at, outcome.to_me)


def check(campaign: Campaign, outcome: Outcome, to: Correction) -> Disposition:
    """The right result; raises `Refused` for a correction that nobody could have made of this call, and for none."""
    disposition = campaign.disposition(to.disposition)
    if disposition is None:
        raise Refused(tr("The campaign has no such result any more; choose another."))
    label = campaign.words(disposition.label)
    if to == as_it_reads(outcome):
        raise Refused(tr("Nothing was changed."))
    if not disposition.contact and to.answers:
        raise Refused(
            tr(
                "“{result}” means that nobody was spoken with, and there are answers; take them out first.",
                result=label,
            )
        )
    if outcome.same_call and disposition.about == "number" and not disposition.suppresses:
        raise Refused(
            tr("Somebody else at this number was spoken with in the same call; “{result}” cannot be.", result=label)
        )
    if disposition.talk and not outcome.talked and campaign.steps[:1] and campaign.steps[0].disclosure:
        raise Refused(tr("The disclosure was not read out in this call, so “{result}” cannot be saved.", result=label))
    if (disposition.call_back or disposition.quiet) and to.call_at is None:
        raise Refused(tr("“{result}” needs a time.", result=label))
    _check_answers(campaign, to.answers, outcome.answers)
    return disposition


def _check_answers(campaign: Campaign, answers: Mapping[str, str], before: Mapping[str, str]) -> None:
    """Answers that were there stay whatever the script has become; new ones belong to its questions."""
    asked = {part for step in campaign.steps if step.question for part in all_parts(step.question)}
    if any(part not in asked and before.get(part) != answer for part, answer in answers.items()):
        raise Refused(tr("The script does not ask that question any more."))


def corrected(
    outcome: Outcome, to: Correction, disposition: Disposition, *, event_id: str, seq: int, at: datetime, version: int
) -> Outcome:
    """The outcome that takes the earlier one's place; what was dialed, and when, stays as it was."""
    timed = disposition.call_back or disposition.quiet
    return msgspec.structs.replace(
        outcome,
        id=event_id,
        seq=seq,
        at=at,
        supersedes=outcome.id,
        disposition=disposition.id,
        answers=to.answers,
        note=clean(to.note, LONGEST_NOTE),
        talked=(outcome.talked or bool(to.answers)) and disposition.contact,
        call_at=to.call_at if timed else None,
        to_me=to.to_me and disposition.call_back,
        campaign_version=outcome.campaign_version if to.answers == outcome.answers else version,
    )
