"""Asterisk's events, as JSON, and what they say of a channel."""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import Struct

from phonetui.core.phone_call import BY_CAUSE, BY_SIP, Ending
from phonetui.server.phone_orders import Heard

#: How dialing ended, by the `dialstatus` of the event `Dial`. A hang-up's own cause says it better, where it has one.
BY_DIAL_STATUS: dict[str, Ending] = {
    "BUSY": "busy",
    "CANCEL": "canceled",
    "CHANUNAVAIL": "trunk_error",
    "CONGESTION": "trunk_error",
    "NOANSWER": "no_answer",
}
#: A carrier's `183 Session Progress` comes in the place of ringing where it plays the tone itself.
_RINGS = ("RINGING", "PROGRESS")


class _Channel(Struct):
    id: str
    state: str = ""


class _Event(Struct):
    """The fields that are read. `tech_cause` is the SIP status, which newer versions add."""

    type: str
    channel: _Channel | None = None
    peer: _Channel | None = None
    dialstatus: str = ""
    cause: int = 0
    tech_cause: int = 0


_decoder = msgspec.json.Decoder(_Event)


def read_event(text: str | bytes) -> Heard | Literal["replaced"] | None:
    """What an event says of a channel; `replaced`: another server took the application. None for all that is neither.

    A text that is no event at all is None, too: there is nobody whom it could be told.
    """
    try:
        event = _decoder.decode(text)
    except msgspec.DecodeError:
        return None
    channel = event.peer or event.channel
    if channel is None:
        return "replaced" if event.type == "ApplicationReplaced" else None
    match event.type:
        case "Dial":
            return _dialing(channel.id, event.dialstatus)
        case "ChannelStateChange" if channel.state == "Ringing":
            return Heard(channel.id, "rings")
        case "StasisStart":
            return Heard(channel.id, "answered")
        case "StasisEnd":
            return Heard(channel.id, "left")
        case "ChannelDestroyed":
            return Heard(channel.id, "lost", how_it_ended(event.cause, event.tech_cause))
    return None


def how_it_ended(cause: int, status: int = 0) -> Ending | None:
    """How a call ended that nobody answered, by its SIP status, else by its cause; None where neither says.

    Asterisk makes one cause, 21, of 401, 403, 407 and 603. A normal clearing, 16, says nothing of such a call.
    """
    if status in BY_SIP:
        return BY_SIP[status]
    ending = BY_CAUSE.get(cause)
    return None if ending == "completed" else ending


def _dialing(channel_id: str, status: str) -> Heard:
    if status in _RINGS:
        return Heard(channel_id, "rings")
    if status in BY_DIAL_STATUS:
        return Heard(channel_id, "told", BY_DIAL_STATUS[status])
    return Heard(channel_id, "dialed")
