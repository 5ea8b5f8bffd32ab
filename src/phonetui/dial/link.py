"""Dialing by the system's own program for telephone links: a phone that is paired, or a softphone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from phonetui.core.refusal import Refused
from phonetui.core.translation import later, tr
from phonetui.dial.handed_off import HandsOff
from phonetui.dial.links import telephone_link
from phonetui.dial.system import ELSEWHERE, Lack, System

TO_DIAL: dict[Lack, str] = {
    "elsewhere": ELSEWHERE,
    "desktop": later("There is no desktop here whose programs could dial."),
    "opener": later("There is no {program} here to hand the number to a program that dials."),
}


class LinkDialer(HandsOff):
    """A `Dialer` that hands the number on to a program."""

    def __init__(self, new_id: Callable[[], str], system: System | None = None) -> None:
        super().__init__(new_id)
        self._system = system or System()

    @property
    def why_not(self) -> str:
        """Why no program here can dial; empty where one may."""
        lacks = self._system.lacks
        return tr(TO_DIAL[lacks], program=self._system.opener) if lacks else ""

    async def start(self) -> str:
        """The program that takes the numbers, by its name. Raises `Refused` where there is none."""
        if self.why_not:
            instead = tr("Choose the QR code: phonetui settings set dialer qr; or dial by hand.")
            raise Refused(f"{self.why_not} {instead}")
        return self._system.opener

    async def dial(self, number: str, ring_timeout: float) -> str:
        """Hand the number on. Raises `Refused` where no program here takes it."""
        link = telephone_link(number)
        try:
            await asyncio.to_thread(self._system.open, link)
        except Refused:
            raise Refused(
                tr("No program here takes the number; have your phone's camera read its code, or dial by hand.")
            ) from None
        return self.hand_off()
