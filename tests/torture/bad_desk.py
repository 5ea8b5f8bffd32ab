"""Desks over journals on a disk that goes bad and is mended again, in a process of their own.

`python -m tests.torture.bad_desk full FOLDER WITHOUT SEED…` on a small disk of its own that it may fill,
`… failing …` and `… failing often …` with libfiu's functions in place of the system's. It prints `Findings` as JSON.
"""

from __future__ import annotations

import asyncio
import ctypes
import errno
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from random import Random
from typing import Protocol
from unittest.mock import patch

import msgspec

from phonetui.client.campaign_server import Offline
from phonetui.client.desk import PhoneDesk
from phonetui.client.journal import Journal
from phonetui.client.journal_file import JournalFile
from phonetui.client.journal_refusals import DiskFull, JournalFolder, JournalRefused
from phonetui.client.outbox import Outbox
from phonetui.core import event as events
from phonetui.core.call import Call
from phonetui.core.call_actions import Action, Note, Result
from tests.client.people import KEY, NOON, lease
from tests.client.test_desk import CampaignServer, Clock
from tests.torture.promise import Findings

#: Seconds and tries until there is a voter.
A_LOOK, LOOKS = 0.01, 30
VOTERS = 40


class Disk(Protocol):
    """Goes bad, and is mended."""

    def spoil(self, random: Random) -> None: ...

    def mend(self) -> None: ...


class FullDisk:
    """A file that takes nearly all of the room."""

    def __init__(self, folder: Path) -> None:
        self._fill = folder / "fill"

    def spoil(self, random: Random) -> None:
        """Leaves so many bytes that they end in any of the next writes."""
        self.mend()
        system = os.statvfs(self._fill.parent)
        left = random.choice((0, random.randrange(16_384), random.randrange(200_000)))
        size = max(0, system.f_bavail * system.f_frsize - left)
        with self._fill.open("wb") as fill:
            if size:
                os.posix_fallocate(fill.fileno(), 0, size)

    def mend(self) -> None:
        self._fill.unlink(missing_ok=True)


SYNCS = (b"posix/io/sync/fsync", b"posix/io/sync/fdatasync")
WRITES = (b"posix/io/rw/ftruncate", b"posix/io/rw/pwrite")


class FailingDisk:
    """One in twenty syncs, truncates and writes fails; `often`, every other sync does."""

    def __init__(self, folder: Path, *, often: bool = False) -> None:
        self._points = SYNCS if often else (*SYNCS, *WRITES)
        self._probability = 0.5 if often else 0.05
        self._fiu = ctypes.CDLL(None)
        self._fiu.fiu_init(0)

    def spoil(self, random: Random) -> None:
        self.mend()
        self._fiu.fiu_set_prng_seed(ctypes.c_uint(random.randrange(1 << 32)))
        for point in self._points:
            error = ctypes.c_void_p(random.choice((errno.EIO, errno.ENOSPC)))
            self._fiu.fiu_enable_random(point, 1, error, 0, ctypes.c_float(self._probability))

    def mend(self) -> None:
        for point in self._points:
            self._fiu.fiu_disable(point)


class Caller:
    """Somebody at a desk. `moved` are the voters whom the screen has moved on from, each with how often.

    `doubtful` are the last keys, all refused, after which not even the end could be written: what one of them would
    have saved may be on the disk still.
    """

    def __init__(self, path: Path, random: Random) -> None:
        self._path = path
        self._random = random
        self._clock = Clock()
        self.server = CampaignServer(*(lease(number, hours=9) for number in range(1, VOTERS)))
        self.moved: Counter[str] = Counter()
        self.shown = Call()
        self.doubtful: list[Action] = []
        self._refused: list[Action] = []
        self.refusals: list[JournalRefused] = []
        self.wrong: list[str] = []

    async def sit_down(self) -> bool:
        """Whether the call screen opened."""
        self.server.news = asyncio.Queue()
        desk = None
        try:
            journal = await Journal.open(self._path, KEY)
            try:
                loaded = await journal.load()
                await journal.expire(self._clock.now())
            except BaseException:
                await journal.close()
                raise
            outbox = Outbox("laptop", "riverside", loaded, random=lambda: 0.0, now=NOON, tick=0.0)
            desk = PhoneDesk("Dana", journal, loaded, outbox, self.server, self._clock)
            await desk.start()
        except JournalRefused as refused:
            self.refusals.append(refused)
            if desk is not None:
                await self._close(desk)
            return False
        self._desk = desk
        return True

    async def press(self) -> bool:
        """A note, or a result; whether it was carried out. The screen may only move on where it was."""
        before = self._desk.view.call
        action: Action = Result("not_home") if self._random.random() < 0.7 else Note(f"{self._clock.seconds}")
        try:
            await self._desk.act(action)
        except JournalRefused as refused:
            self.refusals.append(refused)
            self._refused.append(action)
            if self._desk.view.call != before:
                self.wrong.append("the screen moved on, and said that it did not")
            return False
        self._refused.clear()
        self.shown = self._desk.view.call
        if isinstance(action, Result):
            self.moved[before.voter_id] += 1
        return True

    def damage(self) -> None:
        """Spoils the journal so that all can be read, but has to be moved into a new one."""
        with self._path.open("r+b") as file:
            file.write(self._random.randbytes(512))

    async def calls(self, keys: int) -> int:
        """Presses so many keys, as long as there is a voter; how many were carried out, one where there is none."""
        done = 0
        for _ in range(keys):
            if not await self._voter_comes():
                return done or 1
            done += await self.press()
        return done

    async def leave(self) -> None:
        """What cannot be saved any more is said."""
        self.shown, told = self._desk.view.call, len(self.refusals)
        await self._close(self._desk)
        self.doubtful = self._refused if len(self.refusals) > told else []

    async def _voter_comes(self) -> bool:
        for _ in range(LOOKS):
            if self._desk.view.call.voter is not None:
                self.shown = self._desk.view.call
                return True
            self._desk.try_now()
            await asyncio.sleep(A_LOOK)
        return False

    async def _close(self, desk: PhoneDesk) -> None:
        try:
            await desk.close()
        except JournalRefused as refused:
            self.refusals.append(refused)


