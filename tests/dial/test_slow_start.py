"""A baresip that takes its time to start, as after a crash: who is hung up on meanwhile is never rung."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from phonetui.core.refusal import Refused
from tests.dial.fake_baresip import transcript
from tests.dial.test_baresip import NUMBER, Line, pytestmark, run, states

__all__ = ["pytestmark"]

SOMEBODY_ELSE = "+18125550199"
INVITED = "dial sip:+18125550166@sip.example.org"


def starts_slowly(line: Line, *names: str) -> None:
    line.baresip.plays(". 0.2", *(each for name in ("start", *names) for each in transcript("1.0", name)))


async def begins(line: Line, number: str) -> asyncio.Task[str]:
    """The call waits for baresip."""
    placing = asyncio.create_task(line.engine.dial(number, 25))
    await asyncio.sleep(0.05)
    assert not placing.done()
    return placing


def test_who_is_hung_up_on_while_baresip_starts_is_never_rung(tmp_path: Path) -> None:
    async def story(line: Line) -> None:
        starts_slowly(line)
        placing = await begins(line, NUMBER)
        await line.engine.hangup()
        assert await line.told() == states("canceled", "dialing")
        assert await placing == "call-1"
        await line.engine.hangup()
        assert INVITED not in line.baresip.was_asked

    run(Line(tmp_path), story)


def test_the_next_voter_is_rung_alone(tmp_path: Path) -> None:
    async def story(line: Line) -> None:
        starts_slowly(line, "busy")
        first = await begins(line, SOMEBODY_ELSE)
        await line.engine.hangup()
        assert await line.engine.dial(NUMBER, 25) == "call-2"
        assert await line.told() == states("canceled", "dialing")
        assert await line.told(call_id="call-2") == states("busy", "dialing", "ringing")
        assert await first == "call-1"
        assert [asked for asked in line.baresip.was_asked if asked.startswith("dial")] == [INVITED]

    run(Line(tmp_path), story)


def test_while_one_voter_is_being_rung_no_other_is(tmp_path: Path) -> None:
    async def story(line: Line) -> None:
        starts_slowly(line, "busy")
        first = await begins(line, NUMBER)
        with pytest.raises(Refused, match=r"^You are in a call; end it first\.$"):
            await line.engine.dial(SOMEBODY_ELSE, 25)
        assert await first == "call-1"
        assert await line.told() == states("busy", "dialing", "ringing")

    run(Line(tmp_path), story)


def test_the_provider_has_its_whole_time_from_the_dialing_on(tmp_path: Path) -> None:
    async def story(line: Line) -> None:
        starts_slowly(line, "busy")
        placing = await begins(line, NUMBER)
        line.seconds_more = 60
        await placing
        assert await line.told() == states("busy", "dialing", "ringing")

    run(Line(tmp_path), story)


def test_closing_while_baresip_starts_rings_nobody(tmp_path: Path) -> None:
    async def story(line: Line) -> None:
        starts_slowly(line)
        placing = await begins(line, NUMBER)
        await line.engine.close()
        assert await placing == "call-1"
        assert await line.told() == states("canceled", "dialing")
        assert INVITED not in line.baresip.was_asked

    run(Line(tmp_path), story)


def test_of_two_who_wait_for_the_line_one_gets_it(tmp_path: Path) -> None:
    async def story(line: Line) -> None:
        *ringing, asked, closed, answer = transcript("1.0", "canceled")
        line.baresip.plays(*transcript("1.0", "start"), *ringing, asked, ". 0.2", closed, answer)
        await line.engine.dial(NUMBER, 25)
        await line.told(until="ringing")
        hanging_up = asyncio.create_task(line.engine.hangup())
        await asyncio.sleep(0)
        waiting = [asyncio.create_task(line.engine.dial(number, 25)) for number in (SOMEBODY_ELSE, NUMBER)]
        placed, refused = await asyncio.gather(*waiting, return_exceptions=True)
        assert (placed, str(refused)) == ("call-2", "You are in a call; end it first.")
        await hanging_up

    run(Line(tmp_path), story)
