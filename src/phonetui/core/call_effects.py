"""What follows from an action beyond the screen, for the desk to carry out."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from phonetui.core.call import Draft, Saved
from phonetui.core.call_actions import Result
from phonetui.core.phone_call import Engine, PressedBy
from phonetui.core.voter import Household


class RecordOutcome(Struct, frozen=True):
    """Write down what came of the attempt. `answered`: the draft's answers go with it, and not only its note."""

    household: Household
    voter_id: str
    result: Result
    draft: Draft
    same_call: bool
    settled: tuple[str, ...]
    dialed: bool
    shown_at: datetime | None
    answered: bool = True


class RecordUndo(Struct, frozen=True):
    """Take the outcome back and put its voter on the screen again; `then` is what was on the screen then."""

    then: Saved


class RecordSkip(Struct, frozen=True):
    """Tell the campaign that the household comes back uncalled."""

    household: Household
    voter_id: str


class RecordDial(Struct, frozen=True):
    """Tell the campaign that the number was taken to be dialed."""

    household: Household
    voter_id: str
    engine: Engine = "hand"
    by: PressedBy = "key"


class Finish(Struct, frozen=True):
    """The household has its results; it leaves the voters on hand."""

    household_id: str


class PutBack(Struct, frozen=True):
    """The household goes back to the head of the voters on hand."""

    household_id: str


class Next(Struct, frozen=True):
    """Hand the next household in."""


class Ignore(Struct, frozen=True):
    """The key did nothing, and `why`, for the status line."""

    why: str


Effect = RecordOutcome | RecordUndo | RecordSkip | RecordDial | Finish | PutBack | Next | Ignore