async def _evening(caller: Caller, disk: Disk, random: Random) -> None:
    """Calls while the disk is well, while it is bad, and when it is mended."""
    if random.random() < 0.7:
        await caller.sit_down()
        await caller.calls(random.randrange(6))
        await caller.leave()
        if random.random() < 0.2:
            caller.damage()
    caller.server.down = Offline("No line.") if caller.moved and random.random() < 0.5 else None
    disk.spoil(random)
    if not await caller.sit_down():
        disk.mend()
        if not await caller.sit_down():
            caller.wrong.append(f"on the mended disk it does not open: {caller.refusals[-1]}")
            return
        disk.spoil(random)
    await caller.calls(random.randrange(3, 15))
    if random.random() < 0.5:
        disk.mend()
        if await caller.calls(1) == 0:
            caller.wrong.append(f"on the mended disk a key is refused: {caller.refusals[-1]}")
    await caller.leave()
    disk.mend()


def _wrong_after(caller: Caller, path: Path, kinds: tuple[type[JournalRefused], ...]) -> Iterator[str]:
    """What is wrong with the journal that was left, held against what the screen had moved on from."""
    opened = JournalFile(path, KEY)
    try:
        bodies = opened.run(lambda connection: connection.execute("SELECT body FROM events").fetchall())
        loaded = opened.run(lambda connection: connection.execute("SELECT body FROM call").fetchone())[0]
    finally:
        opened.close()
    found = Counter(events.decode(body).voter_id for (body,) in bodies)
    results = [action for action in caller.doubtful if isinstance(action, Result)]
    doubtful = Counter([caller.shown.voter_id] if results else [])
    if caller.moved - found or found - caller.moved - doubtful:
        yield f"moved on from, unsaved: {dict(caller.moved - found)}; saved, not moved on: {dict(found - caller.moved)}"
    sent = {(event := events.decode(body)).id: event.voter_id for body in caller.server.stored}
    if Counter(sent.values()) - caller.moved:
        yield f"sent, and not moved on from: {dict(Counter(sent.values()) - caller.moved)}"
    call = msgspec.json.decode(loaded, type=Call) if loaded else Call()
    notes = [caller.shown.draft.note, *(action.text for action in caller.doubtful if isinstance(action, Note))]
    as_shown = call.voter_id == caller.shown.voter_id and call.draft.note in notes
    if caller.shown.voter_id and not as_shown and found == caller.moved:
        yield f"the screen showed {caller.shown.voter_id}, and the journal has {call.voter_id}"
    if opened.damaged is not None:
        yield "the journal was left damaged"
    for refused in caller.refusals:
        if not isinstance(refused, kinds):
            yield f"told: {refused}"
    yield from caller.wrong


def prove(disk: Disk, folder: Path, kinds: tuple[type[JournalRefused], ...], seeds: list[int]) -> Findings:
    """An evening a seed; each key that was refused is a fault."""
    findings = Findings()
    for seed in seeds:
        path = folder / f"{seed}" / "riverside.journal"
        random = Random(seed)
        caller = Caller(path, random)
        asyncio.run(_evening(caller, disk, random))
        failures = tuple(f"seed {seed}: {wrong}" for wrong in _wrong_after(caller, path, kinds))
        findings += Findings(1, len(caller.refusals), failures)
        for file in path.parent.iterdir():
            file.unlink()
    return findings


# -- without a safeguard -----------------------------------------------------------------------------------------------


def _move_on_unsaved() -> None:
    record = Journal.record

    async def recorded(journal: Journal, **what: object) -> None:
        with suppress(JournalRefused):
            await record(journal, **what)  # type: ignore[arg-type]

    patch.object(Journal, "record", recorded).start()


def _trust_a_failed_write() -> None:
    patch.object(JournalFile, "_kept_after_all", lambda file, entries: True).start()


def _leave_in_what_was_refused() -> None:
    patch.object(
        JournalFile, "_take_back", property(lambda file: (), lambda file, statements: None), create=True
    ).start()


WITHOUT: dict[str, Callable[[], None]] = {
    "": lambda: None,
    "saving": _move_on_unsaved,
    "reading back": _trust_a_failed_write,
    "taking out": _leave_in_what_was_refused,
}
DISKS: dict[str, tuple[Callable[[Path], Disk], tuple[type[JournalRefused], ...]]] = {
    "full": (FullDisk, (DiskFull,)),
    "failing": (FailingDisk, (JournalFolder, DiskFull)),
    "failing often": (partial(FailingDisk, often=True), (JournalFolder, DiskFull)),
}


def main(kind: str, folder: str, without: str, *seeds: str) -> None:
    """Prints the findings."""
    WITHOUT[without]()
    made, kinds = DISKS[kind]
    found = prove(made(Path(folder)), Path(folder), kinds, [int(seed) for seed in seeds])
    sys.stdout.buffer.write(msgspec.json.encode(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
