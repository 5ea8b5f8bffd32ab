"""What the laptop sends, when, and what it believes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from phonetui.client.campaign_server import Busy, NotPhonetui, Offline, ProblemAnswer, SignedOut
from phonetui.client.journal import Entry, Held, Loaded
from phonetui.client.outbox import MOST_BYTES, MOST_EVENTS, Outbox, Taken
from phonetui.client.reason import Reason
from phonetui.client.view import LineState
from phonetui.core.refusal import Refused
from phonetui.wire import ExchangeReply, ExchangeRequest, Lease, Out, Receipt
from tests.client.people import NOON, entry, lease, outcome, receipts, reply, undo


class Laptop:
    """An outbox, its clocks, and the journal's part: what it took can come back."""

    def __init__(
        self, loaded: Loaded | None = None, *, chance: float = 1.0, wall_is_off_by: timedelta = timedelta()
    ) -> None:
        self.tick = 1000.0
        self.wall_is_off_by = wall_is_off_by
        self.outbox = Outbox(
            "laptop", "fall", loaded or Loaded(), random=lambda: chance, now=NOON + wall_is_off_by, tick=self.tick
        )
        self.stored: dict[str, Entry] = {}

    def passes(self, seconds: float) -> Laptop:
        self.tick += seconds
        return self

    def records(self, *entries: Entry, finished: Sequence[str] = (), returned: Sequence[str] = ()) -> None:
        self.outbox.add(entries, finished=finished, returned=returned)
        self.stored |= {entry.id: entry for entry in entries}

    def sends(self) -> ExchangeRequest:
        request = self.outbox.next_request(self.tick)
        assert request is not None
        return request

    def watches(self) -> ExchangeRequest:
        request = self.outbox.next_watch(self.tick)
        assert request is not None
        return request

    def hears(self, request: ExchangeRequest, reply: ExchangeReply) -> Taken:
        now = NOON + timedelta(seconds=self.tick - 1000.0) + self.wall_is_off_by
        taken = self.outbox.receive(request, reply, now)
        again = [entry for entry in self.stored.values() if entry.seq > _or_never(taken.forgotten_after)]
        self.outbox.commit(request, taken, again, self.tick)
        return taken

    def fails(self, request: ExchangeRequest, failure: Refused | None = None) -> None:
        self.outbox.failed(request, failure or Offline("No campaign server answers."), self.tick)

    def is_online(self, *leases: Lease) -> Laptop:
        self.hears(self.sends(), reply(leases=leases))
        return self

    @property
    def line(self) -> LineState:
        return self.outbox.state

    def sends_nothing(self) -> bool:
        return self.outbox.next_request(self.tick) is None


def _or_never(seq: int | None) -> float:
    return float("inf") if seq is None else seq


def seqs(request: ExchangeRequest) -> list[int]:
    return [msgspec.json.decode(event)["seq"] for event in request.events]


# -- sending -----------------------------------------------------------------------------------------------------------


def test_a_start_asks_for_a_full_hand() -> None:
    request = Laptop().sends()
    assert (request.want, request.held, request.events, request.wait, request.cursor) == (25, (), (), 0, "")


def test_nothing_is_asked_twice_at_a_time() -> None:
    laptop = Laptop()
    laptop.sends()
    assert laptop.sends_nothing()
    assert laptop.outbox.send_at is None


def test_with_nothing_to_say_it_is_quiet() -> None:
    laptop = Laptop().is_online()
    assert laptop.sends_nothing()
    assert laptop.outbox.send_at is None


def test_events_go_as_the_journal_has_them() -> None:
    laptop = Laptop().is_online()
    laptop.records(entry(1), entry(2))
    request = laptop.sends()
    assert [bytes(memoryview(event)) for event in request.events] == [entry(1).body, entry(2).body]


def test_do_not_calls_go_first_then_the_rest_in_order() -> None:
    laptop = Laptop(Loaded(unsent=(entry(1), entry(2), entry(3, urgent=True)), next_seq=4))
    assert seqs(laptop.sends()) == [3, 1, 2]


def test_a_long_queue_goes_in_batches() -> None:
    laptop = Laptop(Loaded(unsent=tuple(entry(seq) for seq in range(1, 251)), next_seq=251))
    sizes = []
    while laptop.outbox.unsent:
        request = laptop.sends()
        sizes.append(len(request.events))
        laptop.hears(request, reply(receipts=receipts(request)))
    assert sizes == [MOST_EVENTS, MOST_EVENTS, 50]


