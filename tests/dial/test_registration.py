"""In mid-shift the provider forgets the caller, and knows them again: they hear of both, once each."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from phonetui.dial.registration import Registration, news
from tests.dial.caller import Caller, account
from tests.dial.fake_baresip import transcript
from tests.dial.registrar import Registrar
from tests.dial.sip_provider import needs_sip
from tests.dial.test_baresip import ACCOUNT, GENERATIONS, Line, pytestmark, run

__all__ = ["pytestmark"]

LOST = (
    "The SIP provider sip.example.org does not answer just now; "
    "you hear when it is back, and can dial by hand meanwhile."
)
BACK = "The SIP provider sip.example.org is back."


def event(what: str, why: str) -> str:
    return f'< {{"event":true,"type":"{what}","class":"register","param":"{why}"}}'


@pytest.mark.parametrize("generation", GENERATIONS)
def test_a_provider_that_is_lost_and_back_is_told_once_each(tmp_path: Path, generation: str) -> None:
    async def story(line: Line) -> None:
        said: list[tuple[str, bool]] = []
        line.engine.says = lambda text, is_lost: said.append((text, is_lost))
        fails, is_back = event("REGISTER_FAIL", "Connection timed out"), event("REGISTER_OK", "200 OK")
        line.baresip.plays(*transcript(generation, "start"), is_back, ". 0.1", fails, fails, is_back, is_back)
        await line.engine.start()
        for _ in range(12_000):
            if len(said) == 2:
                break
            await asyncio.sleep(0.01)
        assert said == [(LOST, True), (BACK, False)]

    run(Line(tmp_path, generation), story)


@needs_sip
def test_a_real_provider_that_takes_the_password_no_more_is_told(tmp_path: Path) -> None:
    async def story() -> None:
        said = asyncio.Queue[tuple[str, bool]]()
        async with (
            Registrar("s3cret", seconds=2) as registrar,
            Caller(tmp_path, account(tmp_path, registrar.port)) as caller,
        ):
            caller.engine.says = lambda text, is_lost: said.put_nowait((text, is_lost))
            await caller.engine.start()
            registrar.password = "another"
            assert await asyncio.wait_for(said.get(), 120) == (
                f"The SIP provider refuses dana@127.0.0.1:{registrar.port} now (403 Forbidden); "
                "dial again to sign in anew, or dial by hand.",
                True,
            )

    asyncio.run(story())


def test_a_provider_that_does_not_take_the_account_any_more() -> None:
    assert news(Registration("registered"), Registration("refused", "403 Forbidden"), ACCOUNT) == (
        "The SIP provider refuses dana@sip.example.org now (403 Forbidden); "
        "dial again to sign in anew, or dial by hand."
    )
