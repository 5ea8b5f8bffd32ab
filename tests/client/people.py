"""Voters, leases and events to tell stories with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from phonetui.client.journal import Entry
from phonetui.core.event import Outcome, Undo, encode
from phonetui.core.voter import Household, Phone, Voter
from phonetui.wire import ExchangeReply, ExchangeRequest, Lease, Receipt, digest

NOON = datetime(2026, 10, 6, 16, 0, tzinfo=UTC)
KEY = bytes(range(32))


def household(number: int, *, names: tuple[str, ...] = ("Ana",), phone: str = "") -> Household:
    """Household `h1`, `h2` … with the voters `v1a`, `v1b` …"""
    phone = phone or f"+1812555{number:04}"
    voters = tuple(
        Voter(f"v{number}{'abcdefgh'[place]}", name, "Diaz", phones=(Phone(phone, "cell"),))
        for place, name in enumerate(names)
    )
    return Household(f"h{number}", phone, voters)


def lease(number: int, *, names: tuple[str, ...] = ("Ana",), phone: str = "", hours: float = 2) -> Lease:
    """The household's lease, which ends `hours` after noon."""
    lent = household(number, names=names, phone=phone)
    tickets = {voter.voter_id: f"ticket-{voter.voter_id}" for voter in lent.voters}
    return Lease(lent, NOON + timedelta(hours=hours), tickets)


def outcome(seq: int, number: int = 0, disposition: str = "not-home", note: str = "") -> Outcome:
    """The `seq`th event of this laptop: what came of calling household `number`."""
    number = number or seq
    return Outcome(
        id=f"event-{seq}",
        seq=seq,
        at=NOON,
        campaign_id="fall",
        voter_id=f"v{number}a",
        ticket=f"ticket-v{number}a",
        disposition=disposition,
        number_ending=f"{number:02}"[-2:],
        note=note,
    )


def entry(seq: int, number: int = 0, *, urgent: bool = False, note: str = "") -> Entry:
    """`outcome` as the journal keeps it."""
    event = outcome(seq, number, "do-not-call" if urgent else "not-home", note)
    return Entry(seq, event.id, encode(event), event.voter_id, f"h{number or seq}", urgent)


def undo(seq: int, of: Outcome) -> Entry:
    """Takes `of` back."""
    event = Undo(id=f"event-{seq}", seq=seq, at=NOON, campaign_id="fall", voter_id=of.voter_id, supersedes=of.id)
    return Entry(seq, event.id, encode(event), of.voter_id, f"h{of.voter_id[1:-1]}")


def receipts(request: ExchangeRequest, status: str = "stored", reason: str = "") -> tuple[Receipt, ...]:
    """A receipt for each event of the request."""
    return tuple(_receipt(bytes(memoryview(event)), status, reason) for event in request.events)


def _receipt(body: bytes, status: str, reason: str) -> Receipt:
    event_id = msgspec.json.decode(body)["id"]
    return msgspec.convert({"id": event_id, "digest": digest(body), "status": status, "reason": reason}, Receipt)


def reply(*, at: datetime = NOON, cursor: str = "c1", **news: Any) -> ExchangeReply:
    """A server's answer at noon."""
    return ExchangeReply(cursor=cursor, server_time=at, **news)
