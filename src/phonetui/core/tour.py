"""What a caller new to the desk is shown of it, one thing after the other, and asked before the first call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from msgspec import Struct

from phonetui.core.translation import later, tr

Part = Literal["voter", "script", "results", "status"]


class Stop(Struct, frozen=True):
    """One thing to look at: `part` of the desk, none for all of it.

    `keys` are actions by their ids, each with what its key does there. Where something dials, `dialed` is said in place
    of the `sentence`. All are in English.
    """

    part: Part | None
    sentence: str
    keys: tuple[tuple[str, str], ...]
    dialed: str = ""

    def told(self, shown: Callable[[str], str]) -> str:
        """What is said here; `shown` names an action's key, and is empty where the action has none."""
        keys = ((shown(action_id), sentence) for action_id, sentence in self.keys)
        first = self.dialed if self.dialed and shown("dial") else self.sentence
        return " ".join([tr(first), *(tr(sentence, key=key) for key, sentence in keys if key)])


STOPS: tuple[Stop, ...] = (
    Stop(
        "voter",
        later("Whom you call: dial the number on your own phone."),
        (
            ("dial", later("{key} dials the number.")),
            ("copy", later("{key} copies it.")),
            ("details", later("{key} tells all that is known.")),
        ),
        dialed=later("Whom you call, and how the call stands."),
    ),
    Stop(
        "script",
        later("What to say: read it out. A question's answers have numbers."),
        (("forward", later("{key} goes on.")), ("back", later("{key} goes back."))),
    ),
    Stop(
        "results",
        later("What came of the call: one key saves it, and the next voter is there."),
        (("undo", later("{key} takes it back.")),),
    ),
    Stop(
        "status",
        later("How the line is. Every call is safe on this laptop, and is sent by itself."),
        (("help", later("{key} tells every key.")),),
    ),
    Stop(
        None,
        later("Before the first call: phone charged, headphones on, script read?"),
        (("practice", later("{key} practises with invented voters.")),),
    ),
)


def checklist() -> str:
    """What to have at hand before the first call, at one glance."""
    return tr("To begin: phone charged, headphones on, script read?")
