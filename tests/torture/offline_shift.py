"""A shift without a line: voters taken along, restarts, a clock that is set, and one connection in the end.

The desk, the journal and the server's logic are the real ones; clocks are handed in, and nobody waits for them.
"""

from __future__ import annotations

import asyncio
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from unittest.mock import patch

import msgspec
from msgspec import Struct
from sqlalchemy import select

from phonetui.client.desk import PhoneDesk
from phonetui.client.journal import Entry, Journal
from phonetui.client.outbox import Outbox
from phonetui.client.servers_time import ServersTime
from phonetui.client.turn import Turn
from phonetui.core import event as events
from phonetui.core.standard_dispositions import BY_ID
from phonetui.server import tables
from phonetui.server.engine import reading_engine
from phonetui.server.leases import Lender
from tests.client.people import KEY
from tests.torture.bank import CAMPAIGN, MEMORY, Bank, Colleague, LaptopClock, Line, TrueTime
from tests.torture.callers import Done
from tests.torture.end_to_end import differences
from tests.torture.keyboard import Keyboard
from tests.torture.promise import Control, Findings, Promise, Proof, Trials

#: A shift begins within an hour of ten in the morning where the voters live: on a Tuesday, the last one of summer time,
#: and the Sunday on which clocks go back.
MORNINGS = tuple(
    datetime(2026, month, day, hour, tzinfo=UTC) for month, day, hour in ((10, 6, 14), (10, 31, 14), (11, 1, 15))
)
#: Hours by which somebody sets the laptop's clock; one of them is what summer time makes.
SET_BY = (-1.0, 1.0, -5.0, 3.0, 7.5, -2.5)
HOUSEHOLDS = 560
#: An outbox is so old, in days.
OLD = range(60, 91)
#: Failures of a trial that are told.
TOLD = 5


class Plan(Struct, frozen=True):
    """What a shift is made of: outcomes in so many hours, how often the program is closed and killed, the clock set.

    `patience` is in seconds: so long a line that is back may take to carry everything.
    """

    outcomes: int = 500
    hours: float = 8.0
    closed: int = 2
    killed: int = 2
    clock_set: int = 3
    patience: float = 60.0


class Broken(Exception):
    """The shift cannot go on; why."""


class Shift:
    """One caller's laptop and day."""

    def __init__(self, folder: Path, bank: Bank, true: TrueTime, seed: int, plan: Plan) -> None:
        self.random = random.Random(seed)
        self.clock = LaptopClock(true, "dana")
        self._chance = random.Random(f"{seed} line").random
        self.line = Line(bank, "dana")
        self.keyboard = Keyboard("dana", self.random, true, self._check_the_voter)
        self._true = true
        self._plan = plan
        self._folder = folder
        self._desk: PhoneDesk

    async def start(self) -> None:
        """The program starts and shows the voter that it left."""
        journal = await Journal.open(self._folder / "fall.journal", KEY)
        loaded = await journal.load()
        await journal.expire(self.clock.now() + loaded.server_offset)
        now, tick = self.clock.now(), self.clock.tick()
        outbox = Outbox("dana-laptop", CAMPAIGN.campaign_id, loaded, random=self._chance, now=now, tick=tick)
        self._desk = PhoneDesk("Dana", journal, loaded, outbox, self.line, self.clock)
        await self._desk.start()

    async def take_along(self, households: int) -> set[str]:
        """With a line, so many; the numbers."""
        self._desk.take_along(households)
        await self._until(lambda: self._desk.view.taken_along)
        return self.on_hand()

    def on_hand(self) -> set[str]:
        """The numbers of the households still to be called."""
        return {lease.household.number for lease in self._desk._outbox.hand.to_call.values()}

    async def close(self) -> None:
        await self._desk.close()

    async def is_killed(self) -> None:
        """The next start has what lies on the disk in this moment; what the program does after it is lost."""
        left = self._folder.with_name(f"{self._folder.name}+")
        shutil.copytree(self._folder, left)
        await self._desk.close()
        self._folder = left

    async def call(self, outcomes: int) -> None:
        """Calls as callers do; raises `Broken` where it cannot go on."""
        await self.keyboard.call(self._desk, outcomes, timedelta(hours=self._plan.hours) / self._plan.outcomes)

    async def _check_the_voter(self, desk: PhoneDesk) -> None:
        household, so_far = desk.view.call.household, len(self.keyboard.made)
        if household is None:
            raise Broken(f"after {so_far} outcomes there is nobody to call: {desk.view.waiting}")
        lease = desk._outbox.hand.lease(household.household_id)
        if lease is None or lease.until <= self._true.now:
            raise Broken(f"after {so_far} outcomes a voter is shown who is not lent any more")

    async def gets_voters(self) -> None:
        """Until the first is on the screen."""
        await self._until(lambda: self._desk.view.call.voter is not None)

    async def sends_all(self) -> None:
        """Until nothing is unsent."""
        await self._until(lambda: not self._desk.view.unsent)

    async def _until(self, holds: Callable[[], bool]) -> None:
        """Waits, and presses the key that tries now; raises `Broken` when patience is at an end."""
        try:
            async with asyncio.timeout(self._plan.patience):
                while not holds():
                    self._true.passes(timedelta(seconds=1))
                    self._desk.try_now()
                    await asyncio.sleep(0.005)
        except TimeoutError:
            unsent = self._desk.view.unsent
            raise Broken(f"with a line for {self._plan.patience:g} seconds {unsent} events are unsent still") from None

    async def recorded(self) -> list[bytes]:
        """Every event's bytes in the order in which they are to arrive, as the closed journal has them."""
        journal = await Journal.open(self._folder / "fall.journal", KEY)
        select_all = "SELECT body FROM events ORDER BY seq"
        rows = await journal._run(lambda: journal._file.run(lambda it: it.execute(select_all).fetchall()))
        await journal.close()
        return sorted((body for (body,) in rows), key=lambda body: not _suppresses(body))


