"""The campaign's number is marked as unwanted: the laptop asks the supervisor about it by itself, once a shift."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from phonetui.core.refusal import Refused
from phonetui.core.word import NumberBlocked, Word


class BlockedNumber:
    """Hears of each call that was blocked; `write_down` is the desk's."""

    def __init__(self, write_down: Callable[[Word], Awaitable[None]]) -> None:
        self._write_down = write_down
        self._is_told = False
        self._telling: asyncio.Task[None] | None = None

    def hear(self) -> None:
        """A call was blocked."""
        if not self._is_told and self._telling is None:
            self._telling = asyncio.create_task(self._tell())

    async def _tell(self) -> None:
        """What cannot be saved now is told with the next blocked call."""
        with suppress(Refused):
            await self._write_down(NumberBlocked())
            self._is_told = True
        self._telling = None
