"""Questions of every kind on the call screen: ticked, chosen on a scale, typed; the script in another language."""

from __future__ import annotations

import msgspec
import pytest

from phonetui.core.campaign import Answer, Question, Step
from phonetui.tui import begun_answer
from tests.core.test_call_script import LEES, REEDS, SCRIPT
from tests.tui.desk_in_memory import DeskInMemory
from tests.tui.stage import Stage, play

DISCLOSURE, _, ISSUES, GIFT, END = SCRIPT.steps
DATE = Step("when", question=Question("when", {"en": "What day?"}, kind="date"))
TEXT = Step("ride", question=Question("ride", {"en": "When shall we ring?"}, kind="text"))
POINTS = (Answer("1", {"en": "Against"}), Answer("2", {}), Answer("3", {"en": "For"}))
SCALE = Step("support", question=Question("support", {"en": "How much?"}, POINTS, "scale"))


def desk(*steps: Step) -> DeskInMemory:
    """Two households, and a script of the disclosure, these steps and an end that names its result."""
    return DeskInMemory([REEDS, LEES], msgspec.structs.replace(SCRIPT, steps=(DISCLOSURE, *steps, END)))


def answers(stage: Stage) -> dict[str, str]:
    return stage.desk.call.draft.place.answers


def test_a_talk_before_the_disclosure_is_refused_on_the_screen() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("t")
        await stage.sees("Read the disclosure out and go on from it first; then “Talked” can be saved.")
        await stage.press("space", "t")
        assert stage.desk.done == ["talked Ana"]

    play(story, desk())


def test_digits_tick_several_answers_and_space_goes_on() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("space", "space")
        await stage.sees("The script goes on with an answer to this question; or choose a result.")
        await stage.press("2")
        said, asked, tick, on, *choices = stage.script[:6]
        assert (said, asked, f"{tick} {on}") == ("Hi Ana!", "Which?", "Tick all that are named; Space goes on.")
        assert choices == ["1   Roads", "2 ✓ Jobs"]
        await stage.press("1", "2", "space")
        assert answers(stage) == {"issues": "roads"}
        assert stage.script[0] == "Thank you!"

    play(story, desk(ISSUES))


def test_the_digit_of_a_scale_is_the_answer() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("space")
        assert stage.script[:4] == ["How much?", "1   Against", "2", "3   For"]
        await stage.press("3")
        assert answers(stage) == {"support": "3"}

    play(story, desk(SCALE))


def test_enter_opens_the_line_for_what_is_typed_and_what_is_wrong_stays_to_be_mended() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("space")
        assert stage.script[:2] == ["What day?", "Enter  Date"]
        await stage.press("enter")
        await stage.types("soon")
        await stage.press("enter")
        await stage.sees("! Type a date with its month by name, such as Nov 3, or 2026-11-03, tomorrow")
        assert stage.status == "Date  soon"
        await stage.press(*["backspace"] * 4)
        await stage.types("Dec 3")
        await stage.press("enter")
        await stage.until(lambda: stage.script[0] == "Thank you!")
        assert answers(stage) == {"when": "2026-12-03"}
        await stage.press("backspace")
        assert stage.script[1:3] == ["Enter  Date", "✓ Thursday, December 3, 2026"]

    play(story, desk(DATE))


def test_a_digit_begins_what_is_typed_and_escape_leaves_it() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("space", "2", "5")
        await stage.until(lambda: stage.status == "Amount in USD  25")
        await stage.press("enter")
        await stage.until(lambda: stage.status == "Occupation")
        await stage.types("Nurse")
        await stage.press("enter")
        await stage.until(lambda: stage.status == "Employer")
        await stage.press("escape")
        await stage.until(lambda: "✓ Nurse" in stage.script)
        assert answers(stage) == {"gift": "25", "gift_occupation": "Nurse"}
        assert stage.script[:3] == ["Read this out first:", "Only Riverside Votes may ask.", "Will you give?"]
        assert stage.script[3] == "Enter  Amount in USD"

    play(story, desk(GIFT))