def _suppresses(body: bytes) -> bool:
    event = events.decode(body)
    return isinstance(event, events.Outcome) and BY_ID[event.disposition].suppresses


# -- the trials --------------------------------------------------------------------------------------------------------


async def _shift(folder: Path, seed: int, plan: Plan) -> list[str]:
    """Taken along in the morning, called for eight hours without a line, sent in the evening."""
    true = TrueTime(random.Random(f"{seed} morning").choice(MORNINGS))
    bank = Bank(folder, HOUSEHOLDS, true)
    shift, colleague = Shift(folder / "laptop", bank, true, seed, plan), Colleague(bank, "eli")
    wrong: list[str] = []
    try:
        await shift.start()
        await shift.gets_voters()
        taken = await shift.take_along(min(500, plan.outcomes))
        shift.line.up = False
        await _eight_hours(shift, plan, colleague)
        shift.line.up = True
        await shift.sends_all()
        await shift.close()
        wrong += _wrong_with_arrival(shift.line.arrived, await shift.recorded())
        if called := taken & colleague.called:
            wrong.append(f"{len(called)} households were lent to another meanwhile")
    except Broken as broken:
        await shift.close()
        wrong.append(str(broken))
    await bank.close()
    return [*wrong, *_wrong_at_the_server(bank, shift, colleague, late=False)]


async def _eight_hours(shift: Shift, plan: Plan, colleague: Colleague) -> None:
    """Outcomes, with what happens to a laptop in between drawn beforehand; a colleague calls whoever is free."""
    what = ["close"] * plan.closed + ["kill"] * plan.killed + ["clock"] * plan.clock_set + ["colleague"] * 3
    shift.random.shuffle(what)
    breaks = sorted(shift.random.sample(range(1, plan.outcomes), len(what)))
    for happens, after, before in zip([*what, ""], [*breaks, plan.outcomes], [0, *breaks], strict=True):
        await shift.call(after - before)
        if happens == "clock":
            shift.clock.wrong += timedelta(hours=shift.random.choice(SET_BY))
        elif happens == "colleague":
            await colleague.call()
        elif happens:
            await (shift.close() if happens == "close" else shift.is_killed())
            await shift.start()


async def _old_outbox(folder: Path, seed: int, plan: Plan) -> list[str]:
    """Called and never sent; the leases end, somebody else calls them all, and months later there is a line."""
    true = TrueTime(random.Random(f"{seed} morning").choice(MORNINGS))
    bank = Bank(folder, 40, true)
    shift, colleague = Shift(folder / "laptop", bank, true, seed, plan), Colleague(bank, "eli")
    wrong: list[str] = []
    try:
        await shift.start()
        await shift.gets_voters()
        shift.line.up = False
        await shift.call(plan.outcomes)
        await shift.close()
        true.passes(timedelta(days=1))
        await colleague.call()
        true.passes(timedelta(days=shift.random.choice(OLD)))
        shift.line.up = True
        await shift.start()
        await shift.sends_all()
        await shift.close()
        wrong += _wrong_with_arrival(shift.line.arrived, await shift.recorded())
    except Broken as broken:
        await shift.close()
        wrong.append(str(broken))
    await bank.close()
    return [*wrong, *_wrong_at_the_server(bank, shift, colleague, late=True)]


