"""What laptop and campaign server tell each other of a caller's line, where the server places the calls."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from phonetui.core.phone_call import CallEvent, Ending
from phonetui.core.translation import later

#: `unsure`: the phone system cannot be heard, and may have lost the volunteer.
VolunteerState = Literal["none", "ringing", "there", "unsure", "gone"]


class VolunteerLeg(Struct, frozen=True):
    """What became of the volunteer's own phone. `ending` goes with the state `gone` alone."""

    leg_id: str
    state: VolunteerState
    ending: Ending | None = None


class AskedCall(Struct, frozen=True):
    """The voter to ring, by the ticket of their lease; the laptop makes one id a dialing."""

    call_id: str
    voter_id: str
    ticket: str


class PhoneAsk(Struct, frozen=True, omit_defaults=True):
    """How the caller's line ought to be: the whole of it in each exchange, so that none of them must get through.

    Of a line's asks the one with the highest `seq` holds, whichever comes last. `leg_id` names one ringing of
    `own_number`; without it the volunteer's phone is let go, and without a `call` the voter's. `keys` are all that were
    pressed in the call. `heard` is the `seq` of the last `PhoneState` that was taken.
    """

    line_id: str
    seq: int = 0
    leg_id: str = ""
    own_number: str = ""
    call: AskedCall | None = None
    muted: bool = False
    keys: str = ""
    heard: int = 0


class PhoneState(Struct, frozen=True, omit_defaults=True):
    """How the caller's line is. `seq` counts up, and never down: a state with a lower one is older.

    `leg` and `call` are the last that was heard of either. `refused` is why the leg or the call of the id `refused_id`
    was not rung: one of the `REFUSED`.
    """

    seq: int = 0
    leg: VolunteerLeg = VolunteerLeg("", "none")
    call: CallEvent | None = None
    muted: bool = False
    refused_id: str = ""
    refused: str = ""

    def is_news_to(self, ask: PhoneAsk | None) -> bool:
        """Whether the laptop had not heard of it when it asked."""
        return ask is not None and self.seq > ask.heard


#: Why nobody was rung, for a reason that is not the voter's.
TROUBLE = {
    "no-bridge": later("The campaign's server places no calls."),
    "away": later("The campaign's phone system cannot be reached just now."),
    "lost": later("The campaign's server was started anew, and the call is lost."),
    "own-number": later("Your own phone's number is none that can be rung; set it with phonetui settings."),
    "new-numbers": later("You have had too many different phones rung today; tell your supervisor."),
    "rung-too-often": later("Your phone was rung too often in the last hour; wait a while."),
    "elsewhere": later("Your line is in use on another computer; leave the call screen there first."),
}
#: Why nobody was rung, by the code that crosses.
REFUSED = {
    **TROUBLE,
    "not-open": later("The campaign makes no calls just now."),
    "not-lent": later("This voter is not yours to call any more; skip them."),
    "outside-hours": later("It is outside calling hours where this voter lives; skip them."),
    "do-not-call": later("This number is not called any more; skip this voter."),
    "dialed-enough": later("This number was dialed often enough for now; save what came of it."),
}