def test_a_zero_begins_what_is_typed_too() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("space", "0", "enter")
        await stage.until(lambda: stage.script[0] == "Thank you!")
        assert answers(stage) == {"gift": "0"}

    play(story, desk(GIFT))


def test_text_is_saved_as_it_is_typed_and_escape_leaves_what_was_there() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("space", "enter")
        await stage.types("At noon")
        await stage.until(lambda: answers(stage) == {"ride": "At noon"})
        assert stage.script[0] == "When shall we ring?"
        await stage.press("escape")
        await stage.until(lambda: answers(stage) == {})
        assert stage.script[0] == "When shall we ring?"
        await stage.press("enter")
        await stage.until(lambda: stage.status.endswith("  At noon"), "what was typed")

    play(story, desk(TEXT))


def test_enter_saves_the_result_that_the_step_names() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("enter")
        assert stage.saved == "There is nothing to type at this step."
        await stage.press("space")
        assert "Enter  Talked" in stage.script
        await stage.press("0")
        assert stage.desk.done == []
        await stage.press("enter")
        assert stage.desk.done == ["talked Ana"]
        assert stage.voter == "Ben Reed"

    play(story, desk())


def test_a_key_reads_script_results_and_place_in_the_other_language_for_this_voter() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("space", "v")
        assert stage.script[0] == "¡Hola, Ana!"
        assert stage.script[-1].startswith("es · 2 of 3 ·")
        await stage.sees("t  Conversó")
        await stage.press("n")
        assert stage.voter == "Cho Lee"
        await stage.sees("t  Talked")

    play(story, desk(ISSUES))


LONG = Step("long", {"en": "\n".join(f"line {number}" for number in range(60))})


def test_a_long_script_keeps_its_place_when_the_caller_comes_back_to_it() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("space")
        assert stage.script[0] == "line 0"
        await stage.press("space", "tab", "tab")
        at = stage.script[0]
        assert at != "line 0"
        while stage.desk.call.draft.place.step_id == "long":
            last = stage.script[0]
            await stage.press("space")
        await stage.press("backspace")
        assert stage.script[0] == last
        await stage.press("n")
        await stage.press("space")
        assert stage.script[0] == "line 0"

    play(story, desk(LONG))


# -- a letter where words are to be typed ------------------------------------------------------------------------------


def test_whoever_types_without_enter_begins_the_answer_and_saves_no_result() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("space", "n")
        assert stage.saved == "n: Not home, unless you type on; Esc takes it back."
        await stage.types("ear")
        await stage.until(lambda: stage.status == "Answer  near")
        await stage.press("enter")
        await stage.until(lambda: answers(stage) == {"ride": "near"})
        assert stage.desk.done == []

    play(story, desk(TEXT))


def test_a_result_there_is_one_press_and_a_moment_without_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(begun_answer, "TYPING_ON", 0.05)

    async def story(stage: Stage) -> None:
        await stage.press("space", "r")
        await stage.until(lambda: bool(stage.desk.done))
        assert stage.desk.done == ["refused Ana"]

    play(story, desk(TEXT))


def test_what_asks_further_is_answered_without_waiting() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("space", "c", "1")
        await stage.until(lambda: bool(stage.desk.done))
        assert stage.desk.done[0].startswith("call_back Ana at")

    play(story, desk(TEXT))


def test_another_key_carries_the_result_out_first_and_escape_takes_it_back() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("space", "r", "escape")
        assert stage.saved == "Taken back; nothing was saved."
        await stage.press("r", "tab")
        assert stage.desk.done == ["refused Ana"]

    play(story, desk(TEXT))


def test_a_letter_before_enter_begins_the_answer_and_so_does_one_that_skips() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("space", "s", "enter")
        await stage.until(lambda: stage.status == "Answer  s")
        await stage.types("ix")
        await stage.press("enter")
        await stage.until(lambda: answers(stage) == {"ride": "six"})
        assert stage.desk.done == []

    play(story, desk(TEXT))


def test_where_the_answer_is_given_already_a_result_is_saved_at_once() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("space", "enter", "6", "enter", "backspace", "r")
        assert stage.desk.done == ["refused Ana"]

    play(story, desk(TEXT))
