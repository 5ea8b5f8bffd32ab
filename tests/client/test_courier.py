"""Requests carried over a line that fails, to a server that lives in the test."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from phonetui.client import courier as courier_module
from phonetui.client.campaign_server import NotPhonetui, Offline, SignedOut
from phonetui.client.courier import Courier
from phonetui.client.journal import Journal, Loaded
from phonetui.client.journal_refusals import DiskFull
from phonetui.client.outbox import Outbox, Taken
from phonetui.client.view import Line
from phonetui.core.refusal import Refused
from phonetui.wire import ExchangeReply, ExchangeRequest
from tests.client.people import KEY, NOON, entry, lease, receipts, reply

Answer = Callable[[ExchangeRequest], Awaitable[ExchangeReply]]


class Clock:
    """Moves only when told."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.seconds)

    def tick(self) -> float:
        return self.seconds

    def new_id(self) -> str:
        raise NotImplementedError


class Server:
    """Stores each event once; `answer` can be put in the way of its answers, watches wait for `news`."""

    def __init__(self) -> None:
        self.stored: dict[str, bytes] = {}
        self.sends: list[ExchangeRequest] = []
        self.watches: list[ExchangeRequest] = []
        self.answer: Answer = self.store
        self.news: asyncio.Queue[ExchangeReply | Refused] = asyncio.Queue()
        self.asked = asyncio.Event()

    async def exchange(self, request: ExchangeRequest) -> ExchangeReply:
        self.asked.set()
        if not request.wait:
            self.sends.append(request)
            return await self.answer(request)
        self.watches.append(request)
        news = await self.news.get()
        if isinstance(news, Refused):
            raise news
        return news

    async def store(self, request: ExchangeRequest) -> ExchangeReply:
        found = receipts(request)
        self.stored |= {r.id: bytes(memoryview(event)) for r, event in zip(found, request.events, strict=True)}
        return reply(receipts=found, cursor=f"c{len(self.stored)}")


class Lines(list[Line]):
    """What the front end was told of the line."""

    @property
    def states(self) -> list[str]:
        return [line.state for line in self]


class Post:
    """A courier between a real journal and the test's server."""

    def __init__(self, journal: Journal, loaded: Loaded) -> None:
        self.journal = journal
        self.clock = Clock()
        self.server = Server()
        self.taken: list[Taken] = []
        self.lines = Lines()
        self.something = self.server.asked
        self.outbox = Outbox("laptop", "fall", loaded, random=lambda: 0.0, now=NOON, tick=0.0)
        self.courier = Courier(self.outbox, journal, self.server, self.clock, self.take, self.say)

    def take(self, taken: Taken) -> None:
        self.taken.append(taken)
        self.something.set()

    def say(self, line: Line) -> None:
        self.lines.append(line)
        self.something.set()

    async def record(self, seq: int) -> None:
        await self.journal.record(entries=[entry(seq)], call=b"")
        self.outbox.add([entry(seq)])
        self.courier.poke()

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(120):
            while not holds():
                await self.something.wait()
                self.something.clear()


def tell(tmp_path: Path, story: Callable[[Post], Awaitable[None]]) -> Loaded:
    """The story, and what a start after it finds in the journal."""

    async def told() -> Loaded:
        path = tmp_path / "journals" / "fall.journal"
        journal = await Journal.open(path, KEY)
        post = Post(journal, await journal.load())
        post.courier.start()
        try:
            await story(post)
        finally:
            await post.courier.close()
        loaded = await journal.load()
        await journal.close()
        return loaded

    return asyncio.run(told())


def test_a_recorded_event_is_sent_and_acknowledged_in_the_journal(tmp_path: Path) -> None:
    async def call(post: Post) -> None:
        await post.record(1)
        await post.until(lambda: "event-1" in post.server.stored and not post.outbox.unsent)
        assert post.lines.states == ["online"]

    loaded = tell(tmp_path, call)
    assert (loaded.unsent, loaded.cursor) == ((), "c1")


def test_a_lost_answer_is_asked_for_again(tmp_path: Path) -> None:
    async def call(post: Post) -> None:
        async def lose(request: ExchangeRequest) -> ExchangeReply:
            post.server.answer = post.server.store
            await post.server.store(request)
            raise Offline("The answer was cut off.")

        await post.until(lambda: bool(post.server.watches))
        post.server.answer = lose
        await post.record(1)
        await post.until(lambda: not post.outbox.unsent)
        assert [len(request.events) for request in post.server.sends] == [0, 1, 1]
        assert post.lines.states == ["online", "offline", "offline", "online"]

    assert tell(tmp_path, call).unsent == ()