def test_a_batch_has_a_size_but_one_event_always_goes() -> None:
    long = "x" * (MOST_BYTES + 1)
    laptop = Laptop(Loaded(unsent=(entry(1, note=long), entry(2), entry(3)), next_seq=4))
    request = laptop.sends()
    assert seqs(request) == [1]
    laptop.hears(request, reply(receipts=receipts(request)))
    assert seqs(laptop.sends()) == [2, 3]


def test_the_hand_is_filled_up_and_named() -> None:
    laptop = Laptop().is_online(lease(1), lease(2))
    laptop.records(entry(1), finished=["h1"])
    request = laptop.sends()
    assert request.want == 24
    assert set(request.held) == {"h1", "h2"}  # h1 is still lent, as far as the server knows
    laptop.hears(request, reply(receipts=receipts(request)))
    assert laptop.watches().held == ("h2",)


def test_no_more_households_are_named_than_a_server_takes() -> None:
    held = tuple(Held(lease(number), finished=False) for number in range(2001, 2026))
    laptop = Laptop(Loaded(held=held, unsent=tuple(entry(seq) for seq in range(1, 1501)), next_seq=1501))
    named = laptop.sends().held
    assert len(named) == 1000
    assert named[:26] == (*(f"h{number}" for number in range(2001, 2026)), "h1500")


def test_voters_whose_lease_has_ended_are_no_hand() -> None:
    laptop = Laptop().is_online(lease(1, hours=1), lease(2, hours=3)).passes(2 * 3600)
    laptop.outbox.poke(laptop.tick)
    assert laptop.sends().want == 24


# -- receipts ----------------------------------------------------------------------------------------------------------


def test_a_receipt_for_id_and_bytes_acknowledges() -> None:
    laptop = Laptop(Loaded(unsent=(entry(1), entry(2)), next_seq=3))
    request = laptop.sends()
    stored, duplicate = receipts(request)
    duplicate = msgspec.structs.replace(duplicate, status="duplicate")
    assert laptop.hears(request, reply(receipts=(stored, duplicate))).acknowledged == ("event-1", "event-2")
    assert laptop.outbox.unsent == 0


@pytest.mark.parametrize(
    "receipt",
    [
        Receipt("event-1", "0" * 64, "stored"),
        Receipt("event-9", "0" * 64, "stored"),
    ],
    ids=["other bytes", "another event"],
)
def test_any_other_receipt_acknowledges_nothing(receipt: Receipt) -> None:
    laptop = Laptop(Loaded(unsent=(entry(1),), next_seq=2))
    assert laptop.hears(laptop.sends(), reply(receipts=(receipt,))).acknowledged == ()
    assert laptop.outbox.unsent == 1


@pytest.mark.parametrize("status", ["conflict", "rejected"])
def test_a_rejected_event_is_listed_and_sent_no_more(status: str) -> None:
    laptop = Laptop(Loaded(unsent=(entry(1),), next_seq=2))
    request = laptop.sends()
    taken = laptop.hears(request, reply(receipts=receipts(request, status, "never lent to you")))
    assert (taken.acknowledged, taken.rejected) == ((), (("event-1", Reason("never lent to you")),))
    assert laptop.outbox.unsent == 0


def test_nothing_counts_until_the_journal_has_it() -> None:
    laptop = Laptop(Loaded(unsent=(entry(1),), next_seq=2))
    request = laptop.sends()
    laptop.outbox.receive(request, reply(receipts=receipts(request), leases=(lease(1),), cursor="c9"), NOON)
    laptop.fails(request, Refused("The disk is full."))
    again = laptop.passes(2).sends()
    assert (seqs(again), again.cursor, again.held) == ([1], "", ("h1",))


def test_an_answer_that_settles_nothing_is_not_asked_for_in_a_loop() -> None:
    laptop = Laptop(Loaded(unsent=(entry(1),), next_seq=2))
    laptop.hears(laptop.sends(), reply())
    assert laptop.sends_nothing()
    assert seqs(laptop.passes(1).sends()) == [1]


def test_a_restored_server_gets_back_what_it_has_lost() -> None:
    laptop = Laptop()
    laptop.records(entry(1), entry(2), entry(3))
    request = laptop.sends()
    laptop.hears(request, reply(receipts=receipts(request), stored_through=3))
    assert laptop.hears(laptop.watches(), reply(stored_through=1)).forgotten_after == 1
    request = laptop.sends()
    assert seqs(request) == [2, 3]
    laptop.hears(request, reply(receipts=receipts(request), stored_through=3))
    assert laptop.outbox.unsent == 0


