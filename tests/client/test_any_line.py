"""Whatever the line, the laptop and the server do: each event is stored once, and nobody called is called again."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from phonetui.client import journal_reading as reading
from phonetui.client import journal_writing as writing
from phonetui.client.campaign_server import Busy, Offline
from phonetui.client.journal import Entry
from phonetui.client.journal_file import JournalFile
from phonetui.client.outbox import Outbox
from phonetui.core import event as events
from phonetui.core.event import Outcome, Undo
from phonetui.wire import ExchangeReply, ExchangeRequest, Receipt, digest
from tests.client.people import KEY, NOON, lease, outcome

HOUSEHOLDS = range(1, 13)
AT_ONCE = 4
#: True once in a while: what wipes the slate clean must leave time for the rest.
SELDOM = st.integers(0, 2).map(lambda number: number == 0)


class Server:
    """Lends each household until it has a standing outcome; stores each event once."""

    def __init__(self) -> None:
        self.stored: dict[str, bytes] = {}
        self.lent: set[int] = set()
        self.seconds = 0

    def copy(self) -> Server:
        other = Server()
        other.stored, other.lent, other.seconds = dict(self.stored), set(self.lent), self.seconds
        return other

    def answer(self, request: ExchangeRequest) -> ExchangeReply:
        self.seconds += 1
        receipts = tuple(self._store(bytes(memoryview(event))) for event in request.events)
        self.lent -= self.called()
        held = {int(household_id[1:]) for household_id in request.held}
        while len(self.lent) < AT_ONCE and request.want and (ready := self._ready()):
            self.lent.add(min(ready))
        return ExchangeReply(
            receipts=receipts,
            stored_through=self._through(),
            leases=tuple(lease(number) for number in sorted(self.lent - held)),
            ended=tuple(f"h{number}" for number in sorted(held - self.lent)),
            cursor=f"c{self.seconds}",
            server_time=NOON + timedelta(seconds=self.seconds),
        )

    def called(self) -> set[int]:
        """Households with an outcome that stands."""
        return called(self.stored.values())

    def _store(self, body: bytes) -> Receipt:
        event = events.decode(body)
        known = event.id in self.stored
        if not known and isinstance(event, Undo):
            self.lent.add(_number(event))
        self.stored.setdefault(event.id, body)
        return Receipt(event.id, digest(body), "duplicate" if known else "stored")

    def _ready(self) -> set[int]:
        return set(HOUSEHOLDS) - self.lent - self.called()

    def _through(self) -> int:
        seqs = {events.decode(body).seq for body in self.stored.values()}
        return next(seq for seq in range(len(seqs) + 1) if seq + 1 not in seqs)


def called(bodies: Iterable[bytes]) -> set[int]:
    """Households with an outcome that stands among the events."""
    decoded = [events.decode(body) for body in bodies]
    standing = events.current(event for event in decoded if isinstance(event, Outcome | Undo))
    return {_number(event) for event in standing.values()}


def _number(event: Outcome | Undo) -> int:
    return int(event.voter_id[1:-1])


class AnyLine(RuleBasedStateMachine):
    """A caller, a bad line, a laptop that is killed, a server that is restored."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "fall.journal"
        self.server = Server()
        self.backup = Server()
        self.recorded: dict[str, bytes] = {}
        self.tick = 0.0
        self.start()

    def teardown(self) -> None:
        self.settle()
        self.journal.close()
        self.folder.cleanup()

    # -- the caller ----------------------------------------------------------------------------------------------------

    @precondition(lambda self: self.outbox.hand.to_call)
    @rule(which=st.integers(0, AT_ONCE - 1), urgent=st.booleans())
    def press_a_result(self, which: int, urgent: bool) -> None:
        on_hand = list(self.outbox.hand.to_call)
        household_id = on_hand[which % len(on_hand)]
        event = outcome(self.next_seq, int(household_id[1:]), "do-not-call" if urgent else "not-home")
        self.record(event, urgent=urgent, finished=[household_id])

    @precondition(lambda self: bool(called(self.recorded.values())))
    @rule()
    def take_it_back(self) -> None:
        number = max(called(self.recorded.values()))
        of = next(body for body in reversed(self.recorded.values()) if events.decode(body).voter_id == f"v{number}a")
        undo = Undo(
            id=f"event-{self.next_seq}",
            seq=self.next_seq,
            at=NOON,
            campaign_id="fall",
            voter_id=f"v{number}a",
            supersedes=events.decode(of).id,
        )
        self.record(undo, urgent=False, returned=[f"h{number}"])

    def record(
        self,
        event: Outcome | Undo,
        *,
        urgent: bool,
        finished: list[str] | None = None,
        returned: list[str] | None = None,
    ) -> None:
        household_id = f"h{_number(event)}"
        entry = Entry(event.seq, event.id, events.encode(event), event.voter_id, household_id, urgent)
        self.journal.record([entry], finished or [], returned or [], [], b"")
        self.outbox.add([entry], finished=finished or [], returned=returned or [])
        self.recorded[event.id] = entry.body
        self.next_seq += 1

    # -- the line ------------------------------------------------------------------------------------------------------

    @initialize()
    def the_first_voters_come(self) -> None:
        self.an_exchange_goes_well()

    @rule()
    def an_exchange_goes_well(self) -> None:
        request = self.ask(watch=False)
        if request is not None:
            self.take(request, self.server.answer(request))

    @rule(watch=st.booleans())
    def a_request_leaves(self, watch: bool) -> None:
        self.ask(watch=watch)

    def ask(self, *, watch: bool) -> ExchangeRequest | None:
        self.tick += 400
        self.outbox.poke(self.tick)
        request = self.outbox.next_watch(self.tick) if watch else self.outbox.next_request(self.tick)
        if request is not None:
            self.under_way[id(request)] = request
        return request

    @precondition(lambda self: self.under_way)
    @rule(which=st.integers(0, 1))
    def a_request_arrives(self, which: int) -> None:
        """And arrives again, if it is chosen again; its first answer may still be on the way."""
        request = self.chosen(which)
        self.answers[id(request)] = self.server.answer(request)

    @precondition(lambda self: self.under_way)
    @rule(which=st.integers(0, 1))
    def an_answer_arrives(self, which: int) -> None:
        request = self.chosen(which)
        if id(request) in self.answers:
            self.take(request, self.answers.pop(id(request)))

    @precondition(lambda self: self.under_way)
    @rule(which=st.integers(0, 1), busy=st.booleans())
    def a_request_or_its_answer_is_lost(self, which: int, busy: bool) -> None:
        request = self.chosen(which)
        self.answers.pop(id(request), None)
        del self.under_way[id(request)]
        self.outbox.failed(request, Busy("Busy.") if busy else Offline("Cut off."), self.tick)

    def chosen(self, which: int) -> ExchangeRequest:
        requests = list(self.under_way.values())
        return requests[which % len(requests)]

    def take(self, request: ExchangeRequest, reply: ExchangeReply) -> None:
        del self.under_way[id(request)]
        taken = self.outbox.receive(request, reply, NOON)
        again = self.journal.run(lambda connection: writing.take(connection, taken))
        self.outbox.commit(request, taken, again, self.tick)

    # -- kills and backups ---------------------------------------------------------------------------------------------

    @rule(this_time=SELDOM)
    def the_laptop_is_killed(self, this_time: bool) -> None:
        if not this_time:
            return
        self.journal.close()
        self.start()

    def start(self) -> None:
        self.journal = JournalFile(self.path, KEY)
        loaded = self.journal.run(reading.load)
        self.next_seq = loaded.next_seq
        self.outbox = Outbox("laptop", "fall", loaded, random=lambda: 0.0, now=NOON, tick=self.tick)
        self.under_way: dict[int, ExchangeRequest] = {}
        self.answers: dict[int, ExchangeReply] = {}

    @rule()
    def the_server_is_backed_up(self) -> None:
        self.backup = self.server.copy()

    @rule(this_time=SELDOM)
    def the_server_is_restored(self, this_time: bool) -> None:
        if not this_time:
            return
        seconds = self.server.seconds
        self.server = self.backup.copy()
        self.server.seconds = seconds

    # -- the promises --------------------------------------------------------------------------------------------------

    @invariant()
    def nobody_with_a_result_is_on_hand(self) -> None:
        on_hand = {int(household_id[1:]) for household_id in self.outbox.hand.to_call}
        assert not on_hand & called(self.recorded.values())

    @invariant()
    def what_is_not_stored_is_unsent_or_was_in_a_lost_backup(self) -> None:
        assert self.server.stored.items() <= self.recorded.items()

    def settle(self) -> None:
        """A good line, until nothing is pending."""
        for request in list(self.under_way.values()):
            self.take(request, self.server.answer(request))
        for _ in range(20):
            self.an_exchange_goes_well()
        assert self.server.stored == self.recorded
        assert self.outbox.unsent == 0
        assert {f"h{number}" for number in self.server.lent} == set(self.outbox.hand.to_call)
        loaded = self.journal.run(reading.load)
        assert loaded.unsent == ()
        on_hand = {held.lease.household.household_id for held in loaded.held if not held.finished}
        assert on_hand == set(self.outbox.hand.to_call)


TestAnyLine = AnyLine.TestCase
TestAnyLine.settings = settings(max_examples=50, stateful_step_count=40, deadline=None, database=None, derandomize=True)
