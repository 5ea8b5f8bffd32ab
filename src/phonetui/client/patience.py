"""Waiting for what may hang, such as a keyring or a resolver: on a thread of its own, and not for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from threading import Thread
from typing import TypeVar

from phonetui.client.journal_thread import carry_out

Result = TypeVar("Result")


async def within(seconds: float, work: Callable[[], Result]) -> Result:
    """What `work` returns or raises; `TimeoutError` after so long, and nobody waits for its thread any more."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Result] = loop.create_future()
    Thread(target=carry_out, args=(work, done, loop), name="patience", daemon=True).start()
    async with asyncio.timeout(seconds):
        return await done