def test_what_was_sent_again_in_vain_is_not_sent_at_the_next_start_but_to_a_server_restored_since() -> None:
    started = Loaded(next_seq=4, sent_again_after=1, out=Out(resumes_at=NOON))
    laptop = Laptop(started)
    same = laptop.hears(laptop.sends(), reply(stored_through=1, out=Out(resumes_at=NOON)))
    assert (same.forgotten_after, same.sent_again_after) == (None, 1)
    later = Out(resumes_at=NOON + timedelta(days=1))
    restored = laptop.hears(laptop.watches(), reply(stored_through=1, out=later))
    assert (restored.forgotten_after, restored.sent_again_after) == (1, 1)
    laptop = Laptop(started)
    came_beyond = laptop.hears(laptop.sends(), reply(stored_through=3, out=Out(resumes_at=NOON)))
    assert (came_beyond.forgotten_after, came_beyond.sent_again_after) == (None, None)


def test_a_restored_server_lends_nobody_until_it_knows_whom_was_called() -> None:
    laptop = Laptop().is_online(lease(1))
    laptop.records(entry(1), finished=["h1"])
    request = laptop.sends()
    laptop.hears(request, reply(receipts=receipts(request), stored_through=1))
    assert laptop.hears(laptop.watches(), reply(stored_through=0, leases=(lease(1), lease(2)))).reply.leases == ()
    request = laptop.sends()
    taken = laptop.hears(request, reply(receipts=receipts(request), stored_through=1, leases=(lease(2),)))
    assert taken.reply.leases == (lease(2),)


def test_nobody_of_a_past_shift_is_lent_again_by_a_restored_server_that_has_not_heard_all_of_it() -> None:
    past = [msgspec.structs.replace(entry(seq), household_id="") for seq in (1, 2)]
    laptop = Laptop(Loaded(unsent=tuple(past), next_seq=3))
    first = laptop.sends()
    laptop.hears(first, reply(receipts=receipts(first)[:1], stored_through=1, leases=(lease(2),)))
    watch, send = laptop.watches(), laptop.sends()
    taken = laptop.hears(send, reply(receipts=receipts(send), stored_through=2, leases=(lease(3),)))
    assert taken.reply.leases == ()
    assert laptop.hears(watch, reply(stored_through=1, leases=(lease(2),))).reply.leases == ()
    laptop.outbox.poke(laptop.tick)
    assert laptop.hears(laptop.sends(), reply(stored_through=2, leases=(lease(3),))).reply.leases == (lease(3),)


def test_a_server_that_never_says_it_has_all_is_asked_once() -> None:
    laptop = Laptop()
    laptop.records(entry(1), entry(2))
    request = laptop.sends()
    laptop.hears(request, reply(receipts=receipts(request), stored_through=1))
    laptop.hears(laptop.watches(), reply(stored_through=1))
    request = laptop.sends()
    assert seqs(request) == [2]
    laptop.hears(request, reply(receipts=receipts(request), stored_through=1))
    laptop.passes(25).hears(laptop.watches(), reply(stored_through=1))
    assert laptop.sends_nothing()


def test_an_answer_from_before_the_last_receipts_is_no_restored_server() -> None:
    laptop = Laptop().is_online()
    watch = laptop.watches()
    laptop.records(entry(1))
    request = laptop.sends()
    laptop.hears(request, reply(receipts=receipts(request), stored_through=1))
    assert laptop.hears(watch, reply(stored_through=0)).forgotten_after is None


# -- voters lent and taken back ----------------------------------------------------------------------------------------


def test_a_lease_from_before_the_result_is_not_believed() -> None:
    laptop = Laptop().is_online()
    watch = laptop.watches()
    laptop.outbox.poke(laptop.tick)
    laptop.hears(laptop.sends(), reply(leases=(lease(1),)))
    laptop.records(entry(1), finished=["h1"])
    send = laptop.sends()
    laptop.hears(send, reply(receipts=receipts(send)))
    assert laptop.hears(watch, reply(leases=(lease(1),))).reply.leases == ()


def test_a_household_lent_again_after_its_result_comes_back() -> None:
    laptop = Laptop().is_online(lease(1))
    laptop.records(entry(1), finished=["h1"])
    send = laptop.sends()
    laptop.hears(send, reply(receipts=receipts(send)))
    taken = laptop.hears(laptop.watches(), reply(leases=(lease(1),), stored_through=1))
    assert taken.reply.leases == (lease(1),)
    assert laptop.watches().held == ("h1",)


