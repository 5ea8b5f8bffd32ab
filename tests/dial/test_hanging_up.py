"""The end of a call: hanging up, and calling the next voter while the line is still being put down; a blocked call."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from tests.dial.fake_baresip import transcript
from tests.dial.test_baresip import GENERATIONS, NUMBER, Line, pytestmark, run, states

__all__ = ["pytestmark"]


@pytest.mark.parametrize("generation", GENERATIONS)
@pytest.mark.parametrize(
    ("status", "is_blocked"), [("607 Unwanted", True), ("608 Rejected", True), ("486 Busy", False)]
)
def test_a_blocked_call_is_told(tmp_path: Path, generation: str, status: str, is_blocked: bool) -> None:
    async def story(line: Line) -> None:
        told: list[str] = []
        line.engine.blocked = lambda: told.append("blocked")
        refused = (each.replace("486 Busy Here", status) for each in transcript(generation, "busy"))
        line.baresip.plays(*transcript(generation, "start"), *refused)
        await line.engine.dial(NUMBER, 25)
        await line.told()
        assert told == ["blocked"] * is_blocked

    run(Line(tmp_path, generation), story)


@pytest.mark.parametrize("generation", GENERATIONS)
def test_the_next_call_waits_until_the_line_is_put_down(tmp_path: Path, generation: str) -> None:
    async def story(line: Line) -> None:
        *ringing, asked, closed, answer = transcript(generation, "canceled")
        busy = [re.sub(r'"id":"[0-9a-f]+"', '"id":"0d1e2f3a4b5c6d7e"', each) for each in transcript(generation, "busy")]
        line.baresip.plays(*transcript(generation, "start"), *ringing, asked, ". 0.1", closed, answer, *busy)
        await line.engine.dial(NUMBER, 25)
        await line.told(until="ringing")
        hanging_up = asyncio.create_task(line.engine.hangup())
        await asyncio.sleep(0)
        assert await line.engine.dial(NUMBER, 25) == "call-2"
        assert (await line.told())[-1] == ("ended", "canceled")
        assert await line.told(call_id="call-2") == states("busy", "dialing", "ringing")
        await hanging_up

    run(Line(tmp_path, generation), story)
