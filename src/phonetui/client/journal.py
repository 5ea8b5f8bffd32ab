"""The encrypted journal of one caller in one campaign: voters on hand, events, the call in progress.

One SQLCipher connection on one thread of its own; what comes in and goes out are the same frozen objects as elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from phonetui.client import journal_reading as reading
from phonetui.client import journal_writing as writing
from phonetui.client.journal_records import Entry, Held, Loaded, Rejected
from phonetui.client.journal_refusals import set_aside, still_here
from phonetui.client.journal_thread import JournalThread
from phonetui.core.pace import Break
from phonetui.wire import Lease

if TYPE_CHECKING:
    from sqlite3 import Connection

    from phonetui.client.journal_file import JournalFile
    from phonetui.client.outbox import Taken

__all__ = ["Entry", "Held", "Journal", "Loaded", "Rejected"]

Result = TypeVar("Result")


class Journal:
    """Every method hands its work over to the journal's thread, and raises `JournalRefused` with the reason why not.

    What was refused has changed nothing. After a failed write the file is opened anew and read back. `mended` says what
    became of a damaged file that was there before; it is empty where there was none.
    """

    def __init__(self, file: JournalFile, thread: JournalThread, mended: str = "") -> None:
        self.mended = mended
        self._file = file
        self._thread = thread
        self._closed = False

    @classmethod
    async def open(cls, path: Path, key: bytes) -> Journal:
        """The journal at `path`, made if there is none; `key` is 32 bytes."""
        thread = JournalThread()
        try:
            file, mended = await thread.run(lambda: _open(path, key))
        except BaseException:
            thread.stop()
            raise
        return cls(file, thread, mended)

    async def load(self) -> Loaded:
        """Everything that a start needs."""
        return await self._run(lambda: self._file.run(reading.load))

    async def record(
        self,
        *,
        entries: Sequence[Entry] = (),
        finished: Collection[str] = (),
        returned: Collection[str] = (),
        changed: Collection[Lease] = (),
        call: bytes,
        version: int = 0,
    ) -> None:
        """One transaction: events, households finished or put back at the head of the hand, the call in progress.

        `changed` are leases on hand that lost voters or numbers. `version` is that of the campaign that the call goes
        by: that one stays here until the call goes by another.
        """
        await self._run(lambda: self._file.record(entries, finished, returned, changed, call, version))

    async def take(self, taken: Taken) -> tuple[Entry, ...]:
        """One transaction for all that a reply brings; answers with the events that became unsent again."""
        return await self._run(lambda: self._file.run(lambda connection: writing.take(connection, taken)))

    async def see(self, notice_ids: Collection[str]) -> None:
        """The caller has seen these notices."""
        await self._run(lambda: self._file.run(lambda connection: writing.see(connection, notice_ids)))

    async def set_offset(self, offset: timedelta) -> None:
        """The server's clock minus the wall clock, which somebody has set."""
        await self._run(lambda: self._file.run(lambda connection: writing.set_offset(connection, offset)))

    async def keep_break(self, one: Break) -> None:
        """A break that begins, or what it came to."""
        await self._run(lambda: self._file.run(lambda connection: writing.keep_break(connection, one)))

    async def end_shift(self, *, keep_hand: bool = False, keep_also: str = "") -> None:
        """Remove the shift's voters, except those with something unsent, and with `keep_hand` those to be called.

        The household `keep_also` stays though it is no longer to be called.
        """

        def end(connection: Connection) -> None:
            writing.end_shift(connection, keep_hand=keep_hand, keep_also=keep_also)

        await self._run(lambda: self._file.run(end))
        await self._run(self._file.truncate)

    async def expire(self, now: datetime) -> None:
        """Remove what was settled seven days before `now`, and damaged files that were moved aside before that."""
        await self._run(lambda: self._file.run(lambda connection: writing.expire(connection, now)))
        await self._run(self._file.truncate)
        await self._run(lambda: self._file.forget_damaged(now - writing.KEPT))

    async def purge(self, *, discard: int = 0) -> None:
        """Delete the journal and close it; refused while the campaign lacks events, unless `discard` is how many."""
        lacking = (await self.load()).not_taken
        if lacking not in (0, discard):
            raise still_here(lacking, lacking)
        await self._run(self._file.remove)
        self._end()

    async def complaints(self) -> tuple[str, ...]:
        """What is wrong with the file's pages; nothing for a sound file."""
        return await self._run(self._file.complaints)

    async def close(self) -> None:
        """Close the file and end its thread; closing twice does nothing."""
        if not self._closed:
            await self._run(self._file.close)
            self._end()

    def _end(self) -> None:
        self._closed = True
        self._thread.stop()

    async def _run(self, work: Callable[[], Result]) -> Result:
        return await self._thread.run(work)


def _open(path: Path, key: bytes) -> tuple[JournalFile, str]:
    from phonetui.client.journal_file import JournalFile  # on the thread: loading SQLCipher takes 20 ms

    file = JournalFile(path, key)
    try:
        return file, set_aside(file.damaged, len(file.run(reading.unsent))) if file.damaged else ""
    except BaseException:
        file.close()
        raise
