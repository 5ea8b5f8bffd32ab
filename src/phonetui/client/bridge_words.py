"""What the caller is told of their own phone, and of why the campaign's server rang nobody."""

from __future__ import annotations

from phonetui.core.bridge_call import REFUSED, TROUBLE
from phonetui.core.phone_call import Ending
from phonetui.core.translation import later, tr

RINGS = later("Your own phone rings; take the call, and stay on it between voters.")
UNSURE = later("The campaign's phone system is not heard just now; the call may go on.")
SILENT = later("The campaign's server does not say whether it rings anybody.")
NO_LINE = later("There is no line to the campaign's server, which places the calls.")
NOT_DONE = later("That did not get through to the campaign's phone system; try again.")
NO_NUMBER = later("No phone of yours is set; type phonetui settings set own_number NUMBER, or dial by hand.")

#: How the call to the caller's own phone ended.
OWN_PHONE: dict[Ending, str] = {
    "completed": later("Your own phone has hung up; dial to have it rung again."),
    "canceled": later("Your own phone has hung up; dial to have it rung again."),
    "busy": later("Your own phone is busy; end that call, then dial again."),
    "no_answer": later("You did not take the call on your own phone; dial to have it rung again."),
    "declined": later("You did not take the call on your own phone; dial to have it rung again."),
    "bad_number": later("Your own phone's number is not in service; set it with phonetui settings."),
}
_FAILED = later("Your own phone could not be rung; dial to try it again.")


def own_phone(ending: Ending | None) -> str:
    """That the caller's own phone is off the line, and what to do."""
    return tr(OWN_PHONE.get(ending or "unknown", _FAILED))


def refused(code: str, *, hidden: bool) -> str:
    """Why nobody was rung, in words, and a way on; `hidden`: the laptop has no number to dial by hand."""
    why = tr(REFUSED.get(code, SILENT))
    return way_on(why, hidden=hidden) if code in TROUBLE or code not in REFUSED else why


def way_on(why: str, *, hidden: bool) -> str:
    """The sentence, and what the caller can do meanwhile."""
    if hidden:
        return tr("{why} The campaign hides its numbers, so wait a little, and dial again.", why=why)
    return tr("{why} Dial by hand meanwhile.", why=why)
