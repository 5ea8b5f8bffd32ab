"""The product with one safeguard removed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from unittest.mock import patch

import msgspec

from phonetui.client import outbox
from phonetui.client.flight import Flight
from phonetui.client.outbox import Outbox
from phonetui.client.phonetui_server import PhonetuiServer
from phonetui.client.web import Answer
from phonetui.server.arrivals import Arrival
from phonetui.server.events import _Batch
from phonetui.wire import ExchangeReply, ExchangeRequest, Lease
from tests.torture.world import office
from tests.torture.world.clockwork import NOON

Decode = Callable[[bytes], ExchangeReply]

_NOT_UNIQUE = (
    "DROP INDEX events_by_id",
    "CREATE TABLE other AS SELECT * FROM events",
    "DROP TABLE events",
    "ALTER TABLE other RENAME TO events",
)


@contextmanager
def stores_twice() -> Iterator[None]:
    """A server that does not look whether it has an event already, and whose table takes it once more."""
    look_up = _Batch.look_up

    def looks_only_for_others(batch: _Batch, arrivals: Sequence[Arrival]) -> None:
        look_up(batch, arrivals)
        for arrival in arrivals:
            batch._known.pop(arrival.head.id, None)

    with patch.object(_Batch, "look_up", looks_only_for_others), patch.object(office, "EXTRA", _NOT_UNIQUE):
        yield


@contextmanager
def believes_any_answer() -> Iterator[None]:
    """A laptop that takes any answer with status 200 for the campaign's, and that for a receipt of all it sent.

    Nor does it compare how far the server says that it has all: that alone would make up for it.
    """
    read: Callable[[PhonetuiServer, Answer, Decode], ExchangeReply] = PhonetuiServer._read

    def reads_anything(server: PhonetuiServer, answer: Answer, decode: Decode) -> ExchangeReply:
        try:
            msgspec.json.decode(answer.body, type=ExchangeReply)
        except msgspec.DecodeError:
            return ExchangeReply(cursor="", server_time=NOON) if answer.status == 200 else read(server, answer, decode)
        return read(server, answer, decode)

    def believes(request: ExchangeRequest, reply: ExchangeReply) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
        return tuple(msgspec.json.decode(event, type=_Named).id for event in request.events), ()

    with (
        patch.object(PhonetuiServer, "_read", reads_anything),
        patch.object(outbox, "read_receipts", believes),
        never_sends_again(),
    ):
        yield


class _Named(msgspec.Struct):
    id: str


@contextmanager
def never_sends_again() -> Iterator[None]:
    """A laptop that does not hear that the server has lost what it had acknowledged."""
    with patch.object(Outbox, "_forgotten_after", lambda box, reply, flight: None):
        yield


@contextmanager
def believes_old_leases() -> Iterator[None]:
    """A laptop that takes every lease, whatever it has learned since it asked."""

    def is_news(box: Outbox, lease: Lease, flight: Flight, unsettled: Collection[str]) -> bool:
        key = lease.household.household_id
        return key not in box.hand.to_call and key not in unsettled

    with patch.object(Outbox, "_is_news", is_news):
        yield
