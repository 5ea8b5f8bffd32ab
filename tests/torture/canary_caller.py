"""One caller's shift without a screen, in a process that may be killed: the real desk, journal and way in.

`python -m tests.torture.canary_caller` reads `Work` from standard input, and says on standard output where it is.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
from collections.abc import Callable
from contextlib import ExitStack
from unittest.mock import patch

import msgspec
from msgspec import Struct

from phonetui.client import journal_connection, journal_writing
from phonetui.client.clock import SystemClock
from phonetui.client.credentials import SecretsInMemory
from phonetui.client.desk import PhoneDesk
from phonetui.client.folders import folders
from phonetui.client.opening import open_desk
from phonetui.client.sign_in import Laptop, SignedIn, join, lock_with_password
from phonetui.core.call_actions import Action, Dial, Forward, Note, Result, Skip, TakeBack
from phonetui.core.word import WrongRecord
from phonetui.demo.server import CAMPAIGN
from tests.torture import canary

PASSWORD = "correct horse battery"
#: Seconds after which what was waited for will not come.
PATIENCE = 60.0
RESULTS = ("not_home", "busy", "wrong_number", "refused", "talked", "moved")

#: What the caller says, one a line; `JOINED` is followed by a line with `SignedIn` as JSON.
JOINED, OPENED, CALLED, LEAVING = "joined", "opened", "called", "leaving"

#: Safeguards that can be removed.
PURGE, SECURE_DELETE = "the purge", "secure_delete"


class Work(Struct, frozen=True):
    """A shift of so many calls under a umask; who has not joined yet does so by the link."""

    seed: int
    umask: int
    calls: int
    link: str = ""
    signed_in: SignedIn | None = None
    without: str = ""


class SteppingClock(SystemClock):
    """A second for every look, so that no key is too soon."""

    def __init__(self) -> None:
        super().__init__()
        self._ticks = 0

    def tick(self) -> float:
        """Counts."""
        self._ticks += 1
        return float(self._ticks)


class Caller:
    """Works the desk with keys that chance chooses."""

    def __init__(self, desk: PhoneDesk, seed: int) -> None:
        self._desk = desk
        self._random = random.Random(seed)
        self._changed = asyncio.Event()
        desk.listen(self._changed.set)

    async def calls(self) -> None:
        """One household: perhaps its script, a note, a report, and a result or a skip."""
        await self._until(lambda: self._desk.view.call.voter is not None)
        for action in self._before():
            await self._desk.act(action)
        if self._random.random() < 0.1:
            await self._desk.write_down(WrongRecord("other", self._note()))
        if self._random.random() < 0.1:
            await self._desk.act(Skip())
            return
        await self._result()
        if self._random.random() < 0.1:
            await self._desk.act(TakeBack())
            await self._result()

    async def _result(self) -> None:
        disposition = self._random.choice(RESULTS)
        if disposition == "talked":
            await self._desk.act(Forward())  # nobody talks who has not read the disclosure
        await self._desk.act(Result(disposition))

    async def sends(self) -> None:
        """Until the campaign has everything."""
        self._desk.try_now()
        await self._until(lambda: not self._desk.view.unsent)

    def _before(self) -> list[Action]:
        keys: list[Action] = [Dial(), Forward()] if self._random.random() < 0.3 else []
        return [*keys, Note(self._note())] if self._random.random() < 0.3 else keys

    def _note(self) -> str:
        household = self._desk.view.call.household
        assert household is not None
        return canary.note(int(household.number[-4:]))

    async def _until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not holds():
                await self._changed.wait()
                self._changed.clear()


async def shift(work: Work) -> None:
    """From the way in to leaving."""
    laptop = Laptop(folders(os.environ), SecretsInMemory(), SystemClock().new_id)
    signed_in = work.signed_in
    if signed_in is None:
        signed_in = await join(laptop, work.link, "dana@example.org", "Dana", PASSWORD)
        await lock_with_password(laptop, signed_in, PASSWORD)
        _say(JOINED, msgspec.json.encode(signed_in).decode())
    desk = await open_desk(laptop.folders, signed_in, CAMPAIGN, SteppingClock())
    _say(OPENED)
    await desk.start()
    caller = Caller(desk, work.seed)
    for _ in range(work.calls):
        await caller.calls()
        _say(CALLED)
    await caller.sends()
    _say(LEAVING)
    await desk.close()


def _say(*lines: str) -> None:
    for line in lines:
        sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _without(safeguard: str, removed: ExitStack) -> None:
    if safeguard == PURGE:
        removed.enter_context(patch.object(journal_writing, "end_shift", lambda connection, keep_hand, keep_also: None))
    if safeguard == SECURE_DELETE:
        pragmas = [pragma for pragma in journal_connection.PRAGMAS if not pragma.startswith("secure_delete")]
        removed.enter_context(patch.object(journal_connection, "PRAGMAS", (*pragmas, "secure_delete = off")))


if __name__ == "__main__":
    asked = msgspec.json.decode(sys.stdin.buffer.read(), type=Work)
    os.umask(asked.umask)
    with ExitStack() as removed:
        _without(asked.without, removed)
        asyncio.run(shift(asked))
