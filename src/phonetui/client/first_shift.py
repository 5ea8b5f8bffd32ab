"""Whether a caller is new to the desk: who is gets a tour offered, once, without a key being taken from any call."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from phonetui.core.refusal import Refused


def _nowhere() -> None:
    """What is not kept."""


class FirstShift:
    """`is_new` until the caller was shown around, or has saved a result, which `remember` keeps for the next start."""

    def __init__(self, *, is_new: bool = False, remember: Callable[[], None] = _nowhere) -> None:
        self.is_new = is_new
        self._remember = remember

    async def over(self) -> None:
        """From now on the caller knows the desk; where that cannot be kept, the next start offers the tour again."""
        if self.is_new:
            self.is_new = False
            with suppress(Refused):
                await asyncio.to_thread(self._remember)
