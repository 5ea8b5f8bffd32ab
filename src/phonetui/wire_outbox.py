"""An outbox in a file, JSON Lines: a head, the events, an end. A laptop writes it, the campaign server takes it in."""

from __future__ import annotations

import msgspec
from msgspec import Raw, Struct

OUTBOX_FORMAT = 1


class OutboxHead(Struct, frozen=True, kw_only=True):
    """The first line: `outbox` is the format, then whose events these are, made on which device, for which server."""

    outbox: int = OUTBOX_FORMAT
    server: str
    caller_id: str
    device_id: str


class OutboxLine(Struct, frozen=True, omit_defaults=True):
    """One event, the journal's bytes untouched; `rejected` is why the server would not take it, if it was asked."""

    campaign_id: str
    event: Raw
    rejected: str = ""


class OutboxEnd(Struct, frozen=True):
    """The last line: how many events there are, and the SHA-256 of every byte above it."""

    events: int
    sha256: str


# Made here, since msgspec crashes where two threads are the first to read a shape.
decode_outbox_head = msgspec.json.Decoder(OutboxHead).decode
decode_outbox_line = msgspec.json.Decoder(OutboxLine).decode
decode_outbox_end = msgspec.json.Decoder(OutboxEnd).decode
