"""A check-up of this computer and the line: what is well, what is worth knowing, what must be mended.

Nothing is written, and nobody's name, number or token is told. What may hang is given up after a few seconds.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Literal, TypeVar

from msgspec import Struct

Result = TypeVar("Result")

#: Seconds for which one check may keep a person waiting; they run side by side.
LIMIT = 5.0


class Finding(Struct, frozen=True):
    """One thing looked at: what was found, and what to do about it unless it is well."""

    about: str
    state: Literal["well", "note", "mend"]
    found: str
    do: str = ""


async def within(seconds: float, work: Callable[[], Result]) -> Result:
    """What `work` returns or raises, on a thread that nobody waits for after so long; then `TimeoutError`."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Result] = loop.create_future()

    def settle(answer: Callable[[], None]) -> None:
        if not done.done():
            answer()

    def carry_out() -> None:
        try:
            result = work()
            answer = lambda: done.set_result(result)  # noqa: E731
        except Exception as raised:  # noqa: BLE001 - whatever it is, it is raised where it is waited for
            error = raised
            answer = lambda: done.set_exception(error)  # noqa: E731
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(settle, answer)

    threading.Thread(target=carry_out, name="check-up", daemon=True).start()
    async with asyncio.timeout(seconds):
        return await done
