"""The evening is kept up by one loop, which asks again by itself and never too often."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import msgspec
import pytest

from phonetui.client.supervisors_desk import SupervisorsDesk
from phonetui.client.supervisors_server import SupervisorsServer
from phonetui.client.web import Answer
from phonetui.core.refusal import Refused
from tests.supervise.server_in_memory import CAMPAIGN, URL, ServerInMemory, offline, problem
from tests.supervise.stage import StillClock

#: Rounds through the event loop in which nothing more comes.
ROUNDS = 50


class TurnedClock(StillClock):
    """Goes on when it is turned."""

    seconds = 100.0

    def tick(self) -> float:
        return self.seconds


Story = Callable[[SupervisorsDesk, ServerInMemory, TurnedClock], Awaitable[None]]


def play(story: Story) -> None:
    async def run() -> None:
        server, clock = ServerInMemory(), TurnedClock()
        desk = SupervisorsDesk(SupervisorsServer(URL, "token", CAMPAIGN, server), clock, lambda: 1.0)
        try:
            await story(desk, server, clock)
        finally:
            await desk.close()

    asyncio.run(run())


async def rounds() -> None:
    for _ in range(ROUNDS):
        await asyncio.sleep(0)


def test_the_evening_is_asked_for_once_a_second_at_most() -> None:
    async def story(desk: SupervisorsDesk, server: ServerInMemory, clock: TurnedClock) -> None:
        desk.start()
        await rounds()
        assert desk.evening == server.evening
        for _ in range(5):  # however much happens, and however often the key is pressed
            server.change()
            desk.try_now()
            await rounds()
        assert server.asked == 1

    play(story)


def test_a_line_that_breaks_is_tried_again_with_longer_waits_and_now_by_a_key() -> None:
    async def story(desk: SupervisorsDesk, server: ServerInMemory, clock: TurnedClock) -> None:
        server.failing = offline
        desk.start()
        await rounds()
        waits = []
        for _ in range(3):
            assert desk.line.state == "offline"
            assert desk.line.next_try is not None
            waits.append((desk.line.next_try - desk.now).total_seconds())
            desk.try_now()
            await rounds()
        assert waits == [1.0, 2.0, 4.0]
        server.failing = None
        desk.try_now()
        await rounds()
        assert desk.line.state == "online"
        assert desk.evening is not None

    play(story)


def test_who_may_not_is_not_asked_for_again() -> None:
    async def story(desk: SupervisorsDesk, server: ServerInMemory, clock: TurnedClock) -> None:
        server.failing = lambda: problem("no-such-campaign")
        desk.start()
        await rounds()
        assert desk.ended == ("The campaign is not open to this account; `phonetui campaigns` shows those that are.")
        clock.seconds += 600
        desk.try_now()
        await rounds()
        assert server.asked == 1

    play(story)


def test_plain_mode_looks_once_and_hears_why_not() -> None:
    async def story(desk: SupervisorsDesk, server: ServerInMemory, clock: TurnedClock) -> None:
        assert await desk.look() == server.evening
        server.failing = lambda: problem("signed-out")
        with pytest.raises(Refused) as refused:
            await desk.look()
        assert str(refused.value) == "You are logged out; type phonetui login, then phonetui supervise again."

    play(story)


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_what_was_not_taken_is_not_said_to_be_asked_again_by_itself(status: int) -> None:
    async def story(desk: SupervisorsDesk, server: ServerInMemory, clock: TurnedClock) -> None:
        fault = msgspec.structs.replace(problem("server-error"), status=status)
        proxy = Answer(status, "text/html", 0.0, b"<h1>Bad gateway</h1>")
        server.failing = lambda: fault if status == 500 else proxy
        for deed in (desk.server.notice("Pizza"), desk.server.answer("q1", "By bus"), desk.server.set_state("closed")):
            with pytest.raises(Refused) as refused:
                await deed
            assert str(refused.value) == (
                "calls.example.org cannot answer just now; see whether it was done, and try again if it was not."
            )
        assert server.asked == 3

    play(story)


def test_a_look_that_was_not_answered_is_for_the_supervisor_to_repeat() -> None:
    async def story(desk: SupervisorsDesk, server: ServerInMemory, clock: TurnedClock) -> None:
        server.failing = lambda: Answer(502, "text/html", 0.0, b"")
        with pytest.raises(Refused) as refused:
            await desk.look()
        assert str(refused.value) == "calls.example.org cannot answer just now; try again."

    play(story)


def test_an_answer_that_was_asked_for_earlier_and_comes_later_is_the_older_one() -> None:
    async def story(desk: SupervisorsDesk, server: ServerInMemory, clock: TurnedClock) -> None:
        desk.start()
        await rounds()
        held = asyncio.Event()
        ask = server.ask

        async def slow(method: str, path: str, body: bytes = b"", token: str = "") -> Answer:
            answer = await ask(method, path, body, token)
            await held.wait()
            return answer

        server.ask = slow  # type: ignore[method-assign]
        late = asyncio.create_task(desk.look())
        await rounds()
        server.ask = ask  # type: ignore[method-assign]
        server.change(state="paused")
        await desk.look()
        held.set()
        await late
        assert desk.evening is not None
        assert desk.evening.state == "paused"

    play(story)