def test_a_household_with_an_unsent_result_is_not_lent_again() -> None:
    laptop = Laptop(Loaded(unsent=(entry(1),), next_seq=2))
    assert laptop.hears(laptop.sends(), reply(leases=(lease(1),))).reply.leases == ()


def test_a_suppressed_number_does_not_come_back_with_an_older_answer() -> None:
    laptop = Laptop().is_online()
    watch = laptop.watches()
    laptop.outbox.poke(laptop.tick)
    laptop.hears(laptop.sends(), reply(suppressed=(lease(1).household.number,)))
    assert laptop.hears(watch, reply(leases=(lease(1), lease(2)))).reply.leases == (lease(2),)


def test_a_withdrawn_voter_leaves_the_household() -> None:
    laptop = Laptop().is_online(lease(1, names=("Ana", "Bo")), lease(2))
    taken = laptop.hears(laptop.watches(), reply(withdrawn=("v1a", "v2a")))
    assert [[voter.voter_id for voter in left.household.voters] for left in taken.changed] == [["v1b"], []]
    assert taken.changed[1].tickets == {"v2a": "ticket-v2a"}
    assert laptop.watches().held == ("h1",)


def test_an_ended_lease_leaves_the_hand() -> None:
    laptop = Laptop().is_online(lease(1), lease(2))
    laptop.hears(laptop.watches(), reply(ended=("h1",)))
    watch = laptop.watches()
    assert (watch.held, watch.want) == (("h2",), 24)


def test_a_household_put_back_is_on_hand_again() -> None:
    laptop = Laptop().is_online(lease(1), lease(2))
    laptop.records(entry(1), finished=["h1"])
    laptop.records(entry(2, 1), returned=["h1"])
    assert laptop.sends().held == ("h1", "h2")


def test_who_takes_a_result_back_while_it_is_on_its_way_keeps_the_voter() -> None:
    laptop = Laptop().is_online(lease(1), lease(2))
    laptop.records(entry(1), finished=["h1"])
    send = laptop.sends()
    laptop.records(undo(2, outcome(1)), returned=["h1"])
    laptop.hears(send, reply(receipts=receipts(send), ended=("h1",)))
    assert laptop.sends().held == ("h1", "h2")


def test_a_watch_that_comes_before_the_undo_does_not_take_its_voter_away() -> None:
    laptop = Laptop().is_online(lease(1), lease(2))
    laptop.records(entry(1), finished=["h1"])
    send = laptop.sends()
    laptop.hears(send, reply(receipts=receipts(send)))
    laptop.records(undo(2, outcome(1)), returned=["h1"])
    laptop.hears(laptop.watches(), reply(ended=("h1",)))
    send = laptop.sends()
    assert send.held == ("h1", "h2")
    laptop.hears(send, reply(receipts=receipts(send)))
    laptop.hears(laptop.passes(1).watches(), reply(ended=("h1",)))
    assert laptop.passes(1).watches().held == ("h2",)


def test_who_takes_back_a_result_of_a_voter_lent_elsewhere_since_gives_the_voter_up_with_the_answer() -> None:
    laptop = Laptop().is_online(lease(1), lease(2))
    laptop.records(entry(1), finished=["h1"])
    send = laptop.sends()
    laptop.hears(send, reply(receipts=receipts(send)))
    laptop.records(undo(2, outcome(1)), returned=["h1"])
    send = laptop.sends()
    laptop.hears(send, reply(receipts=receipts(send), ended=("h1",)))
    assert list(laptop.outbox.hand.to_call) == ["h2"]


def test_whom_an_undo_takes_off_the_screen_is_given_up_when_lent_elsewhere() -> None:
    laptop = Laptop().is_online(lease(1), lease(2), lease(3))
    laptop.records(entry(1), finished=["h1"])
    laptop.records(undo(2, outcome(1)), returned=["h2", "h1"])
    laptop.hears(laptop.watches(), reply(ended=("h2",)))
    assert list(laptop.outbox.hand.to_call) == ["h1", "h3"]


def test_a_voter_kept_until_the_undo_is_answered_is_lent_no_longer_than_before() -> None:
    laptop = Laptop().is_online(lease(1), lease(2))
    before = laptop.outbox.hand.to_call["h1"].until
    laptop.records(entry(1), finished=["h1"])
    laptop.records(undo(2, outcome(1)), returned=["h1"])
    laptop.hears(laptop.watches(), reply(ended=("h1",), renewed_until=before + timedelta(hours=1)))
    until = {household_id: kept.until for household_id, kept in laptop.outbox.hand.to_call.items()}
    assert until == {"h1": before, "h2": before + timedelta(hours=1)}


