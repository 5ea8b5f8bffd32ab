"""A request under way."""

from __future__ import annotations

from msgspec import Struct

from phonetui.wire import ExchangeRequest


class Flight(Struct, frozen=True):
    """A request under way, and what was known when it left.

    `moment` counts the outbox's changes; up to the seq `settled` every event was acknowledged or rejected. `blind`: a
    server that has lost events could not tell yet whom this laptop has called.
    """

    request: ExchangeRequest
    tick: float
    moment: int
    settled: int
    blind: bool
