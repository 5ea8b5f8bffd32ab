"""The engine of a caller whose own cannot be had, for want of an account, say."""

from __future__ import annotations

from phonetui.core.refusal import Refused
from phonetui.dial.handed_off import HandsOff


class MissingDialer(HandsOff):
    """A `Dialer` that says what is missing, and a way on."""

    def __init__(self, why: str) -> None:
        super().__init__(lambda: "")
        self._why = why

    async def start(self) -> str:
        """Raises `Refused`: nothing dials."""
        raise Refused(self._why)

    async def dial(self, number: str, ring_timeout: float) -> str:
        """Raises `Refused`: nothing dials."""
        raise Refused(self._why)
