"""What is on one caller's screen: the voter, what was typed so far, and what can be taken back.

What follows from a key is in `call_flow`. Nothing here reads a clock or touches a disk.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec
from msgspec import Struct

from phonetui.core import script
from phonetui.core.campaign import Campaign, Disposition
from phonetui.core.conditions import Listener, date_there
from phonetui.core.personal import script_language
from phonetui.core.voter import Household, Voter

#: Characters of a note.
LONGEST_NOTE = 2000
#: So many of the last outcomes can be taken back, one after the other.
MOST_TAKEN_BACK = 20


class Phase(StrEnum):
    """Where the caller is."""

    WAITING = "waiting"  # no voter on the screen
    CALLING = "calling"  # a voter on the screen, no result yet
    CONFIRMING = "confirming"  # a result that wants its key once more


class Draft(Struct, frozen=True, omit_defaults=True):
    """What was typed for a voter before there is a result: the way through the script, its answers, a note.

    `language` is the one that the caller chose to read in; where they chose none, it goes by the voter's. `version` is
    that of the campaign to whose script the last answer was given.
    """

    place: script.Place = script.Place()
    note: str = ""
    language: str = ""
    version: int = 0

    @property
    def is_typed(self) -> bool:
        """Whether there is something in it that a result would take along: an answer or a note."""
        return bool(self.place.answers or self.note)


class Saved(Struct, frozen=True, omit_defaults=True):
    """An outcome that can be taken back, with its ticket, and what was on the screen when it was saved."""

    event_id: str
    household_id: str
    voter_id: str
    disposition: str
    draft: Draft
    same_call: bool = False
    settled: tuple[str, ...] = ()
    dialed: bool = False
    ticket: str = ""


class Call(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One voter on one caller's screen. `settled` are those of the household who have a result in this visit.

    `drafts` are those of voters who were left without a result; they come back with the voter. `skipped` says that the
    last voter left the screen by a skip. The script's dates are judged as of `judged_at`, by the server's clock: no
    step changes under a call that goes on past midnight.
    """

    phase: Phase = Phase.WAITING
    household: Household | None = None
    voter_id: str = ""
    draft: Draft = Draft()
    drafts: dict[str, Draft] = {}
    same_call: bool = False
    settled: tuple[str, ...] = ()
    dialed: bool = False
    confirming: str = ""
    shown_at: datetime | None = None
    judged_at: datetime | None = None
    shown_tick: float = 0.0
    result_key: str = ""
    result_tick: float = 0.0
    back: tuple[Saved, ...] = ()
    skipped: bool = False

    @property
    def voter(self) -> Voter | None:
        """The voter on the screen."""
        voters = self.household.voters if self.household else ()
        return next((voter for voter in voters if voter.voter_id == self.voter_id), None)

    @property
    def waiting_voters(self) -> tuple[Voter, ...]:
        """Those of the household who come after this voter without dialing again."""
        voters = self.household.voters if self.household else ()
        return tuple(v for v in voters if v.voter_id not in (*self.settled, self.voter_id))


def listener(campaign: Campaign, call: Call) -> Listener | None:
    """Whom the script is read to, and the date there; None while there is no voter on the screen."""
    voter, at = call.voter, call.judged_at or call.shown_at
    if voter is None:
        return None
    return Listener(voter, date_there(campaign, voter, at) if at else campaign.starts)


def in_progress(campaign: Campaign, call: Call) -> bool:
    """Whether a call goes on: from dialing or whatever was said or written first until the result."""
    if call.voter is None:
        return False
    begun = call.dialed or call.same_call or call.phase is Phase.CONFIRMING or bool(call.draft.note)
    return begun or script.talked(campaign, call.draft.place)


def loses_answers(campaign: Campaign, call: Call, disposition: Disposition) -> bool:
    """Whether the result says that nobody was spoken with, though somebody answered; a step may end in such a one."""
    step = campaign.step(call.draft.place.step_id)
    is_named = step is not None and step.disposition == disposition.id
    return bool(call.draft.place.answers) and not disposition.contact and not is_named


def language(campaign: Campaign, call: Call) -> str:
    """The language in which to read to the voter on the screen: the one chosen for them, else their own."""
    chosen = call.draft.language
    if chosen in campaign.languages or call.voter is None:
        return chosen
    return script_language(campaign, call.voter)


def without_withdrawn(call: Call, lent: Household) -> Call:
    """The call without housemates whom the campaign has withdrawn; the voter on the screen stays to be settled."""
    if call.household is None or call.household.voters == lent.voters:
        return call
    left = {voter.voter_id for voter in lent.voters} | {call.voter_id, *call.settled}
    voters = tuple(voter for voter in call.household.voters if voter.voter_id in left)
    return msgspec.structs.replace(call, household=msgspec.structs.replace(call.household, voters=voters))


def remember(call: Call, saved: Saved) -> Call:
    """The call with one more outcome that can be taken back; the desk knows the event's id only once it is made."""
    return msgspec.structs.replace(call, back=(*call.back, saved)[-MOST_TAKEN_BACK:])


#: Made here, since msgspec crashes where two threads are the first to read a shape.
decode_call = msgspec.json.Decoder(Call).decode
