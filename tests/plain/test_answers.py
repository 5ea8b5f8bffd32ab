"""Questions of every kind, line by line: chosen, ticked, on a scale, typed."""

from __future__ import annotations

import pytest

from phonetui.core.campaign import Step
from tests.plain.talking import said_last, talk
from tests.tui.desk_in_memory import DeskInMemory
from tests.tui.test_script_on_screen import DATE, GIFT, ISSUES, SCALE, TEXT, desk


def answered(desk: DeskInMemory) -> dict[str, str]:
    return desk.call.draft.place.answers


def test_a_disclosure_is_read_before_a_talk_is_saved() -> None:
    told = said_last("t", desk=desk())
    assert told[0] == "Read the disclosure out and go on from it first; then “Talked” can be saved."
    talk("on", "t", desk=(read := desk()))
    assert read.done == ["talked Ana"]


def test_several_answers_are_ticked_and_on_goes_on() -> None:
    ticking = desk(ISSUES)
    assert said_last("on", "2", desk=ticking) == ["Chosen: Jobs."]
    ticking = desk(ISSUES)
    talk("on", "2", "1", "2", "on", desk=ticking)
    assert answered(ticking) == {"issues": "roads"}


def test_answers_from_a_talk_are_not_lost_by_one_line() -> None:
    scale = desk(SCALE)
    told = said_last("on", "3", "n", desk=scale)
    assert told == ["There are answers from a talk; type n again to save “Not home” without them."]
    assert scale.done == []
    talk("n", desk=scale)
    assert scale.done == ["not_home Ana"]


def test_the_number_of_a_scale_is_the_answer() -> None:
    scale = desk(SCALE)
    talk("on", "3", desk=scale)
    assert answered(scale) == {"support": "3"}


@pytest.mark.parametrize(
    ("step", "line", "answer"),
    [
        (DATE, "Dec 3", {"when": "2026-12-03"}),
        (DATE, "Friday", {"when": "2026-11-27"}),
        (DATE, "tomorrow", {"when": "2026-11-22"}),
        (DATE, "who", {}),
        (DATE, "talked", {}),
        (GIFT, "$25", {"gift": "25"}),
        (GIFT, "25", {"gift": "25"}),
        (GIFT, "0", {"gift": "0"}),
    ],
)
def test_what_has_a_digit_or_names_a_day_answers_a_question_that_is_typed(
    step: Step, line: str, answer: dict[str, str]
) -> None:
    typed = desk(step)
    talk("on", line, desk=typed)
    assert answered(typed) == answer


def test_a_typed_answer_that_cannot_be_says_why_and_asks() -> None:
    assert said_last("on", "31/31", desk=desk(DATE))[-1] == "Date, now: 31/31"


def test_what_is_no_word_here_answers_a_question_that_is_typed() -> None:
    talk("on", "six pm", desk=(text := desk(TEXT)))
    assert answered(text) == {"ride": "six pm"}
    assert said_last("on", "soonish", desk=desk(DATE))[-1] == "Date, now: soonish"
    talk("on", "25", "esc", "nurse", desk=(gift := desk(GIFT)))
    assert answered(gift) == {"gift": "25", "gift_occupation": "nurse"}


def test_at_the_last_step_going_on_says_what_ends_the_call() -> None:
    assert said_last("on", "25", "Nurse", "Clinic", "on", desk=desk(GIFT)) == ["Type enter to save Talked."]
    assert said_last("on", "1", "on", "on", "on", "on")[-1] == "The script ends here; type a result."


def test_words_are_typed_after_the_key_that_types() -> None:
    typed = desk(TEXT)
    assert said_last("on", "0", desk=typed)[-1] == "Answer:"
    talk("on", "0", "after six", desk=(text := desk(TEXT)))
    assert answered(text) == {"ride": "after six"}


def test_a_result_that_the_step_names_is_saved_by_enter() -> None:
    assert "Type enter to save Talked." in said_last(
        "on", "on", desk=desk(), short=False
    ) or "Type enter to save Talked." in said_last("on", desk=desk(), short=False)