def test_a_voter_lent_elsewhere_is_given_up_whatever_else_is_unsent_about_them() -> None:
    laptop = Laptop().is_online(lease(1), lease(2))
    watch = laptop.watches()
    laptop.records(entry(1))
    laptop.hears(watch, reply(ended=("h1",)))
    assert list(laptop.outbox.hand.to_call) == ["h2"]


def test_a_restart_goes_on_with_hand_campaign_and_cursor() -> None:
    held = (Held(lease(1), finished=True), Held(lease(2), finished=False))
    request = Laptop(Loaded(held=held, cursor="c7")).sends()
    assert (request.held, request.cursor, request.want) == (("h2",), "c7", 24)


def test_an_older_answer_that_comes_late_does_not_turn_the_news_back() -> None:
    laptop = Laptop().is_online()
    watch = laptop.watches()
    laptop.outbox.poke(laptop.tick)
    later = NOON + timedelta(seconds=9)
    laptop.hears(laptop.sends(), reply(at=later, cursor="c9", campaign_state="paused", out=Out(3)))
    taken = laptop.hears(watch, reply(at=NOON, cursor="c8"))
    assert (taken.reply.cursor, taken.reply.campaign_state, taken.reply.out) == ("c9", "paused", Out(3))


def test_a_do_not_call_acts_at_once() -> None:
    number = lease(1).household.number
    laptop = Laptop().is_online(lease(1), lease(2, phone=number), lease(3))
    laptop.outbox.add([entry(1, urgent=True)], finished=["h1"], suppressed=[number])
    assert list(laptop.outbox.hand.to_call) == ["h3"]


# -- the watch ---------------------------------------------------------------------------------------------------------


def test_a_send_never_waits_for_a_watch() -> None:
    laptop = Laptop().is_online()
    assert laptop.watches().wait == 25
    laptop.records(entry(1))
    assert seqs(laptop.sends()) == [1]


def test_there_is_one_watch_and_none_while_the_line_is_down() -> None:
    laptop = Laptop()
    assert laptop.outbox.next_watch(laptop.tick) is None
    laptop.is_online().watches()
    assert laptop.outbox.next_watch(laptop.tick) is None
    assert laptop.outbox.watch_at is None


def test_watches_that_come_to_their_end_grow_longer() -> None:
    laptop = Laptop().is_online()
    waits = []
    for _ in range(6):
        watch = laptop.watches()
        waits.append(watch.wait)
        laptop.passes(watch.wait).hears(watch, reply())
    assert waits == [25, 50, 100, 200, 300, 300]
    laptop.hears(laptop.watches(), reply(leases=(lease(1),)))
    assert laptop.watches().wait == 300


def test_a_watch_that_breaks_is_shorter_next_and_a_send_looks_at_the_line() -> None:
    laptop = Laptop().is_online()
    watch = laptop.watches()
    laptop.passes(25).hears(watch, reply())
    laptop.fails(laptop.watches())
    assert laptop.line == "online"
    assert laptop.outbox.next_watch(laptop.tick) is None
    laptop.hears(laptop.sends(), reply())
    assert laptop.passes(1).watches().wait == 25


def test_a_watch_answered_at_once_with_nothing_new_is_not_asked_for_in_a_loop() -> None:
    laptop = Laptop().is_online(lease(1))
    laptop.hears(laptop.watches(), reply(ended=("h1",)))
    laptop.hears(laptop.watches(), reply(ended=("h1",)))
    assert laptop.outbox.next_watch(laptop.tick) is None
    assert laptop.passes(1).watches().wait == 25


# -- the line ----------------------------------------------------------------------------------------------------------


def test_tries_come_further_and_further_apart() -> None:
    laptop = Laptop()
    waits = []
    for _ in range(11):
        laptop.fails(laptop.sends())
        assert laptop.outbox.send_at is not None
        waits.append(laptop.outbox.send_at - laptop.tick)
        laptop.tick = laptop.outbox.send_at
    assert waits == [1, 2, 4, 8, 16, 32, 64, 120, 120, 120, 120]


def test_the_line_is_as_the_last_exchange_found_it() -> None:
    laptop = Laptop()
    states = [laptop.line]
    laptop.fails(laptop.sends())
    states.append(laptop.line)
    states.append(laptop.passes(1).is_online().line)
    assert states == ["connecting", "offline", "online"]


