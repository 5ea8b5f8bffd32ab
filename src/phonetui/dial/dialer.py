"""What every engine that places calls can be asked, and what it says it can do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Literal, Protocol

from phonetui.core.phone_call import CallEvent

#: `state`: it tells what becomes of a call.
Cap = Literal["state", "hangup", "mute", "dtmf"]

#: Seconds that a phone rings before the engine gives up.
RINGING = 25.0


class Dialer(Protocol):
    """One line: it places one call at a time. Whatever cannot be done raises `Refused` with a sentence and a way on."""

    @property
    def caps(self) -> frozenset[Cap]:
        """What it can do beyond dialing."""

    async def start(self) -> str:
        """Be ready before the first number; what it is that dials here, as a name or a version."""

    async def dial(self, number: str, ring_timeout: float) -> str:
        """Call a number in E.164, ringing for so many seconds at most, once a call that was hung up is over; its id."""

    async def hangup(self) -> None:
        """End the call, or stop ringing; without one it does nothing."""

    async def mute(self, on: bool) -> None:
        """Silence what the caller says, or let it through again."""

    async def dtmf(self, digits: str) -> None:
        """Press these keys of a phone: `0` to `9`, `*` and `#`."""

    def events(self) -> AsyncIterator[CallEvent]:
        """What becomes of calls, in order, until it is closed."""

    async def close(self) -> None:
        """End the call and the engine; nothing of it is left. Closing twice does nothing."""
