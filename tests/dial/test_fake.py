from __future__ import annotations

import asyncio

import pytest

from phonetui.core.phone_call import CallEvent, Ending, State
from phonetui.core.refusal import Refused
from phonetui.dial.fake import Answer, FakeDialer

NUMBER = "+18125550166"


class Call:
    """A line to somebody who does as they are told, on a clock of its own."""

    def __init__(self, answer: Answer) -> None:
        self.waited: list[float] = []
        self.ids = iter(["call-1", "call-2"])
        self.line = FakeDialer(lambda number: answer, lambda: next(self.ids), self._wait)

    async def _wait(self, seconds: float) -> None:
        self.waited.append(seconds)

    async def heard(self, count: int) -> list[tuple[State, Ending | None]]:
        events = self.line.events()
        told = [await anext(events) for _ in range(count)]
        return [(event.state, event.ending) for event in told]


@pytest.mark.parametrize(
    ("answer", "rings", "talks", "ending"),
    [
        ("hangs_up", True, True, "completed"),
        ("is_busy", False, False, "busy"),
        ("is_out", True, False, "no_answer"),
        ("declines", True, False, "declined"),
        ("has_no_service", False, False, "bad_number"),
    ],
)
def test_a_voter_does_as_planned(answer: Answer, rings: bool, talks: bool, ending: Ending) -> None:
    async def story() -> None:
        call = Call(answer)
        await call.line.dial(NUMBER, 25)
        states = ["dialing", *["ringing"] * rings, *["talking"] * talks, "ended"]
        told = await call.heard(len(states))
        assert told == [(state, ending if state == "ended" else None) for state in states]
        await call.line.close()

    asyncio.run(story())


def test_nobody_home_rings_as_long_as_the_campaign_wants() -> None:
    async def story() -> None:
        call = Call("is_out")
        await call.line.dial(NUMBER, 17)
        await call.heard(3)
        assert 17 in call.waited
        await call.line.close()

    asyncio.run(story())


def test_a_talk_goes_on_until_the_caller_hangs_up() -> None:
    async def story() -> None:
        call = Call("answers")
        await call.line.dial(NUMBER, 25)
        assert (await call.heard(3))[-1] == ("talking", None)
        await call.line.mute(True)
        await call.line.dtmf("1#")
        assert (call.line.muted, call.line.pressed) == (True, "1#")
        with pytest.raises(Refused) as refused:
            await call.line.dial(NUMBER, 25)
        assert str(refused.value) == "You are in a call; end it first."
        await call.line.hangup()
        assert await call.heard(1) == [("ended", "completed")]
        await call.line.hangup()
        await call.line.dial(NUMBER, 25)
        assert not call.line.muted
        await call.line.close()

    asyncio.run(story())


def test_the_next_voter_can_be_dialed_while_the_line_is_put_down() -> None:
    async def story() -> None:
        call = Call("answers")
        await call.line.dial(NUMBER, 25)
        await call.heard(3)
        hanging_up = asyncio.create_task(call.line.hangup())
        await asyncio.sleep(0)
        assert await call.line.dial(NUMBER, 25) == "call-2"
        assert await call.heard(4) == [("ended", "completed"), ("dialing", None), ("ringing", None), ("talking", None)]
        await hanging_up
        await call.line.close()

    asyncio.run(story())


def test_who_hangs_up_before_the_answer_cancels() -> None:
    async def story() -> None:
        never = asyncio.Event()
        line = FakeDialer(lambda number: "answers", lambda: "call-1", lambda seconds: _until(never))
        await line.dial(NUMBER, 25)
        await line.close()
        told = [event async for event in line.events()]
        assert told == [CallEvent("call-1", "dialing"), CallEvent("call-1", "ended", "canceled")]

    asyncio.run(story())


async def _until(event: asyncio.Event) -> None:
    await event.wait()
