"""An event loop on which time passes faster, so that a watch of minutes is waited for in seconds."""

from __future__ import annotations

import asyncio
import selectors
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from phonetui.client.clock import SystemClock

#: Seconds that pass on the loop, and on its clock, in each real one.
FASTER = 60.0


class FastLoop(asyncio.SelectorEventLoop):
    """Every sleep, deadline and timeout on it ends sooner by the same factor."""

    def __init__(self) -> None:
        super().__init__(_FastSelector())

    def time(self) -> float:
        """The loop's own seconds."""
        return time.monotonic() * FASTER


class FastClock:
    """The clocks of a laptop and of a server beside the loop; they agree."""

    def __init__(self) -> None:
        self._ids = SystemClock()
        self._began_at, self._began = self._ids.now(), self.tick()

    def now(self) -> datetime:
        """The wall clock."""
        return self._began_at + timedelta(seconds=self.tick() - self._began)

    def tick(self) -> float:
        """The loop's own seconds."""
        return time.monotonic() * FASTER

    def new_id(self) -> str:
        """A new UUIDv7."""
        return self._ids.new_id()


class _FastSelector(selectors.BaseSelector):
    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._selector.register(fileobj, events, data)

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return self._selector.unregister(fileobj)

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        return self._selector.select(None if timeout is None else timeout / FASTER)

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return self._selector.get_map()

    def close(self) -> None:
        self._selector.close()
