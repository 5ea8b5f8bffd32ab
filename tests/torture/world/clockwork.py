"""An event loop on a clock of its own: when nothing is left to do, the clock moves on to the next appointment."""

from __future__ import annotations

import asyncio
import contextvars
import traceback
from collections.abc import Coroutine, Generator, Iterable
from datetime import UTC, datetime, timedelta
from selectors import SelectorKey, SelectSelector
from typing import Any, TypeVar

Result = TypeVar("Result")

#: Tuesday noon in New York, in the calling season.
NOON = datetime(2026, 10, 6, 16, 0, tzinfo=UTC)


class Owner:
    """Whoever runs tasks and can be killed, and then all of them end."""

    def __init__(self) -> None:
        self.tasks: set[asyncio.Task[Any]] = set()
        self.context = contextvars.copy_context()
        self.context.run(_owner.set, self)


_owner: contextvars.ContextVar[Owner | None] = contextvars.ContextVar("owner", default=None)
_NOBODYS = contextvars.Context()


class _NoWaiting(SelectSelector):
    """Waits for no file: a wait is a move of the clock."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[SelectorKey, int]]:
        assert timeout is not None, "everybody waits, and for ever"
        self.seconds += max(0.0, timeout)
        return []


class Clockwork(asyncio.SelectorEventLoop):
    """Everything that happens in a world happens here, one thing after the other, in an order that repeats."""

    def __init__(self) -> None:
        self._clock = _NoWaiting()
        self.faults: list[str] = []
        super().__init__(self._clock)
        self.set_task_factory(_task)
        self.set_exception_handler(self._note_fault)

    def time(self) -> float:
        return self._clock.seconds

    def now(self) -> datetime:
        """The true time."""
        return NOON + timedelta(seconds=self._clock.seconds)

    def skip(self, seconds: float) -> None:
        """Everybody is asleep for so long."""
        self._clock.seconds += seconds

    def passes(self, seconds: float) -> None:
        """Time in which everybody does what they do."""
        self.run_until_complete(asyncio.sleep(seconds))

    def begin(self, work: Coroutine[Any, Any, Result], owner: Owner | None = None) -> asyncio.Task[Result]:
        """A task of the owner's, or of nobody's, which nobody's death ends."""
        return self.create_task(work, context=owner.context if owner else _NOBODYS.copy())

    def end(self, tasks: Iterable[asyncio.Task[Any]]) -> None:
        """Cuts tasks short where they are."""
        left = [task for task in tasks if not task.done()]
        for task in left:
            task.cancel()
        if left:
            self.run_until_complete(asyncio.wait(left))

    def close(self) -> None:
        if not self.is_closed():
            self.end(asyncio.all_tasks(self))
        super().close()

    def _note_fault(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        at = traceback.extract_tb(error.__traceback__)[-1] if error else ""
        self.faults.append(f"{context['message']}: {error!r} {at}")


def _task(
    loop: asyncio.AbstractEventLoop,
    work: Coroutine[Any, Any, Any] | Generator[Any, None, Any],
    context: contextvars.Context | None = None,
) -> asyncio.Task[Any]:
    task: asyncio.Task[Any] = asyncio.Task(work, loop=loop, context=context)
    owner = (context or contextvars.copy_context()).get(_owner)
    if owner is not None:
        owner.tasks.add(task)
        task.add_done_callback(owner.tasks.discard)
    return task
