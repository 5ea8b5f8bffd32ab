"""Ways to record that a journal must not have; the controls of two promises put one in the place of the true one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence

from phonetui.client.journal import Entry, Journal
from phonetui.wire import Lease

_record = Journal.record
_LATE: set[asyncio.Task[None]] = set()


async def _in_two(
    self: Journal,
    *,
    entries: Sequence[Entry] = (),
    finished: Collection[str] = (),
    returned: Collection[str] = (),
    changed: Collection[Lease] = (),
    call: bytes,
) -> None:
    """The move to the next voter, and only then the event."""
    await _record(self, finished=finished, returned=returned, changed=changed, call=call)
    if entries:
        await _record(self, entries=entries, call=call)


async def _later(
    self: Journal,
    *,
    entries: Sequence[Entry] = (),
    finished: Collection[str] = (),
    returned: Collection[str] = (),
    changed: Collection[Lease] = (),
    call: bytes,
) -> None:
    """The next voter is shown before the commit has returned."""
    recording = _record(self, entries=entries, finished=finished, returned=returned, changed=changed, call=call)
    task = asyncio.create_task(recording)
    _LATE.add(task)
    task.add_done_callback(_LATE.discard)


def record_in_two() -> None:
    """Two transactions in the place of one."""
    _put(_in_two)


def record_later() -> None:
    """The screen does not wait for the disk."""
    _put(_later)


def _put(record: Callable[..., object]) -> None:
    setattr(Journal, "record", record)  # noqa: B010 - a method is replaced on purpose