def test_the_line_says_since_when_and_why_it_is_down(tmp_path: Path) -> None:
    async def call(post: Post) -> None:
        async def fail(request: ExchangeRequest) -> ExchangeReply:
            await asyncio.sleep(0)
            post.clock.seconds += 60
            raise NotPhonetui("This is a hotel's log-in page.")

        post.server.answer = fail
        await post.until(lambda: len(post.lines) >= 3)
        post.server.answer = post.server.store

    lines: list[Line] = []

    async def look(post: Post) -> None:
        await call(post)
        lines.extend(post.lines[:3])

    tell(tmp_path, look)
    first, second = (NOON + timedelta(minutes=minutes) for minutes in (1, 2))
    assert lines == [
        Line("offline", since=first, next_try=first, why="This is a hotel's log-in page."),
        Line("offline", since=first, why="This is a hotel's log-in page."),  # while it is tried again
        Line("offline", since=first, next_try=second, why="This is a hotel's log-in page."),
    ]


def test_the_line_is_down_since_the_servers_last_answer_whenever_that_comes_to_light(tmp_path: Path) -> None:
    async def call(post: Post) -> None:
        async def fail(request: ExchangeRequest) -> ExchangeReply:
            raise Offline("The line broke off.")

        await post.until(lambda: bool(post.server.watches))
        post.clock.seconds = 60
        await post.record(1)
        await post.until(lambda: not post.outbox.unsent)
        post.clock.seconds = 600
        post.server.answer = fail
        await post.record(2)
        await post.until(lambda: "offline" in post.lines.states)
        assert post.lines[-1].since == NOON + timedelta(seconds=60)

    tell(tmp_path, call)


def test_the_next_try_is_told_by_the_servers_time_whatever_the_laptops_clock_says(tmp_path: Path) -> None:
    async def call(post: Post) -> None:
        async def answer_three_hours_ahead(request: ExchangeRequest) -> ExchangeReply:
            post.server.answer = fail
            return reply(at=NOON + timedelta(hours=3))

        async def fail(request: ExchangeRequest) -> ExchangeReply:
            post.server.answer = post.server.store
            raise Offline("The line broke off.")

        post.server.answer = answer_three_hours_ahead
        await post.until(lambda: bool(post.server.watches))
        await post.record(1)
        await post.until(lambda: "offline" in post.lines.states)
        assert post.lines[1].since == NOON
        assert post.lines[1].next_try == NOON + timedelta(hours=3)

    tell(tmp_path, call)


def test_a_send_that_takes_long_makes_the_line_slow_until_one_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(courier_module, "SLOW", 0.01)

    async def call(post: Post) -> None:
        async def drag(request: ExchangeRequest) -> ExchangeReply:
            await post.until(lambda: post.lines.states[-1] == "slow")  # told while it still does
            post.clock.seconds += 0.02
            return await post.server.store(request)

        await post.until(lambda: bool(post.server.watches))
        post.server.answer = drag
        await post.record(1)
        await post.until(lambda: not post.outbox.unsent)
        assert post.lines.states == ["online", "slow"]
        post.server.answer = post.server.store
        await post.record(2)
        await post.until(lambda: not post.outbox.unsent and post.lines.states[-1] == "online")

    tell(tmp_path, call)


def test_a_send_goes_out_while_a_watch_waits(tmp_path: Path) -> None:
    async def call(post: Post) -> None:
        await post.until(lambda: bool(post.server.watches))
        await post.record(1)
        await post.until(lambda: not post.outbox.unsent)
        assert len(post.server.watches) == 1

    tell(tmp_path, call)


def test_news_come_with_the_watch(tmp_path: Path) -> None:
    async def wait_for_voters(post: Post) -> None:
        post.server.news.put_nowait(reply(leases=(lease(1),), cursor="c9"))
        await post.until(lambda: len(post.server.watches) == 2)
        assert post.server.watches[1].held == ("h1",)
        assert post.taken[-1].reply.leases == (lease(1),)

    loaded = tell(tmp_path, wait_for_voters)
    assert ([held.lease for held in loaded.held], loaded.cursor) == ([lease(1)], "c9")


