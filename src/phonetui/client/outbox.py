"""What to send, when, and what an answer means. No I/O and no clock: moments are handed in."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from msgspec import Struct

from phonetui.client.campaign_server import NoExchange
from phonetui.client.journal import Entry, Loaded
from phonetui.core.refusal import Refused
from phonetui.wire import ExchangeReply, ExchangeRequest


class Taken(Struct, frozen=True, kw_only=True):
    """What a reply comes to. `reply` is cleaned, and holds only the leases that are to be believed."""

    reply: ExchangeReply
    acknowledged: tuple[str, ...] = ()
    rejected: tuple[tuple[str, str], ...] = ()


class Outbox:
    """The unsent events of one caller in one campaign, and the state of the line to its server."""

    def __init__(
        self,
        device_id: str,
        campaign_id: str,
        loaded: Loaded,
        *,
        random: Callable[[], float],
        now: datetime,
        tick: float,
    ) -> None:
        raise NotImplementedError

    @property
    def unsent(self) -> int:
        """How many events no receipt has come for."""
        raise NotImplementedError

    def add(self, entries: Sequence[Entry], *, finished: Collection[str] = (), returned: Collection[str] = ()) -> None:
        """What the journal has recorded: events, households that left the hand, households put back."""
        raise NotImplementedError

    def server_now(self, tick: float) -> datetime:
        """The server's time as last known."""
        raise NotImplementedError

    def poke(self, tick: float) -> None:
        """Ask again now rather than when the next try is due; a server that asked to be left alone still is."""
        raise NotImplementedError

    def next_request(self, tick: float) -> ExchangeRequest | None:
        """The send to make now, if any."""
        raise NotImplementedError

    def next_watch(self, tick: float) -> ExchangeRequest | None:
        """The watch to open now, if any."""
        raise NotImplementedError

    def receive(self, request: ExchangeRequest, reply: ExchangeReply, now: datetime, tick: float) -> Taken:
        """What the reply comes to; nothing counts until `commit`. Raises `NotPhonetui` for a reply that is not ours."""
        raise NotImplementedError

    def failed(self, request: ExchangeRequest, failure: NoExchange | Refused, tick: float) -> None:
        """The exchange came to nothing."""
        raise NotImplementedError
