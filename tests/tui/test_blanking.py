"""A caller leaves the desk for a moment, or has forgotten to: nobody who walks by reads a voter."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from textual import events

from phonetui.tui.blank_screen import BlankScreen
from phonetui.tui.blanking import WAKING
from tests.tui.desk_in_memory import DeskInMemory
from tests.tui.sample import SOO_JIN
from tests.tui.stage import Stage, play
from tests.tui.terminal import terminal

SOON, AN_HOUR = timedelta(seconds=0.3), timedelta(hours=1)
BLANK = "Press any key to come back."


async def wake(stage: Stage, key: str = "n") -> None:
    await stage.press(key)
    await stage.until(lambda: not is_blank(stage), "the call screen")


def is_blank(stage: Stage) -> bool:
    return isinstance(stage.app.screen, BlankScreen)


def nobody_is_there(stage: Stage) -> None:
    """As if for an hour."""
    assert stage.app._blanking is not None
    stage.app._blanking._last_input = float("-inf")
    stage.app._blanking._look()


async def blanked(stage: Stage) -> None:
    await stage.until(lambda: is_blank(stage), "a blank screen")
    await stage.sees(BLANK)


@pytest.mark.parametrize("key", ["n", "exclamation_mark", "u", "q", "ctrl+q", "ctrl+p", "ctrl+c", "escape", "f5", "z"])
def test_one_key_blanks_the_screen_and_any_key_brings_it_back_and_does_nothing_else(key: str) -> None:
    async def story(stage: Stage) -> None:
        await stage.press("space", "2", "i", "d", "o", "g", "enter")
        before = stage.lines
        await stage.press("z")
        assert [line for line in stage.lines if line] == [f" {BLANK}"]
        await wake(stage, key)
        await stage.sees("Soo-Jin")
        assert stage.lines == before
        assert stage.desk.done == []
        assert stage.desk.tries == 0
        assert not stage.app._exit

    play(story)


def test_a_key_held_down_to_wake_the_screen_saves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("phonetui.tui.blanking.WAKING", 60.0)

    async def story(stage: Stage) -> None:
        await stage.press("z")
        await wake(stage)
        await stage.press("n", "n", "y", "space")
        assert stage.desk.done == []
        assert stage.voter == "Soo-Jin De La Cruz"

    play(story)


def test_a_moment_after_waking_keys_count_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("phonetui.tui.blanking.WAKING", 0.0)

    async def story(stage: Stage) -> None:
        await stage.press("z", "n", "n")
        assert stage.desk.done == ["not_home Soo-Jin"]

    play(story)
    assert 0.66 < WAKING < 1  # keyboards wait for up to 0.66 s before they repeat


def test_what_is_pasted_on_a_blank_screen_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("phonetui.tui.blanking.WAKING", 60.0)

    async def story(stage: Stage) -> None:
        await stage.press("z")
        stage.app.post_message(events.Paste("nnn"))
        await stage.pilot.pause()
        assert is_blank(stage)
        await wake(stage)
        stage.app.post_message(events.Paste("!!"))
        await stage.pilot.pause()
        assert stage.desk.done == []
        assert stage.saved == ""

    play(story)


def test_a_click_wakes_and_presses_nothing() -> None:
    async def story(stage: Stage) -> None:
        row = next(y for y, line in enumerate(stage.lines) if "Not home" in line)
        at = (None, stage.lines[row].index("Not home"), row, 0, 0, 1, False, False, False)
        await stage.press("z")
        stage.app.post_message(events.MouseDown(*at))
        stage.app.post_message(events.MouseUp(*at))
        await stage.until(lambda: not is_blank(stage), "the call screen")
        await stage.pilot.pause()
        assert stage.desk.done == []

    play(story)


def test_it_blanks_by_itself_when_nobody_is_there() -> None:
    async def story(stage: Stage) -> None:
        await blanked(stage)

    play(story, blank_after=SOON)


def test_it_blanks_again_after_it_was_woken() -> None:
    async def story(stage: Stage) -> None:
        for _ in range(2):
            nobody_is_there(stage)
            await blanked(stage)
            await wake(stage)
            await stage.sees("Soo-Jin De La Cruz")

    play(story, blank_after=AN_HOUR)


def test_so_it_does_while_it_waits_for_voters() -> None:
    async def story(stage: Stage) -> None:
        await blanked(stage)

    play(story, DeskInMemory(()), blank_after=SOON)


def test_answers_that_were_left_open_are_blanked_and_come_back() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("/", "i", "d")
        before = stage.lines
        nobody_is_there(stage)
        await blanked(stage)
        await wake(stage)
        assert stage.lines == before

    play(story, blank_after=AN_HOUR)


@pytest.mark.parametrize("keys", [("y",), ("space",), ("!",), ("i", "x", "enter"), ("i",), ("c",), ("m",)])
def test_in_a_call_it_never_blanks_by_itself(keys: tuple[str, ...]) -> None:
    async def story(stage: Stage) -> None:
        await stage.press(*keys)
        nobody_is_there(stage)
        await stage.pilot.pause()
        assert not is_blank(stage)

    play(story, blank_after=AN_HOUR)


def test_after_the_call_it_does_again() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("y", "space", "w")
        assert stage.desk.done[-1] == "wrong_number Soo-Jin"
        nobody_is_there(stage)
        await blanked(stage)

    play(story, blank_after=AN_HOUR)


def test_where_the_application_ends_just_then_there_is_nothing_to_blank() -> None:
    async def story(stage: Stage) -> None:
        pass

    app = play(story, blank_after=AN_HOUR)
    assert app._blanking is not None
    app._blanking._last_input = float("-inf")
    app._blanking._look()
    assert app.screen_stack == []


def test_nothing_of_the_voter_is_left_in_the_terminal_nor_ever_in_its_title() -> None:
    with terminal() as shown:
        shown.sees("Soo-Jin De La Cruz")
        shown.press("z")
        shown.sees(lambda text: text.split("\n")[0] == f" {BLANK}")
        shown.settles()
        assert shown.text.strip() == BLANK
        before = len(shown.output)
        shown.press("n")
        shown.sees("Soo-Jin De La Cruz")
        assert b"saved" not in shown.output[before:]
        titles = [part.partition(b"\x07")[0] for part in shown.output.split(b"\x1b]")[1:]]
        assert {title for title in titles if title.startswith((b"0;", b"1;", b"2;"))} == {b"0;phonetui"}
        assert base64.b64encode(SOO_JIN.number.encode()) not in shown.output
