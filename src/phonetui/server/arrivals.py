"""Events as they arrive: each read by itself and checked, before anything is stored."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Literal

import msgspec
from msgspec import Raw, Struct

from phonetui.core.event import ENDING, AnyEvent, Dial, Outcome, Skip, Undo, decode
from phonetui.core.refusal import Refused
from phonetui.server.tickets import Ticket, read_ticket
from phonetui.wire import REJECTIONS, Receipt, digest

#: Bytes that one event may have.
LARGEST_EVENT = 64 * 1024
#: What the tables hold: characters of a short text, and the highest count.
_LONGEST = {"id": 36, "supersedes": 36, "kind": 20, "disposition": 40}
_HIGHEST = 2**31 - 1

#: What decoding raises; text that is not UTF-8 is a ValueError.
_UNREADABLE = (msgspec.MsgspecError, ValueError, RecursionError)

_VOTER = re.compile(r"[0-9]{1,10}", re.ASCII)
#: Empty where the campaign hides its numbers.
_ENDING = re.compile(rf"([0-9]{{{ENDING}}})?", re.ASCII)
_KINDS = frozenset(kind.__struct_config__.tag for kind in AnyEvent.__args__)


class Head(Struct, frozen=True):
    """What every event says, of whatever kind."""

    id: str
    seq: int
    kind: str
    campaign_id: str
    voter_id: str = ""
    ticket: str = ""
    supersedes: str = ""


read_head = msgspec.json.Decoder(Head).decode


class Arrival(Struct, frozen=True):
    """One event that can be stored. `event` is None for a kind that this server does not know yet."""

    head: Head
    body: bytes
    digest: str
    event: AnyEvent | None
    ticket: Ticket | None

    @property
    def of_attempt(self) -> bool:
        """Whether it says what came of an attempt."""
        return isinstance(self.event, Outcome | Undo)


class NotTaken(Refused):
    """Why an event cannot be stored: a `code`, one of the `REJECTIONS`, with the fields `of` its sentence."""

    def __init__(self, code: str, **of: object) -> None:
        self.code = code
        self.of = {name: str(value) for name, value in of.items()}
        super().__init__(REJECTIONS[code].format_map(self.of))

    def receipt(self, event_id: str, of_bytes: str, status: Literal["conflict", "rejected"] = "rejected") -> Receipt:
        """What the laptop is told; `of_bytes` is the digest of the event."""
        return Receipt(event_id, of_bytes, status, str(self), self.code, self.of)


class _Named(Struct, frozen=True):
    id: str = ""


_read_name = msgspec.json.Decoder(_Named).decode


class _Numbered(Struct, frozen=True):
    seq: int = 0


_read_seq = msgspec.json.Decoder(_Numbered).decode


def event_id(body: Raw) -> str:
    """The id of whatever was sent as an event; empty where none can be read."""
    try:
        return _read_name(body).id
    except _UNREADABLE:
        return ""


def event_seq(body: Raw) -> int:
    """The sequence number of whatever was sent as an event; 0 where none can be read."""
    try:
        seq = _read_seq(body).seq
    except _UNREADABLE:
        return 0
    return seq if 0 < seq <= _HIGHEST else 0


def read(
    body: Raw, key: bytes, campaign_id: str, caller_id: str, overseer: bool, *, by_ticket_alone: bool = False
) -> Arrival:
    """The event in `body`; raises `NotTaken` for one that cannot be taken.

    An overseer needs no ticket to take back or correct what another caller recorded. `by_ticket_alone`: nobody is
    signed in, so that nothing else shows whose event it is.
    """
    exact = bytes(body)
    if len(exact) > LARGEST_EVENT:
        raise NotTaken("too-long", bytes=len(exact), most=LARGEST_EVENT)
    head, event = _decoded(body)
    _check(head, event)
    if by_ticket_alone and not head.voter_id:
        raise NotTaken("of-nobody")
    if head.campaign_id != campaign_id:
        raise NotTaken("other-campaign")
    ticket = _ticket(head, event, key, caller_id, overseer)
    return Arrival(head, exact, digest(exact), event, ticket)


def _decoded(body: Raw) -> tuple[Head, AnyEvent | None]:
    try:
        head = read_head(body)
        return head, decode(body) if head.kind in _KINDS else None
    except _UNREADABLE as error:
        raise NotTaken("unreadable", error=error) from None


def _check(head: Head, event: AnyEvent | None) -> None:
    said = msgspec.structs.asdict(head) | (msgspec.structs.asdict(event) if event else {})
    for field, longest in _LONGEST.items():
        text = said.get(field, "")
        if len(text) > longest or "\0" in text:
            raise NotTaken("long-field", field=field, most=longest)
    if not head.id or not head.kind:
        raise NotTaken("nameless")
    if not 0 < head.seq <= _HIGHEST:
        raise NotTaken("uncounted")
    for field, moment in said.items():
        if isinstance(moment, datetime) and not _on_the_calendar(moment):
            raise NotTaken("no-time", field=field)
    if isinstance(event, Outcome | Dial) and not _ENDING.fullmatch(event.number_ending):
        raise NotTaken("no-ending", digits=ENDING)
    if isinstance(event, Undo) and not event.supersedes:
        raise NotTaken("takes-back-nothing")
    if head.supersedes == head.id:
        raise NotTaken("in-its-own-place")


def _on_the_calendar(moment: datetime) -> bool:
    try:
        moment.astimezone(UTC)
    except OverflowError:
        return False
    return moment.tzinfo is not None


def _ticket(head: Head, event: AnyEvent | None, key: bytes, caller_id: str, overseer: bool) -> Ticket | None:
    needed = isinstance(event, Outcome | Undo | Skip)
    if not head.voter_id:
        if needed:
            raise NotTaken("no-voter")
        return None
    if not _VOTER.fullmatch(head.voter_id) or int(head.voter_id) > _HIGHEST:
        raise NotTaken("unknown-voter")
    if overseer and isinstance(event, Outcome | Undo) and head.supersedes and not head.ticket:
        return None
    ticket = read_ticket(key, head.campaign_id, caller_id, head.voter_id, head.ticket)
    if ticket is None:
        raise NotTaken("no-ticket")
    return ticket
