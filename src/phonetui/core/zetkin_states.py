"""What a result of ours is in Zetkin: the state of a call, and words for what no state says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec
from msgspec import Struct

from phonetui.core.campaign import Disposition
from phonetui.core.event import Outcome
from phonetui.core.standard_dispositions import BY_ID

#: Begins the ids of campaigns that are call assignments.
PREFIX = "zetkin-"
UNFINISHED = 0
#: `call_back_after` goes with these states alone: the person asked for a call, or was not available.
CALLED_BACK = (13, 14)


class Meaning(Struct, frozen=True):
    """A state of a call, the word that stands first in the note, and whether the organiser has something to do."""

    state: int
    word: str = ""
    organizer: bool = False


#: Each result that Zetkin has a state for, or can be told in words, in the order in which they stand on the screen.
MEANINGS: dict[str, Meaning] = {
    "not_home": Meaning(11),
    "busy": Meaning(12),
    "left_message": Meaning(15),
    "wrong_number": Meaning(21),
    "disconnected": Meaning(21, "Disconnected"),
    "refused": Meaning(1, "Refused"),
    "moved": Meaning(21, "Moved"),
    "language": Meaning(14, "Other language"),
    "call_back": Meaning(13),
    "deceased": Meaning(21, "Deceased", organizer=True),
    "do_not_call": Meaning(1, "Do not call", organizer=True),
    "talked": Meaning(1),
}

#: What an earlier call's state is called before a caller; 14 has no result of ours.
RESULTS = {1: "talked", 11: "not_home", 12: "busy", 13: "call_back", 14: "", 15: "left_message", 21: "wrong_number"}

SAME_CALLER = "Wants the same caller."


class CallReport(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a finished call is reported as, field by field as Zetkin takes it."""

    state: int
    notes: str | None
    message_to_organizer: str | None
    organizer_action_needed: bool
    call_back_after: str | None = None


#: A call that is taken back is as it was lent.
TAKEN_BACK = CallReport(state=UNFINISHED, notes=None, message_to_organizer=None, organizer_action_needed=False)


def is_of_zetkin(campaign_id: str) -> bool:
    """Whether a campaign is a call assignment of Zetkin's."""
    return campaign_id.startswith(PREFIX)


def dispositions(cooldown: timedelta) -> tuple[Disposition, ...]:
    """The results at an assignment; whoever was not reached rests for its cool-down."""
    known = (BY_ID[name] for name in MEANINGS)
    return tuple(each if each.ends else msgspec.structs.replace(each, again_after=cooldown) for each in known)


def report(outcome: Outcome, words: Sequence[str] = (), *, with_notes: bool = True) -> CallReport | None:
    """What is reported of an outcome; None for a result that Zetkin cannot be told.

    `words` are for the organiser alone. Without notes the caller's own words go to the organiser, too.
    """
    meaning = MEANINGS.get(outcome.disposition)
    if meaning is None:
        return None
    note = ": ".join(filter(None, [meaning.word, outcome.note.strip()]))
    note = " ".join(filter(None, [note, SAME_CALLER if outcome.to_me else ""]))
    for_organizer = [note] if note and (meaning.organizer or not with_notes) else []
    return CallReport(
        state=meaning.state,
        notes=(note or None) if with_notes else None,
        message_to_organizer="\n".join([*for_organizer, *words]) or None,
        organizer_action_needed=meaning.organizer or bool(words),
        call_back_after=_moment(outcome.call_at) if meaning.state in CALLED_BACK and outcome.call_at else None,
    )


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
