"""What can be done during a call, by the caller or by the desk; `call_flow` says what follows from each."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from phonetui.core.call import Saved
from phonetui.core.phone_call import Engine, PressedBy
from phonetui.core.voter import Household


class Show(Struct, frozen=True):
    """The desk hands a household in; `resume` brings back what was on the screen before.

    `server_at` is the server's time as last known, by which the dates in the script are judged.
    """

    household: Household
    at: datetime
    resume: Saved | None = None
    server_at: datetime | None = None


class Answer(Struct, frozen=True):
    """A digit: the answer of that number to the question on the screen, or the point of that name on a scale."""

    number: int


class Typed(Struct, frozen=True):
    """What was typed for `part` of the answer to the question on the screen; nothing takes it away.

    While more of it is to come it is not `done`, and the script does not go on.
    """

    part: str
    text: str
    done: bool = True


class SwitchLanguage(Struct, frozen=True):
    """The script in the next of the campaign's languages, for this voter."""


class Forward(Struct, frozen=True):
    """On to the next step of the script."""


class Back(Struct, frozen=True):
    """Back to the step before."""


class Note(Struct, frozen=True):
    """The whole note as it now reads."""

    text: str


class Dial(Struct, frozen=True):
    """The number is dialed: by the caller's own hand, or by the engine that `by` had dial it.

    With a `household_id` it is meant for those, and for nobody who has come in their place.
    """

    engine: Engine = "hand"
    by: PressedBy = "key"
    household_id: str = ""


class Result(Struct, frozen=True):
    """A result key. `call_at` and `to_me` go with a call back; of a quiet voter, `call_at` is when quiet ends.

    One that came `by_line` was typed with Enter after it: no key that is held down, or meant for the voter before.
    """

    disposition: str
    call_at: datetime | None = None
    to_me: bool = False
    by_line: bool = False


class Skip(Struct, frozen=True):
    """Give the household back uncalled."""


class TakeBack(Struct, frozen=True):
    """Undo the last outcome."""


class Leave(Struct, frozen=True):
    """Take the voter off the screen without a result; the draft stays."""


Action = Show | Answer | Typed | SwitchLanguage | Forward | Back | Note | Dial | Result | Skip | TakeBack | Leave
