"""Waiting for what may hang, such as a keyring or a resolver: on a thread of its own, and not for ever."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TypeVar

Result = TypeVar("Result")


async def within(seconds: float, work: Callable[[], Result]) -> Result:
    """What `work` returns or raises; `TimeoutError` after so long, and nobody waits for its thread any more."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Result] = loop.create_future()

    def carry_out() -> None:
        settle: Callable[[], None]
        try:
            settle = partial(done.set_result, work())
        except Exception as error:  # noqa: BLE001 - whatever it is, it is raised where it is waited for
            settle = partial(done.set_exception, error)
        with suppress(RuntimeError):  # the program has ended meanwhile
            loop.call_soon_threadsafe(_unless_given_up, done, settle)

    threading.Thread(target=carry_out, name="patience", daemon=True).start()
    async with asyncio.timeout(seconds):
        return await done


def _unless_given_up(done: asyncio.Future[Result], settle: Callable[[], None]) -> None:
    if not done.done():
        settle()
