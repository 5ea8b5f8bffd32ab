"""Tickets: the server's own proof that a voter was lent to a caller, from which household, when and in which round.

Events echo them, so that nobody records for a voter never lent to them, and a server restored from a backup still knows
what it lent. A ticket never expires: an outbox may be weeks old.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from datetime import UTC, datetime

import msgspec
from msgspec import Struct

#: Half of SHA-256, as RFC 2104 allows: a guess is as good as hopeless, and events stay short.
MAC_BYTES = 16


class Ticket(Struct, frozen=True):
    """What a ticket says. `lent_at` is in whole seconds; with household and caller it names one visit."""

    household_id: int
    lent_at: datetime
    round: int


def write_ticket(key: bytes, campaign_id: str, caller_id: str, voter_id: str, ticket: Ticket) -> str:
    """The ticket as it crosses the wire, good for this campaign, caller and voter alone."""
    said = f"{int(ticket.lent_at.timestamp()):x}-{ticket.household_id:x}-{ticket.round:x}"
    return f"{said}.{_mac(key, campaign_id, caller_id, voter_id, said)}"


def read_ticket(key: bytes, campaign_id: str, caller_id: str, voter_id: str, text: str) -> Ticket | None:
    """What the ticket says; None unless this server wrote it for this campaign, caller and voter."""
    said, _, mac = text.partition(".")
    expected = _mac(key, campaign_id, caller_id, voter_id, said)
    if not hmac.compare_digest(mac.encode(), expected.encode()):
        return None
    lent_at, household_id, round_ = (int(part, 16) for part in said.split("-"))
    return Ticket(household_id, datetime.fromtimestamp(lent_at, UTC), round_)


def _mac(key: bytes, *said: str) -> str:
    mac = hmac.digest(key, msgspec.json.encode(said), "sha256")[:MAC_BYTES]
    return urlsafe_b64encode(mac).rstrip(b"=").decode()