def test_signed_out_is_said_and_sends_no_more(tmp_path: Path) -> None:
    async def call(post: Post) -> None:
        async def refuse(request: ExchangeRequest) -> ExchangeReply:
            raise SignedOut("You are signed out.")

        post.server.answer = refuse
        await post.until(lambda: bool(post.lines))
        await post.record(1)
        await asyncio.sleep(0)
        assert len(post.server.sends) == 1
        assert post.lines == [Line("signed_out", since=NOON, why="You are signed out.")]

    assert tell(tmp_path, call).unsent == (entry(1),)


def test_a_server_that_hangs_is_left_after_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courier_module, "LONGEST_EXCHANGE", 0.01)
    monkeypatch.setattr(courier_module, "GRACE", 0.01)

    async def call(post: Post) -> None:
        async def hang(request: ExchangeRequest) -> ExchangeReply:
            return await asyncio.Future()

        post.server.answer = hang
        await post.until(lambda: bool(post.lines))
        assert post.lines[0].why == "The campaign server did not answer within a minute."

    tell(tmp_path, call)


def test_an_answer_that_the_journal_cannot_take_does_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def call(post: Post) -> None:
        async def full(taken: Taken) -> None:
            monkeypatch.undo()
            raise DiskFull.of(tmp_path)

        await post.until(lambda: bool(post.server.watches))
        monkeypatch.setattr(post.journal, "take", full)
        before = len(post.taken)
        await post.record(1)
        await post.until(lambda: not post.outbox.unsent)
        assert len(post.server.sends) == 3
        assert len(post.taken) == before + 1

    assert tell(tmp_path, call).unsent == ()


def test_what_is_unsent_is_sent_before_closing(tmp_path: Path) -> None:
    async def press_and_quit(post: Post) -> None:
        await post.until(lambda: bool(post.server.watches))
        await post.record(1)

    assert tell(tmp_path, press_and_quit).unsent == ()


def test_closing_waits_for_no_answer_for_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courier_module, "GRACE", 0.01)

    async def quit_on_a_dead_line(post: Post) -> None:
        async def hang(request: ExchangeRequest) -> ExchangeReply:
            return await asyncio.Future()

        post.server.answer = hang
        await post.record(1)
        await post.until(lambda: bool(post.server.sends))

    assert tell(tmp_path, quit_on_a_dead_line).unsent == (entry(1),)


def test_a_restored_server_gets_the_journals_events_again(tmp_path: Path) -> None:
    async def call(post: Post) -> None:
        await post.until(lambda: bool(post.server.watches))
        await post.record(1)
        await post.until(lambda: not post.outbox.unsent)
        post.server.stored.clear()
        post.server.news.put_nowait(Offline("The server is gone."))  # its new watch is asked with what is known now
        await post.until(lambda: len(post.server.watches) == 2)
        post.server.news.put_nowait(reply(stored_through=0))
        await post.until(lambda: "event-1" in post.server.stored)

    assert tell(tmp_path, call).unsent == ()


def test_a_fault_of_ours_is_said_and_not_hidden(tmp_path: Path) -> None:
    async def fail(post: Post) -> None:
        async def divide_by_zero(request: ExchangeRequest) -> ExchangeReply:
            raise ZeroDivisionError

        post.server.answer = divide_by_zero
        await post.until(lambda: bool(post.lines))
        assert (post.lines[0].state, post.lines[0].why) == (
            "offline",
            "phonetui itself failed; press q and start it again, everything is saved.",
        )

    with pytest.raises(ZeroDivisionError):
        tell(tmp_path, fail)


def test_whoever_leaves_says_so_with_the_last_request_and_asks_for_nobody(tmp_path: Path) -> None:
    posts: list[Post] = []

    async def shift(post: Post) -> None:
        posts.append(post)
        await post.record(1)
        await post.until(lambda: not post.outbox.unsent)
        assert not any(request.leaves for request in post.server.sends)

    tell(tmp_path, shift)
    last = posts[0].server.sends[-1]
    assert (last.leaves, last.unsent, last.want, last.events) == (True, 0, 0, ())


def test_leaving_without_a_line_says_nothing(tmp_path: Path) -> None:
    posts: list[Post] = []

    async def shift(post: Post) -> None:
        posts.append(post)
        post.server.answer = offline
        await post.record(1)
        await post.until(lambda: post.outbox.state == "offline")

    tell(tmp_path, shift)
    assert not any(request.leaves for request in posts[0].server.sends)


async def offline(request: ExchangeRequest) -> ExchangeReply:
    raise Offline("Nothing answers.")
