"""A test call to a number or an address that sends the caller's voice back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from msgspec import Struct

from phonetui.client.phone_words import ENDED, PLACED_NOBODY
from phonetui.core.phone_call import CallEvent, State
from phonetui.core.translation import later, tr
from phonetui.dial.baresip import BaresipDialer
from phonetui.dial.dialer import RINGING

#: Seconds for which the call is left standing once it is answered.
STANDS = 10.0

STATES: dict[State, str] = {
    "dialing": later("The test call is dialed."),
    "ringing": later("It rings."),
    "talking": later("It is answered: speak, and hear yourself. It ends by itself, or with Ctrl-C."),
}


class Echo(Struct, frozen=True):
    """How a test call went: seconds until the answer and from there to the end, if there was one, and its end."""

    answered_after: float | None
    talked: float | None
    ended: str


async def call_echo(line: BaresipDialer, uri: str, tick: Callable[[], float], tell: Callable[[str], None]) -> Echo:
    """Calls, tells how the call stands, and hangs up after a while; raises `Refused` where no call can be placed."""
    began, answered = tick(), None
    await line.call(uri, RINGING)
    hanging_up = asyncio.create_task(_hang_up(line, is_answered := asyncio.Event()))
    try:
        async for event in line.events():
            tell(told := _words(event))
            if event.state == "talking":
                answered = tick() - began
                is_answered.set()
            if event.state == "ended":
                return Echo(answered, line.talk_seconds, told)
    finally:
        hanging_up.cancel()
        with suppress(asyncio.CancelledError):
            await hanging_up
    return Echo(None, None, "")  # the line was closed meanwhile


async def _hang_up(line: BaresipDialer, answered: asyncio.Event) -> None:
    await answered.wait()
    await asyncio.sleep(STANDS)
    await line.hangup()


def _words(event: CallEvent) -> str:
    if event.state in STATES:
        return tr(STATES[event.state])
    ending = event.ending or "unknown"
    return tr(PLACED_NOBODY.get(ending) or ENDED[ending])
