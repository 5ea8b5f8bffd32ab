"""A caller who is new is offered a tour; it takes no key from a call, and points at one pane after the other.

`PHONETUI_NEW_GOLDENS=1 pytest tests/tui/test_tour.py` writes its pictures in `goldens/` anew; look at what changed.
"""

from __future__ import annotations

import msgspec
import pytest

from phonetui.client.first_shift import FirstShift
from phonetui.client.view import Line
from phonetui.core.tour import STOPS
from phonetui.core.translation import use
from tests.core.test_call_script import REEDS, SCRIPT
from tests.tui.desk_in_memory import DeskInMemory
from tests.tui.sample import NOW
from tests.tui.stage import Stage, play
from tests.tui.test_pictures import SIZES, compare
from tests.tui.test_script_on_screen import END, TEXT

OFFER = "New here? Press ? and then Enter for a short tour."
CHECKLIST = "To begin: phone charged, headphones on, script read?"


def new_caller() -> DeskInMemory:
    desk = DeskInMemory()
    desk.first_shift = FirstShift(is_new=True)
    return desk


def test_the_offer_stands_below_the_first_voter_and_every_key_does_what_it_always_does() -> None:
    async def story(stage: Stage) -> None:
        assert stage.lines[-3:-1] == [f" {OFFER}", f" {CHECKLIST}"]
        assert stage.voter == "Soo-Jin De La Cruz"
        await stage.press("space")
        assert stage.saved == CHECKLIST
        await stage.press("n")
        assert stage.desk.done == ["not_home Soo-Jin"]

    play(story, new_caller())


def test_whoever_is_not_new_sees_no_offer_and_has_the_tour_all_the_same() -> None:
    async def story(stage: Stage) -> None:
        assert OFFER not in "".join(stage.lines)
        await stage.press("?", "enter")
        await stage.sees("1 of 5: Whom you call: dial the number on your own phone. y copies it.")

    play(story)


def test_any_key_goes_on_from_pane_to_pane_and_does_nothing_else() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("?", "enter")
        for number, key in enumerate(["n", "1", "u", "space", "q"], start=1):
            await stage.sees(f"{number} of 5: ")
            await stage.press(key)
        await stage.until(lambda: "of 5: " not in "".join(stage.lines), "the end")
        assert stage.desk.done == []
        assert not stage.desk.first_shift.is_new
        assert "┃" not in "".join(stage.lines)
        assert stage.saved == ""
        await stage.press("n")
        assert stage.desk.done == ["not_home Soo-Jin"]

    play(story, new_caller())


def test_where_words_are_to_be_typed_a_letter_goes_on_and_is_held_for_no_answer() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("?", "enter", "n")
        await stage.sees("2 of 5: ")
        await stage.press("escape", "n")
        assert stage.saved == "n: Not home, unless you type on; Esc takes it back."

    play(story, DeskInMemory([REEDS], msgspec.structs.replace(SCRIPT, steps=(TEXT, END))))


def test_escape_leaves_and_the_next_key_is_the_calls() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("?", "enter", "n", "escape", "n")
        assert stage.desk.done == ["not_home Soo-Jin"]

    play(story, new_caller())


def test_ctrl_c_leaves_the_tour_and_is_wanted_twice_as_ever() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("?", "enter", "ctrl+c")
        assert stage.saved == "Press q, or Ctrl-C again, to leave; everything is saved."
        await stage.press("ctrl+c")
        assert stage.app._exit

    play(story)


def test_during_a_call_there_is_no_tour_to_take_its_keys() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("y", "?")
        assert stage.status == "Space more  Esc back to the call"
        await stage.press("enter", "n")
        assert stage.desk.done == ["dial +18125550166", "not_home Soo-Jin"]

    play(story, new_caller())


def test_what_the_desk_has_to_say_comes_before_the_offer() -> None:
    async def story(stage: Stage) -> None:
        stage.desk.change(line=Line("offline", NOW, why="The network is unreachable."))
        await stage.sees("The network is unreachable.")
        assert OFFER not in "".join(stage.lines)

    play(story, new_caller())


def test_a_voter_who_comes_meanwhile_is_there_and_the_tour_goes_on() -> None:
    async def story(stage: Stage) -> None:
        homes, stage.desk.to_call = stage.desk.to_call, []
        stage.desk.call = type(stage.desk.call)()
        stage.desk.change()
        await stage.press("?", "enter")
        await stage.sees("1 of 5: ")
        stage.desk.to_call = homes
        stage.desk._next()
        stage.desk.change()
        await stage.sees("┃Soo-Jin De La Cruz")
        await stage.press("escape", "n")
        assert stage.desk.done == ["not_home Soo-Jin"]

    play(story, new_caller())


def test_a_command_from_the_palette_is_carried_out_and_ends_the_tour() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("?", "enter", "ctrl+p")
        await stage.sees("Skip  (s)")
        await stage.types("wrong")
        await stage.sees("Wrong number  (w)")
        await stage.press("enter")
        await stage.until(lambda: stage.desk.done == ["wrong_number Soo-Jin"], "the result")
        assert "of 5: " not in "".join(stage.lines)

    play(story)


def test_the_words_at_the_foot_can_be_clicked() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("?")
        await stage.click("tour")
        await stage.sees("1 of 5: ")
        await stage.click("leaves")
        await stage.until(lambda: "of 5: " not in "".join(stage.lines), "the end")

    play(story)


def test_without_colour_bars_point_and_the_cursor_is_at_the_words() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("?", "enter")
        await stage.sees("1 of 5: ")
        assert all(line.startswith("┃") and line[23] == "┃" for line in stage.lines[1:-4])
        assert stage.app.screen.place_that_matters() == (1, 20)  # type: ignore[attr-defined]

    play(story, theme="plain")


def at(stop: int, desk: DeskInMemory, size: tuple[int, int]) -> str:
    """The screen at a stop; at 0 the offer."""
    drawn: list[str] = []

    async def story(stage: Stage) -> None:
        if stop:
            await stage.press("?", "enter", *("space",) * (stop - 1))
        drawn.extend(stage.lines)

    play(story, desk, size=size)
    return "\n".join([*drawn, ""])


@pytest.mark.parametrize("size", SIZES, ids=lambda size: "{}x{}".format(*size))
@pytest.mark.parametrize("stop", range(len(STOPS) + 1))
@pytest.mark.parametrize("language", ["en", "es"])
def test_each_stop_to_the_character(language: str, stop: int, size: tuple[int, int]) -> None:
    use(language)
    name = f"tour_{stop}" if stop else "tour_offered"
    compare(f"{language}/{name}_{size[0]}x{size[1]}.txt", at(stop, new_caller(), size))
