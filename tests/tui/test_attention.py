"""Whoever has looked away is told that somebody is there to be called."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from phonetui.client.view import View
from phonetui.tui import title_pane
from phonetui.tui.app import PhonetuiApp
from tests.tui.desk_in_memory import DeskInMemory
from tests.tui.sample import HOUSEHOLDS, NOW
from tests.tui.stage import Stage, Story, play


class PromisingDesk(DeskInMemory):
    """Vernon was promised a call."""

    @property
    def view(self) -> View:
        view = super().view
        is_vernon = view.call.voter is not None and view.call.voter.first_name.startswith("Vernon")
        return msgspec.structs.replace(view, promised_at=NOW if is_vernon else None)


LINE = "Here is somebody to call."


@pytest.fixture
def beeps(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    heard: list[str] = []
    monkeypatch.setattr(PhonetuiApp, "bell", lambda app: heard.append("beep"))
    return heard


def waiting(seconds: int, seen: list[str]) -> tuple[Story, DeskInMemory]:
    """Somebody waits for so long until voters come; `seen` is the first line then."""
    desk = DeskInMemory([])

    async def story(stage: Stage) -> None:
        await stage.sees("No voters left just now")
        desk.now += timedelta(seconds=seconds)
        desk.to_call = list(HOUSEHOLDS)
        desk._next()
        desk.change()
        await stage.sees("Soo-Jin De La Cruz")
        await stage.pilot.pause()
        seen.append(stage.lines[0])

    return story, desk


def test_who_comes_after_a_wait_is_announced_by_a_beep_and_by_a_flash(beeps: list[str]) -> None:
    seen: list[str] = []
    play(*waiting(10, seen))
    assert beeps == ["beep"]
    assert LINE in seen[0]


def test_each_can_be_switched_off(beeps: list[str]) -> None:
    seen: list[str] = []
    play(*waiting(10, seen), beep=False)
    assert (beeps, LINE in seen[0]) == ([], True)
    play(*waiting(10, seen), flash=False)
    assert (beeps, LINE in seen[1]) == (["beep"], False)


def test_who_hardly_waited_is_looking_already(beeps: list[str]) -> None:
    seen: list[str] = []
    play(*waiting(9, seen))
    assert (beeps, LINE in seen[0]) == ([], False)


def test_the_title_comes_back(beeps: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(title_pane, "FLASH", 0.01)
    story, desk = waiting(10, [])

    async def whole(stage: Stage) -> None:
        await story(stage)
        await stage.sees("Riverside Votes · Weekend turnout")

    play(whole, desk)


def test_the_next_voter_after_a_result_is_no_surprise(beeps: list[str]) -> None:
    async def story(stage: Stage) -> None:
        await stage.press("n")
        await stage.sees("Vernon")
        assert LINE not in stage.lines[0]

    play(story)
    assert beeps == []


def test_who_comes_by_ones_own_key_is_no_surprise(beeps: list[str]) -> None:
    desk = DeskInMemory(HOUSEHOLDS[:1])

    async def story(stage: Stage) -> None:
        await stage.press("n")
        await stage.sees("No voters left just now")
        desk.now += timedelta(minutes=5)
        desk.change()
        await stage.press("u")
        await stage.sees("Soo-Jin De La Cruz")
        assert LINE not in stage.lines[0]

    play(story, desk)
    assert beeps == []


def test_who_was_promised_a_call_is_announced_once(beeps: list[str]) -> None:
    desk = PromisingDesk()

    async def story(stage: Stage) -> None:
        assert beeps == []
        await stage.press("n")
        await stage.sees("Vernon")
        await stage.sees(LINE)
        desk.change(unsent=1)
        await stage.pilot.pause(0.1)

    play(story, desk)
    assert beeps == ["beep"]
