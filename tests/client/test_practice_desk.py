"""Practising at a desk where nobody is called."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec
import pytest

from phonetui.client.campaign_server import Offline
from phonetui.client.practice_desk import PracticeDesk
from phonetui.core.call_actions import Answer, Forward, Result, Skip, TakeBack
from phonetui.core.correction import Correction
from phonetui.core.refusal import Refused
from phonetui.core.standard_dispositions import USUAL
from phonetui.core.word import AboutScript
from tests.client.test_desk import Clock
from tests.core.example import CAMPAIGN as EXAMPLE

CAMPAIGN = msgspec.structs.replace(EXAMPLE, dispositions=USUAL)
RIGHT = {"Nora": "not_home", "Ray": "not_home", "Tom": "refused", "Walt": "wrong_number", "Carlos": "language"}
RIGHT |= {"Iris": "call_back", "Mia": "call_back", "Earl": "do_not_call"}


def practise(
    story: Callable[[PracticeDesk], Awaitable[None]], practised: Callable[[], Awaitable[None]] | None = None
) -> PracticeDesk:
    """The desk as it was left."""

    async def told() -> PracticeDesk:
        desk = PracticeDesk(CAMPAIGN, "Dana", Clock(), practised)
        await desk.start()
        await story(desk)
        await desk.close()
        return desk

    return asyncio.run(told())


def name(desk: PracticeDesk) -> str:
    voter = desk.view.call.voter
    return voter.first_name if voter else ""


def said(desk: PracticeDesk) -> str:
    return desk.view.said.text if desk.view.said else ""


async def all_right(desk: PracticeDesk) -> None:
    """Give everyone the right result; with those who talk, read to the end."""
    while voter := desk.view.call.voter:
        if voter.first_name in RIGHT:
            await desk.act(Result(RIGHT[voter.first_name]))
            if RIGHT[voter.first_name] == "do_not_call":
                await desk.act(Result("do_not_call"))
            continue
        await desk.act(Forward())
        while desk.view.page and not desk.view.page.last:
            await desk.act(Answer(2 if voter.first_name == "Joan" and desk.view.page.step_id != "hello" else 1))
        await desk.act(Result("talked"))


def test_the_voter_speaks_to_every_step_and_the_result_is_judged_at_once() -> None:
    async def story(desk: PracticeDesk) -> None:
        assert desk.view.practice
        assert said(desk) == (
            "Practice: nothing of it is counted or sent. You call Nora Okafor. It rings eight times. Nobody answers."
        )
        await desk.act(Result("refused"))
        assert said(desk) == (
            "Not “Refused” but “Not home”: nobody answered, and the number is tried again by itself. "
            "You call Grace Bell. “Hello, this is Grace. Yes, I have a moment.”"
        )
        await desk.act(Forward())
        assert said(desk) == "“Yes”"

    practise(story)


def test_who_has_only_just_come_is_new(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = 0.0
    monkeypatch.setattr(Clock, "tick", lambda clock: moment)

    async def story(desk: PracticeDesk) -> None:
        nonlocal moment
        assert desk.view.is_new
        moment = 0.3
        assert not desk.view.is_new

    practise(story)


def test_a_result_taken_back_is_judged_anew() -> None:
    async def story(desk: PracticeDesk) -> None:
        await desk.act(Result("refused"))
        await desk.act(TakeBack())
        assert (name(desk), desk.told) == ("Nora", "")
        await desk.act(Result("not_home"))
        assert desk.told == "Practice: 1 of 1 right."

    practise(story)


def test_who_has_given_everyone_the_right_result_has_practised() -> None:
    told: list[str] = []

    async def practised() -> None:
        told.append("practised")

    desk = practise(all_right, practised)
    assert told == ["practised"]
    assert desk.told == "Practice: 10 of 10 right."
    assert desk.view.waiting is not None
    assert desk.view.waiting.text == (
        "Practice: 10 of 10 right.\nThe campaign knows that you have practised.\nPress q to leave practice."
    )


def test_what_to_look_at_again_is_listed_at_the_end() -> None:
    async def story(desk: PracticeDesk) -> None:
        await desk.act(Result("busy"))
        await all_right(desk)

    assert practise(story).told == (
        "Practice: 9 of 10 right.\nTo look at again:\n"
        "Nora: Not “Busy” but “Not home”: nobody answered, and the number is tried again by itself."
    )


def test_a_campaign_that_cannot_be_told_is_named_and_nothing_else_happens() -> None:
    async def offline() -> None:
        raise Offline("No answer came.")

    desk = practise(all_right, offline)
    assert desk.view.waiting is not None
    assert "The campaign could not be told that you have practised: No answer came." in desk.view.waiting.text


def test_who_skips_has_not_practised() -> None:
    async def never() -> None:
        raise AssertionError("told")

    async def story(desk: PracticeDesk) -> None:
        await desk.act(Skip())
        await all_right(desk)

    assert practise(story, never).told == "Practice: 9 of 9 right."


def test_what_is_for_real_calls_does_nothing_here() -> None:
    async def story(desk: PracticeDesk) -> None:
        await desk.write_down(AboutScript("too long"))
        assert said(desk) == "This is practice: nothing was written down."
        for refused in (desk.export(Path("file")), desk.sign_in("secret"), desk.correct(None, Correction("busy"))):  # type: ignore[arg-type]
            with pytest.raises(Refused, match="that key is for real calls"):
                await refused
        desk.take_along(40)
        assert said(desk) == "This is practice; that key is for real calls."
        assert desk.calls_today() == ()

    practise(story)
