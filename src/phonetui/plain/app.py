"""The plain front end: opens the desk, speaks line by line until the caller leaves, and puts the desk away."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress

from phonetui.client.desk_surface import Desk
from phonetui.client.numbers import rest
from phonetui.core.keymap import Keys
from phonetui.core.refusal import Refused
from phonetui.plain.front import PlainFront
from phonetui.plain.keyboard import standard_input
from phonetui.plain.voice import Voice

#: The exit code of a program that a signal has ended is this and the signal's number.
ENDED_BY = 128


class PlainShift:
    """One shift from opening the desk to putting it away, ended by the caller or by a signal."""

    def __init__(self, open_desk: Callable[[], Awaitable[Desk]], front_at: Callable[[Desk], PlainFront]) -> None:
        self._open_desk = open_desk
        self._front_at = front_at
        self._front: PlainFront | None = None
        self._ended_by = 0

    async def run(self) -> int:
        """The exit code, which is not 0 where a signal ended it. Raises `Refused` where there is no desk."""
        opening = asyncio.ensure_future(self._open_desk())
        calling = asyncio.create_task(self._call(opening))
        self._heed_signals(calling)
        try:
            await calling
        except asyncio.CancelledError:
            if not self._ended_by:
                raise
        finally:
            with suppress(Refused):  # there is none
                desk = await opening
                await desk.close()
        return ENDED_BY + self._ended_by if self._ended_by else 0

    async def _call(self, opening: asyncio.Future[Desk]) -> None:
        desk = await asyncio.shield(opening)
        self._front = self._front_at(desk)
        await desk.start()
        if desk.pacing.resting_since is not None:
            await rest(self._front)
        await self._front.run()

    def _heed_signals(self, calling: asyncio.Task[None]) -> None:
        def end(number: int) -> None:
            self._ended_by = number
            calling.cancel()

        def interrupt() -> None:
            if self._front is None or self._front.interrupted():
                end(signal.SIGINT)

        def hang_up() -> None:
            _turn_to_nowhere()
            end(signal.SIGHUP)

        if sys.platform != "win32":
            loop = asyncio.get_running_loop()
            loop.add_signal_handler(signal.SIGINT, interrupt)
            loop.add_signal_handler(signal.SIGTERM, end, signal.SIGTERM)
            loop.add_signal_handler(signal.SIGHUP, hang_up)


def _turn_to_nowhere() -> None:
    """What is still to be said to a terminal that is gone is said to nobody; at the end it would be an error."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for end in range(3):
        with suppress(OSError):
            if stat.S_ISCHR(os.fstat(end).st_mode) and not os.isatty(end):
                os.dup2(nowhere, end)
    os.close(nowhere)


def call(
    open_desk: Callable[[], Awaitable[Desk]], *, own_keys: Keys | None = None, short: bool = False, beep: bool = True
) -> int:
    """Speak with the caller until they leave, or until there are no more lines; the exit code, as `PlainShift.run`.

    Raises `Refused` where the desk cannot be opened.
    """
    keyboard, voice = standard_input(), Voice(sys.stdout)

    def front_at(desk: Desk) -> PlainFront:
        return PlainFront(desk, keyboard, voice, own_keys or {}, short=short, beep=beep)

    return asyncio.run(PlainShift(open_desk, front_at).run())
