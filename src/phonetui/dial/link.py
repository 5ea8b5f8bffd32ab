"""Dialing by the system's own program for telephone links: a phone that is paired, or a softphone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

from phonetui.core.phone_call import CallEvent
from phonetui.core.refusal import Refused
from phonetui.core.translation import tr
from phonetui.dial.calls_told import CallsTold
from phonetui.dial.dialer import Cap
from phonetui.dial.links import telephone_link
from phonetui.dial.system import System


class LinkDialer:
    """A `Dialer` that hands the number on, and hears nothing more of the call."""

    caps: frozenset[Cap] = frozenset()

    def __init__(self, new_id: Callable[[], str], system: System | None = None) -> None:
        self._new_id = new_id
        self._system = system or System()
        self._told = CallsTold()

    async def start(self) -> str:
        """The program that takes the numbers, by its name. Raises `Refused` where there is none."""
        if self._system.why_not:
            raise Refused(self._system.why_not)
        return self._system.opener

    async def dial(self, number: str, ring_timeout: float) -> str:
        """Hand the number on. Raises `Refused` where no program here takes it."""
        link, call_id = telephone_link(number), self._new_id()
        await asyncio.to_thread(self._system.open, link)
        self._told.tell(CallEvent(call_id, "handed_off"))
        return call_id

    async def hangup(self) -> None:
        """The call is on the phone that took it: there it ends."""

    async def mute(self, on: bool) -> None:
        """Raises `Refused`: the call is elsewhere."""
        raise elsewhere()

    async def dtmf(self, digits: str) -> None:
        """Raises `Refused`: the call is elsewhere."""
        raise elsewhere()

    def events(self) -> AsyncIterator[CallEvent]:
        """Each call, handed off."""
        return self._told.events()

    async def close(self) -> None:
        """Nothing more is handed on."""
        self._told.close()


def elsewhere() -> Refused:
    """Why a call that another phone has cannot be steered from here."""
    return Refused(tr("The call is on your phone; mute it, and press its keys, there."))
