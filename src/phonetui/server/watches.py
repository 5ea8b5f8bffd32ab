"""Requests that wait for news. They hold nothing, and end at once when the server stops."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from phonetui.server.problems import RequestRefused


class Watches:
    """The watches that are open now."""

    def __init__(self) -> None:
        self._open: set[asyncio.Timeout] = set()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """A block that `end` cuts short with the problem `server-error`, which a laptop answers by asking again."""
        deadline = asyncio.timeout(None)
        try:
            async with deadline:
                self._open.add(deadline)
                yield
        except TimeoutError:
            if not deadline.expired():
                raise
            detail = "The campaign server is stopping; ask again soon."
            raise RequestRefused("server-error", detail, status=503, retry_after=1) from None
        finally:
            self._open.discard(deadline)

    def end(self) -> None:
        """Ends all that are open; to be called on the event loop."""
        now = asyncio.get_running_loop().time()
        for deadline in self._open:
            deadline.reschedule(now)
