"""A phone call as an engine reports it: where it stands, how it ended, and which result that suggests."""

from __future__ import annotations

from typing import Literal, get_args

from msgspec import Struct

#: What places the call. `hand`: the caller does, on a phone of their own.
Engine = Literal["hand", "link", "qr", "baresip", "bridge", "fake"]

#: `manual`: the caller dials. `preview`: a key dials whoever is shown. `power`: they are dialed after a countdown.
Pace = Literal["manual", "preview", "power"]
PACES: tuple[Pace, ...] = get_args(Pace)
#: Who or what had a number dialed; an event says it.
PressedBy = Literal["key", "countdown", "redial"]

#: `handed_off`: another program or phone has the number, and nothing more is heard of the call.
State = Literal["dialing", "ringing", "talking", "ended", "handed_off"]

Ending = Literal[
    "completed",
    "busy",
    "no_answer",
    "canceled",
    "declined",
    "bad_number",
    "blocked",
    "trunk_error",
    "auth_error",
    "media_error",
    "unknown",
]

#: How a call ended, by the status that refused it. RFC 3261, section 21; 607 is RFC 8197 and 608 is RFC 8688.
BY_SIP: dict[int, Ending] = {
    401: "auth_error",
    403: "auth_error",
    404: "bad_number",
    407: "auth_error",
    408: "no_answer",
    410: "bad_number",
    415: "media_error",
    480: "no_answer",
    484: "bad_number",
    486: "busy",
    487: "canceled",
    488: "media_error",
    500: "trunk_error",
    502: "trunk_error",
    503: "trunk_error",
    504: "trunk_error",
    600: "busy",
    603: "declined",
    604: "bad_number",
    606: "media_error",
    607: "blocked",
    608: "blocked",
}

#: How a call ended, by the telephone network's cause. ITU-T Q.850, table 1.
BY_CAUSE: dict[int, Ending] = {
    1: "bad_number",
    16: "completed",
    17: "busy",
    18: "no_answer",
    19: "no_answer",
    20: "no_answer",
    21: "declined",
    22: "bad_number",
    27: "trunk_error",
    28: "bad_number",
    34: "trunk_error",
    38: "trunk_error",
    41: "trunk_error",
    42: "trunk_error",
    58: "media_error",
    88: "media_error",
    102: "trunk_error",
}

#: The standard result that an ending suggests. It is offered, never saved by itself: a machine, or a carrier's
#: announcement, looks like an answer, and only the caller can tell.
SUGGESTS: dict[Ending, str] = {
    "busy": "busy",
    "no_answer": "not_home",
    "declined": "not_home",
    "bad_number": "disconnected",
}


#: Seconds that a phone rings at least: a person needs time to come to it. After the longest nobody comes any more.
SHORTEST_RINGING, LONGEST_RINGING = 15, 120


class CallEvent(Struct, frozen=True):
    """What became of one call. `ending` goes with the state `ended` alone."""

    call_id: str
    state: State
    ending: Ending | None = None
