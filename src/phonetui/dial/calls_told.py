"""What an engine has to tell of its calls, waiting for whoever listens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from phonetui.core.phone_call import CallEvent


class CallsTold:
    """Events in order, for one listener, until it is closed."""

    def __init__(self) -> None:
        self._waiting: asyncio.Queue[CallEvent | None] = asyncio.Queue()

    def tell(self, event: CallEvent) -> None:
        """One more."""
        self._waiting.put_nowait(event)

    def close(self) -> None:
        """There is no more to come."""
        self._waiting.put_nowait(None)

    async def events(self) -> AsyncIterator[CallEvent]:
        """All that was told, and is told from now on."""
        while (event := await self._waiting.get()) is not None:
            yield event