def test_laptops_do_not_all_come_back_at_once() -> None:
    laptop = Laptop(chance=0.25)
    for _ in range(3):
        laptop.passes(600).fails(laptop.sends())
    assert laptop.outbox.send_at == laptop.tick + 1


def test_a_key_tries_at_once_and_does_not_shorten_what_comes_after() -> None:
    laptop = Laptop()
    for _ in range(5):
        laptop.passes(600).fails(laptop.sends())
    laptop.outbox.poke(laptop.tick)
    laptop.fails(laptop.sends())
    assert laptop.outbox.send_at == laptop.tick + 32


@pytest.mark.parametrize(
    ("failure", "rest"),
    [(Busy("Busy.", 40.0), 40.0), (ProblemAnswer("Wait.", "too-many-tries", 90.0), 90.0), (Busy("Busy.", 1e9), 3600.0)],
)
def test_a_server_that_asks_to_be_left_alone_is(failure: Refused, rest: float) -> None:
    laptop = Laptop()
    laptop.fails(laptop.sends(), failure)
    laptop.outbox.poke(laptop.tick)
    assert laptop.outbox.send_at == laptop.tick + rest


def test_signed_out_keeps_everything_and_goes_on_after_signing_in() -> None:
    laptop = Laptop(Loaded(unsent=(entry(1),), next_seq=2))
    laptop.fails(laptop.sends(), SignedOut("You are signed out."))
    assert (laptop.line, laptop.outbox.unsent) == ("signed_out", 1)
    laptop.outbox.poke(laptop.tick)
    assert laptop.passes(9999).sends_nothing()
    laptop.outbox.signed_in(laptop.tick)
    assert seqs(laptop.sends()) == [1]
    assert laptop.line == "connecting"


def test_a_watch_can_be_signed_out_too() -> None:
    laptop = Laptop().is_online()
    laptop.fails(laptop.watches(), SignedOut("You are signed out."))
    assert laptop.line == "signed_out"


def test_a_batch_that_is_too_large_is_halved() -> None:
    laptop = Laptop(Loaded(unsent=tuple(entry(seq) for seq in range(1, 9)), next_seq=9))
    laptop.fails(laptop.sends(), ProblemAnswer("Too large.", "too-large"))
    assert seqs(laptop.passes(1).sends()) == [1, 2, 3, 4]


# -- the clock ---------------------------------------------------------------------------------------------------------


def test_the_servers_time_goes_on_whatever_the_wall_clock_says() -> None:
    laptop = Laptop(wall_is_off_by=timedelta(hours=-7))
    assert laptop.outbox.server_now(laptop.tick) == NOON - timedelta(hours=7)
    taken = laptop.hears(laptop.sends(), reply(at=NOON))
    assert taken.server_offset == timedelta(hours=7)
    assert laptop.outbox.server_now(laptop.passes(90).tick) == NOON + timedelta(seconds=90)


def test_after_a_restart_the_stored_offset_stands_in() -> None:
    laptop = Laptop(Loaded(server_offset=timedelta(hours=7)), wall_is_off_by=timedelta(hours=-7))
    assert laptop.outbox.server_now(laptop.tick) == NOON


# -- hostile answers ---------------------------------------------------------------------------------------------------


def test_text_is_cleaned_before_anything_sees_it() -> None:
    hostile = lease(1, names=("A\x1b]0;owned\x07na\u202e",))
    laptop = Laptop()
    taken = laptop.hears(laptop.sends(), reply(leases=(hostile,)))
    assert taken.reply.leases[0].household.voters[0].first_name == "A]0;ownedna"


@pytest.mark.parametrize(
    "answer",
    [
        reply(cursor="c1\x1b[2J"),
        reply(cursor="c" * 500),
        reply(at=datetime(2026, 10, 6, 16, 0)),  # noqa: DTZ001 - a server may leave the zone out
        reply(at=datetime(9999, 12, 31, tzinfo=UTC)),
    ],
    ids=["a control sequence for an id", "a huge id", "a time without a zone", "a time out of all bounds"],
)
def test_an_answer_with_no_ids_or_times_is_not_taken(answer: ExchangeReply) -> None:
    laptop = Laptop(Loaded(unsent=(entry(1),), next_seq=2))
    with pytest.raises(NotPhonetui, match=r"^The campaign server sent an? (id|time) that is none; nothing of its"):
        laptop.hears(laptop.sends(), answer)
    assert laptop.outbox.unsent == 1
