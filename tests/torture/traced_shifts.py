"""What a laptop writes in a caller's shifts, one thing after the other; each is told on stderr once it is saved.

`python -m tests.torture.traced_shifts HOME SEED WITHOUT` prints what a start would have found after each.
"""

from __future__ import annotations

import asyncio
import os
import stat
import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from random import Random
from unittest.mock import patch

import msgspec
from msgspec import Struct

from phonetui.client import journal_connection, journal_key
from phonetui.client.account import Account, journal_path, load_accounts, save_account
from phonetui.client.folders import folders_in
from phonetui.client.journal import Journal, Loaded
from phonetui.client.journal_key import WrappedKey, load_wrapped, save_wrapped
from phonetui.client.outbox import Taken
from phonetui.client.reason import Reason
from phonetui.core.event import Outcome
from tests.client.people import KEY, NOON, entry, lease, reply, undo
from tests.torture.split_records import record_in_two

#: Written to stderr when something is saved.
SAVED = b"saved"
#: Things done in one recording.
THINGS = 40
ACCOUNT = Account(
    server_url="https://calls.example.org",
    email="dana@example.org",
    caller_id="dana",
    name="Dana",
    device_id="laptop",
    key_id=journal_key.fingerprint(KEY),
    campaign_id="fall",
)


class State(Struct, frozen=True):
    """What a start finds on the laptop."""

    loaded: Loaded = Loaded()
    accounts: tuple[Account, ...] = ()
    wrapped: WrappedKey | None = None


def journal_of(home: Path) -> Path:
    """The journal in that home."""
    return journal_path(folders_in(home), ACCOUNT, ACCOUNT.campaign_id)


def wrapped_key_of(home: Path) -> Path:
    """The wrapped key in that home."""
    return journal_of(home).with_name("key.wrapped")


async def found(home: Path, journal: Journal) -> State:
    """What the product reads in that home."""
    return State(await journal.load(), load_accounts(folders_in(home)), load_wrapped(wrapped_key_of(home)))


class Laptop:
    """A journal, and somebody at work with it."""

    def __init__(self, home: Path, random: Random) -> None:
        self.home = home
        self.random = random
        self.states: list[State] = []

    async def work(self) -> None:
        """So many things in any order, then an end in order or none."""
        self.journal = await Journal.open(journal_of(self.home), KEY)
        await self._tell()
        things, weights = zip(*THINGS_TO_DO.items(), strict=True)
        for thing in self.random.choices(things, weights, k=THINGS):
            await thing(self)
            await self._tell()
        if self.random.random() < 0.5:
            await self.journal.close()

    async def _tell(self) -> None:
        self.states.append(await found(self.home, self.journal))
        self._loaded = self.states[-1].loaded
        os.write(2, SAVED)

    @property
    def _to_call(self) -> list[str]:
        return [held.lease.household.household_id for held in self._loaded.held if not held.finished]

    def _draft(self) -> bytes:
        return msgspec.json.encode("x" * self.random.choice((0, 40, 900, 2000)))

    async def call(self) -> None:
        """A result, and the next voter."""
        if not self._to_call:
            return await self.exchange()
        household_id, note = self._to_call[0], "n" * self.random.choice((0, 30, 1000))
        event = entry(self._loaded.next_seq, int(household_id[1:]), urgent=self.random.random() < 0.2, note=note)
        return await self.journal.record(entries=[event], finished=[household_id], call=self._draft())

    async def draft(self) -> None:
        """An answer, or a letter of a note."""
        await self.journal.record(call=self._draft())

    async def take_back(self) -> None:
        """Undo; the household comes back with another to be called first."""
        made = [event for event in self._loaded.outcomes if isinstance(event, Outcome)]
        if made:
            event = undo(self._loaded.next_seq, made[-1])
            returned = [*self._to_call[:1], event.household_id]
            await self.journal.record(entries=[event], returned=returned, call=self._draft())

    async def exchange(self) -> None:
        """A reply: receipts, voters, a new cursor, now and then a refusal or a server that has forgotten."""
        unsent, random = [event.id for event in self._loaded.unsent], self.random
        settled = unsent[: random.randint(0, len(unsent))]
        rejected = tuple((settled.pop(), Reason("never lent to you")) for _ in settled[:1] if random.random() < 0.1)
        first = max([0, *(int(held.lease.household.household_id[1:]) for held in self._loaded.held)]) + 1
        lent = range(first, first + random.randint(0, 8))
        taken = Taken(
            reply=reply(cursor=f"c{random.random()}", leases=tuple(lease(number) for number in lent)),
            acknowledged=tuple(settled),
            rejected=rejected,
            forgotten_after=random.randint(0, self._loaded.next_seq) if random.random() < 0.1 else None,
        )
        await self.journal.take(taken)

    async def end_the_shift(self) -> None:
        await self.journal.end_shift(keep_hand=self.random.random() < 0.5)

    async def begin_a_day(self) -> None:
        await self.journal.expire(NOON + timedelta(days=self.random.randint(0, 9)))

    async def open_again(self) -> None:
        await self.journal.close()
        self.journal = await Journal.open(journal_of(self.home), KEY)

    async def sign_in(self) -> None:
        name = self.random.choice(("Dana", "Ana", "Bo")) * self.random.randint(1, 80)
        save_account(folders_in(self.home), msgspec.structs.replace(ACCOUNT, caller_id=name, name=name))

    async def lock_with_password(self) -> None:
        wrapped = WrappedKey(self.random.randbytes(16), self.random.randbytes(32), self.random.randbytes(32))
        save_wrapped(wrapped_key_of(self.home), wrapped)


THINGS_TO_DO: dict[Callable[[Laptop], Awaitable[None]], int] = {
    Laptop.call: 12,
    Laptop.draft: 6,
    Laptop.take_back: 3,
    Laptop.exchange: 5,
    Laptop.end_the_shift: 2,
    Laptop.begin_a_day: 2,
    Laptop.open_again: 2,
    Laptop.sign_in: 1,
    Laptop.lock_with_password: 1,
}


def _without_synced_commits() -> None:
    pragmas = tuple(each.replace("synchronous = full", "synchronous = normal") for each in journal_connection.PRAGMAS)
    journal_connection.PRAGMAS = pragmas


def _without_sync_of(is_such: Callable[[int], bool]) -> None:
    """In the product's Python, that is; SQLite has syncs of its own."""
    sync = os.fsync

    def fsync(descriptor: int) -> None:
        if not is_such(os.fstat(descriptor).st_mode):
            sync(descriptor)

    patch.object(os, "fsync", fsync).start()


#: The safeguards that a control can do without.
WITHOUT: dict[str, Callable[[], None]] = {
    "": lambda: None,
    "commit": _without_synced_commits,
    "transaction": record_in_two,
    "file": lambda: _without_sync_of(stat.S_ISREG),
    "folder": lambda: _without_sync_of(stat.S_ISDIR),
}


def main(home: str, seed: str, without: str) -> None:
    """Works, prints what was found after each thing, and ends as by a kill."""
    WITHOUT[without]()
    laptop = Laptop(Path(home), Random(seed))
    asyncio.run(laptop.work())
    sys.stdout.buffer.write(msgspec.json.encode(laptop.states))
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
