"""Leaving loses nothing but by the caller's own word; a break goes on after a power cut."""

from __future__ import annotations

from datetime import timedelta

import pytest

from phonetui.client.pacing import Pacing
from phonetui.client.today import Today
from phonetui.core.pace import Break
from phonetui.core.refusal import Refused
from phonetui.tui.break_screen import BreakScreen
from tests.tui.desk_in_memory import DeskClock, DeskInMemory
from tests.tui.sample import NOW
from tests.tui.stage import Stage, play


async def type_about_somebody_who_goes(stage: Stage) -> None:
    """As where the campaign withdraws the voter during the call."""
    await stage.press("i")
    await stage.sees("Note")
    await stage.types("ride")
    await stage.press("enter")
    stage.desk.change(typed_is_lost=True)
    await stage.comes_to_rest()


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40)])
def test_who_leaves_is_told_whose_note_would_be_lost_and_may_stay_to_save_a_result(size: tuple[int, int]) -> None:
    async def story(stage: Stage) -> None:
        await type_about_somebody_who_goes(stage)
        await stage.press("q")
        await stage.sees("1 leave without it  2 stay")
        asked = " ".join(line.strip() for line in stage.lines)
        assert (
            "What you typed about Soo-Jin has no result, and they are no longer on your list. Save one to keep it."
        ) in " ".join(asked.split())
        assert "everything is saved" not in asked
        await stage.press("2")
        await stage.comes_to_rest()
        assert not stage.app._exit
        await stage.press("r")
        assert stage.desk.done == ["refused Soo-Jin"]

    play(story, size=size)


def test_who_leaves_without_it_says_so() -> None:
    async def story(stage: Stage) -> None:
        await type_about_somebody_who_goes(stage)
        await stage.press("q")
        await stage.sees("1 leave without it")
        await stage.press("1")
        await stage.until(lambda: stage.app._exit, "the end")
        assert stage.desk.call.household is None

    play(story)


def test_where_nothing_is_lost_the_key_is_wanted_twice_as_ever() -> None:
    async def story(stage: Stage) -> None:
        await type_about_somebody_who_goes(stage)
        stage.desk.change(typed_is_lost=False)
        await stage.comes_to_rest()
        await stage.press("q")
        await stage.sees("Press q again to leave; everything is saved.")
        await stage.press("q")
        await stage.until(lambda: stage.app._exit, "the end")
        assert stage.desk.call.draft.note == "ride"

    play(story)


def test_a_break_from_before_a_power_cut_goes_on_until_a_key() -> None:
    desk = DeskInMemory()
    rested = [Break(NOW - timedelta(minutes=20))]
    desk.pacing = Pacing(desk.shift, Today([]), DeskClock(desk), breaks=rested)

    async def story(stage: Stage) -> None:
        await stage.until(lambda: isinstance(stage.app.screen, BreakScreen), "the break")
        await stage.sees("On a break since")
        await stage.press("n")
        await stage.sees("Welcome back, after 20 min.")
        assert (stage.desk.done, stage.desk.pacing.resting_since) == ([], None)

    play(story, desk)


def test_a_break_that_cannot_be_kept_is_a_break_all_the_same() -> None:
    desk = DeskInMemory()

    async def full(one: Break) -> None:
        raise Refused("The disk is full.")

    desk.pacing = Pacing(desk.shift, Today([]), DeskClock(desk), keep=full)

    async def story(stage: Stage) -> None:
        await stage.press("p")
        await stage.sees("On a break since")
        await stage.press("n")
        await stage.sees("! The disk is full.")
        assert stage.desk.pacing.resting_since is None

    play(story, desk)
