"""A laptop's connection, closed when the head of a request does not come in time: uvicorn would wait for ever."""

from __future__ import annotations

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

#: Seconds for a request's line and headers, a few hundred bytes, to arrive.
SLOWEST_HEAD = 60


class Connection(H11Protocol):
    """uvicorn's own, with a limit of time for what comes before a body; a body has its own."""

    _too_late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn's
        """Waits for the first request."""
        super().connection_made(transport)
        self._wait_for_head()

    def data_received(self, data: bytes) -> None:
        """Goes on waiting, or stops."""
        super().data_received(data)
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Waits no more."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait_for_head(self) -> None:
        begun = self.cycle is None or bool(self.conn.trailing_data[0])  # between requests uvicorn has a limit
        if not (begun and self.conn.their_state is h11.IDLE):
            self._stop_waiting()
        elif self._too_late is None:
            self._too_late = self.loop.call_later(SLOWEST_HEAD, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._too_late is not None:
            self._too_late.cancel()
            self._too_late = None
