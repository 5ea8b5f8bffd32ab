"""The journal's thread: it does one piece of work after the other, in the order in which they are handed over."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from queue import SimpleQueue
from threading import Thread
from typing import TypeVar

Result = TypeVar("Result")


class JournalThread:
    """A thread of one's own. An executor's futures take twice as long to wake it and to come back, at every key."""

    def __init__(self) -> None:
        self._work: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._stopped = False
        Thread(target=self._do, name="journal", daemon=True).start()

    async def run(self, work: Callable[[], Result]) -> Result:
        """What `work` returns or raises. It is done to its end, even where nobody waits for it any more."""
        if self._stopped:
            raise RuntimeError("the journal's thread has ended")
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Result] = loop.create_future()
        self._work.put(partial(carry_out, work, done, loop))
        return await done

    def stop(self) -> None:
        """End the thread after what it has been given."""
        self._stopped = True
        self._work.put(None)

    def _do(self) -> None:
        while (work := self._work.get()) is not None:
            work()


def carry_out(work: Callable[[], Result], done: asyncio.Future[Result], loop: asyncio.AbstractEventLoop) -> None:
    """Do it on this thread; what it returns or raises is told on the loop, if anybody still waits for it there."""
    try:
        settle = partial(done.set_result, work())
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is raised where it is waited for
        settle = partial(done.set_exception, error)
    with suppress(RuntimeError):  # the loop has ended meanwhile
        loop.call_soon_threadsafe(_unless_cancelled, done, settle)


def _unless_cancelled(done: asyncio.Future[Result], settle: Callable[[], None]) -> None:
    if not done.done():
        settle()
