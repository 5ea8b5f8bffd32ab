"""Work on the journal's thread."""

from __future__ import annotations

import asyncio
import threading
from functools import partial

import pytest

from phonetui.client.journal_thread import JournalThread


def test_work_is_done_in_order_on_one_thread() -> None:
    async def story() -> None:
        thread = JournalThread()
        done: list[int] = []

        def work(number: int) -> int:
            done.append(number)
            return threading.get_ident()

        threads = await asyncio.gather(*(thread.run(partial(work, number)) for number in range(20)))
        assert done == list(range(20))
        assert len(set(threads)) == 1
        assert threads[0] != threading.get_ident()
        thread.stop()

    asyncio.run(story())


def test_what_goes_wrong_is_raised_where_it_is_waited_for() -> None:
    async def story() -> None:
        thread = JournalThread()
        with pytest.raises(ZeroDivisionError):
            await thread.run(lambda: 1 // 0)
        assert await thread.run(lambda: "still there") == "still there"
        thread.stop()

    asyncio.run(story())


def test_work_that_nobody_waits_for_any_more_is_done_all_the_same() -> None:
    async def story() -> None:
        thread = JournalThread()
        begun, may_end, ended = threading.Event(), threading.Event(), threading.Event()

        def work() -> None:
            begun.set()
            may_end.wait(10)
            ended.set()

        waiting = asyncio.create_task(thread.run(work))
        await asyncio.to_thread(begun.wait, 10)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        may_end.set()
        await thread.run(lambda: None)
        assert ended.is_set()
        thread.stop()

    asyncio.run(story())


def test_work_outlives_the_loop_that_asked_for_it() -> None:
    may_end, ended = threading.Event(), threading.Event()

    def work() -> None:
        may_end.wait(10)
        ended.set()

    async def story() -> None:
        thread = JournalThread()
        asking = asyncio.create_task(thread.run(work))
        await asyncio.sleep(0)
        thread.stop()
        asking.cancel()

    asyncio.run(story())
    may_end.set()
    assert ended.wait(10)


def test_a_thread_that_was_stopped_takes_no_more_work() -> None:
    async def story() -> None:
        thread = JournalThread()
        thread.stop()
        with pytest.raises(RuntimeError, match="has ended"):
            await thread.run(lambda: None)

    asyncio.run(story())