def _wrong_with_arrival(arrived: Sequence[bytes], recorded: Sequence[bytes]) -> Iterator[str]:
    if Counter(arrived) != Counter(recorded):
        yield f"{len(recorded)} events were recorded, and {len(set(arrived))} arrived in {len(arrived)} copies"
    elif list(arrived) != list(recorded):
        first = next(place for place, pair in enumerate(zip(arrived, recorded, strict=True)) if pair[0] != pair[1])
        yield f"event number {first + 1} to arrive is not the one whose turn it was"


def _wrong_at_the_server(bank: Bank, shift: Shift, colleague: Colleague, *, late: bool) -> Iterator[str]:
    """`late`: every household had been lent to the colleague when the events came; else none had."""
    with reading_engine(bank.url).connect() as connection:
        yield from differences(connection, Done([*shift.keyboard.made, *colleague.made], dict(shift.keyboard.others)))
        events_of = select(tables.events.c.late).where(tables.events.c.caller_id == "dana")
        marks = Counter(connection.scalars(events_of.where(tables.events.c.kind == "outcome")))
    if marks[not late]:
        yield f"{marks[not late]} outcomes are {'not ' if late else ''}marked as late"


def prove(kind: Callable[..., Coroutine[None, None, list[str]]], plan: Plan, seeds: Sequence[int]) -> Findings:
    """A shift a seed; what happens to the laptop counts as faults."""
    found = Findings()
    for seed in seeds:
        with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
            wrong = asyncio.run(kind(Path(folder), seed, plan))
        failures = tuple(f"seed {seed}: {sentence}" for sentence in wrong[:TOLD])
        found += Findings(1, plan.closed + plan.killed + plan.clock_set, failures)
    return found


# -- without a safeguard -----------------------------------------------------------------------------------------------

_batch = Outbox._batch
_entry = Turn._entry


def _of_leases_that_go_on(outbox: Outbox) -> Iterator[Entry]:
    for entry in _batch(outbox):
        lease = outbox.hand.lease(entry.household_id)
        if lease is not None and lease.until > outbox._news.server_time:
            yield entry


def _not_urgent(turn: Turn, event: events.AnyEvent, household_id: str) -> Entry:
    return msgspec.structs.replace(_entry(turn, event, household_id), urgent=False)


def _two_hours(lender: Lender, household: object) -> datetime:
    return lender._until


async def _not_kept(servers_time: ServersTime) -> None:
    return


def _without(owner: type, name: str, other: object, proof: Proof, sign: str, seeds: Sequence[int]) -> Findings:
    """Of the failures only those count that show the `sign` of what is lacking."""
    with patch.object(owner, name, other):
        found = proof(seeds)
    return msgspec.structs.replace(found, failures=tuple(each for each in found.failures if sign in each))


OLD_OUTBOX = Plan(outcomes=20, hours=1.0, closed=1, killed=0, clock_set=0)
QUICK_OLD = partial(prove, _old_outbox, msgspec.structs.replace(OLD_OUTBOX, patience=2.0))
QUICK_SHIFT = partial(prove, _shift, Plan(outcomes=60, closed=1, killed=1, clock_set=2, patience=5.0))

PROMISE = Promise(
    8,
    "A whole shift offline",
    "Voters taken along are called all day without a line; then one connection brings everything, do-not-calls first.",
    (
        Trials("shifts", partial(prove, _shift, Plan()), quick=3, full=30),
        Trials("outboxes of 60 days and more", partial(prove, _old_outbox, OLD_OUTBOX), quick=3, full=30),
    ),
    (
        Control(
            "events that outlive their lease",
            partial(_without, Outbox, "_batch", _of_leases_that_go_on, QUICK_OLD, "are unsent still"),
            within=1,
        ),
        Control(
            "do-not-calls that go first",
            partial(_without, Turn, "_entry", _not_urgent, QUICK_SHIFT, "not the one whose turn it was"),
            within=3,
        ),
        Control(
            "leases to the day's end",
            partial(_without, Lender, "_days_end", _two_hours, QUICK_SHIFT, "not lent any more"),
            within=1,
        ),
        Control(
            "the server's time, kept when somebody sets the clock",
            partial(_without, ServersTime, "keep", _not_kept, QUICK_SHIFT, "there is nobody to call"),
            within=5,
        ),
    ),
)
