"""A caller's laptop: the desk, the courier and the outbox as they are, over the journal's own SQL in memory."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections.abc import Callable, Collection, Coroutine, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import chain
from typing import Any, TypeVar, cast

import msgspec

from phonetui.client import journal_reading as reading
from phonetui.client import journal_writing as writing
from phonetui.client.desk import PhoneDesk
from phonetui.client.journal import Journal
from phonetui.client.journal_file import JournalFile
from phonetui.client.journal_records import Entry
from phonetui.client.journal_tables import STEPS
from phonetui.client.journal_thread import JournalThread
from phonetui.client.outbox import Outbox
from phonetui.client.phonetui_server import PhonetuiServer
from phonetui.core import event as events
from phonetui.core.call_actions import Action, Dial
from phonetui.core.event import AnyEvent, Attempt, Outcome, Undo
from phonetui.core.refusal import Refused
from phonetui.wire import Lease
from tests.torture.world.clockwork import Clockwork, Owner
from tests.torture.world.office import CAMPAIGN
from tests.torture.world.weather import URL, Line

Result = TypeVar("Result")

#: Seconds that the disk takes before a commit, and again before it says so: the laptop can be killed in both.
DISK = 0.01
#: It asks for so many households ahead, so that a small list goes round.
WANT = 4


class Laptop:
    """One device of one caller.

    What it has `recorded` is what its journal has committed, by the events' ids; `dialed` are the numbers, by tickets.
    """

    def __init__(
        self, clockwork: Clockwork, caller_id: str, device_id: str, line: Line, changed: Callable[[], None]
    ) -> None:
        self.caller_id = caller_id
        self.device_id = device_id
        self.line = line
        self.skew = timedelta()
        self.recorded: dict[str, bytes] = {}
        self.dialed: dict[str, str] = {}
        self.token = ""
        self._clockwork = clockwork
        self._changed = changed
        self._ids = 0
        self.rows = sqlite3.connect(":memory:", isolation_level=None)
        for statement in chain.from_iterable(STEPS):
            self.rows.execute(statement)
        self._running = Owner()
        self.desk: Desk | None = None

    # -- its clock -----------------------------------------------------------------------------------------------------

    def now(self) -> datetime:
        return self._clockwork.now() + self.skew

    def tick(self) -> float:
        return self._clockwork.time()

    def new_id(self) -> str:
        self._ids += 1
        return f"{self.device_id}-{self._ids:04}"

    # -- its life ------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """As `client.opening` opens a desk."""
        self._running = Owner()
        self.begin(self._start())
        self._clockwork.passes(20 * DISK)

    async def _start(self) -> None:
        journal = Journal(_File(self), _Thread(self))
        await journal.expire(self.now())
        loaded = await journal.load()
        chance = random.Random(self._ids).random
        self.box = Outbox(
            self.device_id, CAMPAIGN.campaign_id, loaded, random=chance, now=self.now(), tick=self.tick(), want=WANT
        )
        server = _Server(self.line, self.token)
        self.desk = Desk(self.caller_id, journal, loaded, self.box, server, self)
        self.desk.listen(self._changed)
        await self.desk.start()

    async def pressed(self, action: Action) -> None:
        """A key; whom nobody may call now is not dialed."""
        if self.desk is not None:
            with suppress(*([Refused] if isinstance(action, Dial) else [])):
                await self.desk.act(action)

    def begin(self, work: Coroutine[Any, Any, Result]) -> asyncio.Task[Result]:
        """Begins something that ends with the laptop."""
        return self._clockwork.begin(work, self._running)

    def kill(self) -> None:
        """Nothing is closed in order."""
        self.desk = None
        self._clockwork.end(tuple(self._running.tasks))

    def end_shift(self) -> None:
        """Leaves the call screen."""
        if self.desk is not None:
            self.begin(self.desk.close())
            self._clockwork.passes(3.0)
        self.kill()

    # -- what is there -------------------------------------------------------------------------------------------------

    @property
    def not_taken(self) -> int:
        """The events that the campaign does not have as far as the journal knows."""
        return reading.load(self.rows).not_taken

    @property
    def is_calm(self) -> bool:
        """Whether it has sent all, to a server that lends again."""
        return not self.box.unsent and self.box.state == "online" and self.box.campaign_state == "open"

    @property
    def unsettled(self) -> set[str]:
        """The households that something unsent is about, as long as the laptop goes by it."""
        return set(self.box.unsettled())

    @property
    def kept(self) -> set[str]:
        """The households still to be called, as the journal has them."""
        held = reading.load(self.rows).held
        return {one.lease.household.household_id for one in held if not one.finished}

    @property
    def on_hand(self) -> dict[str, Lease]:
        """The leases still to be called, by household."""
        return self.box.hand.to_call if self.desk is not None else {}

    @property
    def shown(self) -> str:
        """The household of the call in progress; empty where there is none."""
        return self.desk.shown if self.desk is not None else ""

    @property
    def to_show(self) -> dict[str, Lease]:
        """The leases still to be called but for the one on the screen."""
        shown = self.shown
        return {key: lease for key, lease in self.on_hand.items() if key != shown}


class Desk(PhoneDesk):
    """The desk, and what later versions may do at it."""

    @property
    def shown(self) -> str:
        """The household of the call in progress; empty where there is none."""
        return self._call.household.household_id if self._call.household else ""

    async def supersede(self, earlier: Attempt, disposition: str) -> None:
        """Corrects an attempt of the same caller from whatever device; takes it back where `disposition` is empty."""
        async with self._one_at_a_time:
            turn = self._turn()
            if turn is None:
                return
            said = msgspec.structs.asdict(earlier)
            common = {name: said[name] for name in ("campaign_id", "voter_id", "ticket")}
            common |= {"id": self._clock.new_id(), "seq": self._next_seq, "at": self._clock.now()}
            common["supersedes"] = earlier.id
            household_id = str(int(earlier.ticket.split("-")[1], 16))
            if disposition and isinstance(earlier, Outcome):
                corrected = {**said, **common, "disposition": disposition, "mood": "calm"}
                turn.events.append((_LongOutcome(**corrected), household_id))
            else:
                turn.events.append((Undo(**common), household_id))
            await self._save(turn)

    async def write_as_later_versions_do(self) -> None:
        """Writes events down of a kind, and with a field, that this version does not know."""
        async with self._one_at_a_time:
            turn, household = self._turn(), self._call.household
            if turn is not None and household is not None:
                about = household.household_id, self._call.voter_id
                turn.write(cast("type[AnyEvent]", _Text), *about, words="See you")
                turn.write(_LongRemark, *about, step_id="hello", text="Good", mood="calm")
                await self._save(turn)


class _Text(events.Event, frozen=True, kw_only=True, omit_defaults=True, tag="text"):
    words: str


class _LongRemark(events.Remark, frozen=True, kw_only=True, omit_defaults=True, tag="remark"):
    mood: str


class _LongOutcome(Outcome, frozen=True, kw_only=True, omit_defaults=True, tag="outcome"):
    mood: str = ""


class _Server(PhonetuiServer):
    """Campaign server's interface over a line of the world's."""

    def __init__(self, line: Line, token: str) -> None:
        super().__init__(URL, token)
        self._web = line


class _Thread(JournalThread):
    """One thing after the other, to its end even where nobody waits for it any more."""

    def __init__(self, laptop: Laptop) -> None:
        self._laptop = laptop
        self._one_at_a_time = asyncio.Lock()

    async def run(self, work: Callable[[], Result]) -> Result:
        return await asyncio.shield(self._laptop.begin(self._carry_out(work)))

    async def _carry_out(self, work: Callable[[], Result]) -> Result:
        async with self._one_at_a_time:
            await asyncio.sleep(DISK)
            result = work()
            await asyncio.sleep(DISK)
            return result

    def stop(self) -> None:
        """There is no thread."""


class _File(JournalFile):
    """The same transactions, on a disk that never fails."""

    def __init__(self, laptop: Laptop) -> None:
        self._laptop = laptop

    def run(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        with self._laptop.rows as rows:
            rows.execute("BEGIN IMMEDIATE")
            return work(rows)

    def record(
        self,
        entries: Sequence[Entry],
        finished: Collection[str],
        returned: Collection[str],
        changed: Collection[Lease],
        call: bytes,
        version: int = 0,
    ) -> None:
        self.run(lambda rows: writing.record(rows, entries, finished, returned, changed, call, version))
        self._laptop.recorded |= {entry.id: entry.body for entry in entries}
        for lease in (self._laptop.box.hand.lease(entry.household_id) for entry in entries):
            if lease is not None:
                self._laptop.dialed |= dict.fromkeys(lease.tickets.values(), lease.household.number)

    def truncate(self) -> None:
        """There is no log."""

    def forget_damaged(self, before: datetime) -> None:
        """There is no damage."""

    def close(self) -> None:
        """What is committed stays."""
