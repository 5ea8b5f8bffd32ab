"""What becomes of a correction: an outcome that takes the earlier one's place, and a line for the caller."""

from __future__ import annotations

import msgspec

from phonetui.client.today import MadeCall, gone_with_shift
from phonetui.client.turn import Turn
from phonetui.client.view import Said
from phonetui.core.call import Call
from phonetui.core.correction import Correction, check
from phonetui.core.translation import tr


def correct(turn: Turn, made: MadeCall, to: Correction) -> None:
    """Write the correction down; raises `Refused` for one that makes no sense."""
    voter, lease = made.voter, made.lease
    if voter is None or lease is None:
        raise gone_with_shift(made)
    disposition = check(turn.campaign, made.outcome, to)
    corrected = turn.correct(made.outcome, lease.household.household_id, to, disposition)
    turn.call = _taken_back_as(turn.call, made.outcome.id, corrected.id, to)
    if disposition.suppresses:
        turn.suppress(lease.household)
    label = turn.campaign.words(disposition.label)
    turn.said = Said(tr("Corrected: {result} for {whom}", result=label, whom=voter.first_name), "saved")


def _taken_back_as(call: Call, earlier_id: str, corrected_id: str, to: Correction) -> Call:
    """The call with the correction in place of the outcome, should the caller take that back."""
    back = []
    for saved in call.back:
        if saved.event_id == earlier_id:
            draft = msgspec.structs.replace(
                saved.draft, note=to.note, place=msgspec.structs.replace(saved.draft.place, answers=to.answers)
            )
            saved = msgspec.structs.replace(saved, event_id=corrected_id, disposition=to.disposition, draft=draft)
        back.append(saved)
    return msgspec.structs.replace(call, back=tuple(back))
