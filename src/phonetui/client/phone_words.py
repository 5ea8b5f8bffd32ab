"""What the caller is told of a call that is over."""

from __future__ import annotations

from phonetui.core.phone_call import Ending, Engine
from phonetui.core.translation import later, tr

#: Of one that says something about the voter.
ENDED: dict[Ending, str] = {
    "completed": later("The call has ended"),
    "busy": later("Busy"),
    "no_answer": later("No answer"),
    "canceled": later("You hung up before anybody answered"),
    "declined": later("The call was declined"),
    "bad_number": later("The number is not in service"),
    "unknown": later("The call has ended, and nobody said why"),
}

#: Of whom nothing but the bridge can call.
HIDDEN = later("The campaign hides its numbers; type phonetui settings set dialer bridge to call here.")


def why_no_number(engine: Engine, way_on: str) -> str:
    """Why the number of whoever is on the screen is not on this laptop; `way_on` is how the bridge has them called."""
    return way_on if engine == "bridge" else tr(HIDDEN)


#: Of one that nobody got; no attempt is counted.
PLACED_NOBODY: dict[Ending, str] = {
    "trunk_error": later("The line failed, and nobody was called; try again, or dial by hand."),
    "auth_error": later(
        "The phone provider does not take your account; type phonetui dial check later, and dial by hand meanwhile."
    ),
    "media_error": later("The other end takes no sound of ours; type phonetui dial check later, and dial by hand."),
    "blocked": later("The call was blocked: the campaign's number is marked as unwanted; your supervisor is told."),
}
