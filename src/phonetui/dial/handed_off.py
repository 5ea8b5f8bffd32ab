"""Calls that a phone of the caller's takes over: nothing more is heard of them here."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

from phonetui.core.phone_call import CallEvent
from phonetui.core.refusal import Refused
from phonetui.core.translation import tr
from phonetui.dial.calls_told import CallsTold
from phonetui.dial.dialer import Cap


class HandsOff:
    """What a `Dialer` can do whose calls are elsewhere: next to nothing."""

    caps: frozenset[Cap] = frozenset()

    def __init__(self, new_id: Callable[[], str]) -> None:
        self._new_id = new_id
        self._told = CallsTold()

    def hand_off(self) -> str:
        """The phone has the number; the call's id."""
        call_id = self._new_id()
        self._told.tell(CallEvent(call_id, "handed_off"))
        return call_id

    async def hangup(self) -> None:
        """The call is on the phone that took it: there it ends."""

    async def mute(self, on: bool) -> None:
        """Raises `Refused`: the call is elsewhere."""
        raise _elsewhere()

    async def dtmf(self, digits: str) -> None:
        """Raises `Refused`: the call is elsewhere."""
        raise _elsewhere()

    def events(self) -> AsyncIterator[CallEvent]:
        """Each call, handed off."""
        return self._told.events()

    async def close(self) -> None:
        """Nothing more is handed on."""
        self._told.close()


def _elsewhere() -> Refused:
    return Refused(tr("The call is on your phone; mute it, and press its keys, there."))
