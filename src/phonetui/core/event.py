"""Events: everything a caller does that the campaign must know; and what a set of them amounts to.

Nothing is updated in place. An undo or a correction is a new event that supersedes an earlier one, and
`current` gives the same answer for the same events in any order, repeated, or from several devices.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

import msgspec
from msgspec import Struct

from phonetui.core.phone_call import Engine, PressedBy


class Event(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind"):
    """What all events share.

    `id` is a UUIDv7 and `seq` counts up per device, both made at the keypress. `at` is the device's clock, for people
    to read; order is by `seq`. `ticket` is the server's own proof that the voter was lent to this caller.
    """

    id: str
    seq: int
    at: datetime
    campaign_id: str
    voter_id: str = ""
    ticket: str = ""
    supersedes: str = ""


class Outcome(Event, frozen=True, kw_only=True, omit_defaults=True, tag="outcome"):
    """What came of an attempt. `same_call`: one dialing went on with another person of the household.

    `call_at` is when a call back was promised, and `to_me` that it is for the same caller; of a quiet voter, from when
    they may be called. Answers are by question: an id, several with `;` between them, or what was typed.
    `number_ending` is as in `Dial`. A correction is an outcome that supersedes an earlier one.
    """

    disposition: str
    number_ending: str
    answers: dict[str, str] = {}
    note: str = ""
    talked: bool = False
    same_call: bool = False
    shown_at: datetime | None = None
    call_at: datetime | None = None
    to_me: bool = False
    campaign_version: int = 0


class Undo(Event, frozen=True, kw_only=True, omit_defaults=True, tag="undo"):
    """Takes back the outcome named by `supersedes`."""


class Skip(Event, frozen=True, kw_only=True, omit_defaults=True, tag="skip"):
    """Returns the voter's household to the campaign uncalled."""


class Dial(Event, frozen=True, kw_only=True, omit_defaults=True, tag="dial"):
    """The caller took the number to dial it.

    `number_ending` says which of the voter's numbers, for those who know them: an event stays on the laptop for days.
    It is empty where the campaign hides them, and the household's number is meant.
    `by` says whether the caller's key had it dialed, a countdown, or the key that dials once more.
    """

    number_ending: str
    engine: Engine = "hand"
    by: PressedBy = "key"


class Report(Event, frozen=True, kw_only=True, omit_defaults=True, tag="report"):
    """What the voter said about the campaign's own records, for the campaign to look at."""

    about: Literal["name", "number", "address", "other"]
    text: str


class Remark(Event, frozen=True, kw_only=True, omit_defaults=True, tag="remark"):
    """A word from the caller about the script."""

    step_id: str
    text: str


class HelpQuestion(Event, frozen=True, kw_only=True, omit_defaults=True, tag="question"):
    """A question to the supervisor. It names the voter only where the caller said so."""

    text: str


class FollowUpSent(Event, frozen=True, kw_only=True, omit_defaults=True, tag="follow_up"):
    """The caller handed a prepared message on: by the system's own program, by QR code, or copied."""

    follow_up_id: str
    how: Literal["link", "qr", "copy"]


#: How many of a number's last digits tell it from a voter's other numbers, and from nobody else's.
ENDING = 2

AnyEvent = Outcome | Undo | Skip | Dial | Report | Remark | HelpQuestion | FollowUpSent
Attempt = Outcome | Undo


def encode(event: AnyEvent) -> bytes:
    """The event's exact bytes: what the journal keeps, the wire carries and the digest covers."""
    return msgspec.json.encode(event)


def is_question(body: bytes) -> bool:
    """Whether these are the bytes of a question, which may be about nobody."""
    return body.startswith(_QUESTION)


_QUESTION = b'{"kind":"question"'
_decoder: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)
#: Made here, since msgspec crashes where two threads are the first to read a shape.
decode_outcome = msgspec.json.Decoder(Outcome).decode
decode_question = msgspec.json.Decoder(HelpQuestion).decode


def decode(body: bytes | msgspec.Raw) -> AnyEvent:
    """The event in `body`; raises `msgspec.ValidationError` for an unknown kind or a wrong type."""
    return _decoder.decode(body)


def ending(number: str) -> str:
    """What an event says of a number in E.164."""
    return number[-ENDING:]


def root(event: Attempt, by_id: dict[str, Attempt]) -> str:
    """The id of the attempt that `event` is about, followed back as far as the known events lead."""
    seen = {event.id}
    while event.supersedes and event.supersedes not in seen:
        seen.add(event.supersedes)
        earlier = by_id.get(event.supersedes)
        if earlier is None:
            return event.supersedes
        event = earlier
    return event.id


def current(events: Iterable[Attempt]) -> dict[str, Outcome]:
    """What stands of a voter's attempts, by the id of the attempt's first event; attempts taken back are absent.

    Where two events supersede the same one, the longer chain wins, then the later `seq`, then the greater id.
    """
    by_id = {event.id: event for event in events}
    last: dict[str, Attempt] = {}
    for event in by_id.values():
        attempt_id = root(event, by_id)
        if attempt_id not in last or _rank(event, by_id) > _rank(last[attempt_id], by_id):
            last[attempt_id] = event
    return {attempt_id: event for attempt_id, event in last.items() if isinstance(event, Outcome)}


def _rank(event: Attempt, by_id: dict[str, Attempt]) -> tuple[int, int, str]:
    depth, seen, at = 0, {event.id}, event
    while at.supersedes and at.supersedes not in seen:
        seen.add(at.supersedes)
        depth += 1
        earlier = by_id.get(at.supersedes)
        if earlier is None:
            break
        at = earlier
    return depth, event.seq, event.id
