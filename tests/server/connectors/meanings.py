"""What each result is in the systems that campaigns use, from the systems' own interfaces: the measure of an evening.

Nothing here comes from the code that tells them.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct


class Zetkin(Struct, frozen=True):
    """The states that a call may have; the word that has to stand in its note; whether the organiser has to act."""

    states: tuple[int, ...]
    word: str = ""
    organizer: bool = False


class Meaning(Struct, frozen=True):
    """A result there. None: the system has nothing of the kind, and is told our own name for it."""

    van: str
    zetkin: Zetkin
    callhub: str | None
    thrutalk: str | None


#: Every state of Zetkin's but that of a call that is under way: it has none for these results.
ANY = (1, 11, 12, 13, 14, 15, 21)

MEANINGS = {
    "talked": Meaning("Canvassed", Zetkin((1,)), "MEANINGFUL_INTERACTION", None),
    "not_home": Meaning("Not Home", Zetkin((11,)), "NO_ANSWER", "No Answer"),
    "busy": Meaning("Busy", Zetkin((12,)), "USER_BUSY", "Busy Signal"),
    "call_back": Meaning("Call Back", Zetkin((13, 14)), "CALLBACK", None),
    "left_message": Meaning("Left Message", Zetkin((15,)), "LEFT_MESSAGE", "Answering Machine"),
    "refused": Meaning("Refused", Zetkin((1,), "Refused"), None, "Refused"),
    "wrong_number": Meaning("Wrong Number", Zetkin((21,)), "BAD_NUMBER", "Wrong Number"),
    "disconnected": Meaning("Disconnected", Zetkin((21,)), "UNALLOCATED_NUMBER", "Disconnected"),
    "moved": Meaning("Moved", Zetkin(ANY, "Moved"), None, "Moved"),
    "deceased": Meaning("Deceased", Zetkin(ANY, "Deceased", organizer=True), None, "Deceased"),
    "language": Meaning("Language Barrier", Zetkin(ANY, "language"), None, None),
    "do_not_call": Meaning("Do Not Call", Zetkin(ANY, organizer=True), "DO_NOT_CALL", None),
}
#: Our own names, as a caller reads them on the keys.
OURS = {
    "call_back": "Call back",
    "refused": "Refused",
    "moved": "Moved",
    "deceased": "Deceased",
    "language": "Language",
    "do_not_call": "Do not call",
}
#: VAN marks these numbers as bad, or suppresses them.
VAN_SPOILS = ("wrong_number", "disconnected")
#: CallHub puts these numbers on its do-not-call list.
CALLHUB_BARS = ("wrong_number", "do_not_call")

#: Why somebody with one number is not called again; nothing where they come round again.
ENDED = {
    "talked": "talked",
    "not_home": "",
    "busy": "",
    "call_back": "",
    "left_message": "",
    "refused": "refused",
    "wrong_number": "no-number",
    "disconnected": "no-number",
    "moved": "moved",
    "deceased": "deceased",
    "language": "",
    "do_not_call": "do_not_call",
}


def ended(results: Mapping[str, str]) -> dict[str, str]:
    """Why each who was called is not called again, by the result that stands."""
    return {who: ENDED[disposition] for who, disposition in results.items()}
