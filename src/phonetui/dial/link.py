"""Dialing by the system's own program for telephone links: a phone that is paired, or a softphone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from phonetui.core.refusal import Refused
from phonetui.core.translation import tr
from phonetui.dial.handed_off import HandsOff
from phonetui.dial.links import telephone_link
from phonetui.dial.system import System


class LinkDialer(HandsOff):
    """A `Dialer` that hands the number on to a program."""

    def __init__(self, new_id: Callable[[], str], system: System | None = None) -> None:
        super().__init__(new_id)
        self._system = system or System()

    async def start(self) -> str:
        """The program that takes the numbers, by its name. Raises `Refused` where there is none."""
        if self._system.why_not:
            instead = tr("Choose the QR code: phonetui settings set dialer qr; or dial by hand.")
            raise Refused(f"{self._system.why_not} {instead}")
        return self._system.opener

    async def dial(self, number: str, ring_timeout: float) -> str:
        """Hand the number on. Raises `Refused` where no program here takes it."""
        link = telephone_link(number)
        await asyncio.to_thread(self._system.open, link)
        return self.hand_off()
