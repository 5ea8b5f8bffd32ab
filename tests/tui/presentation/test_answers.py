from __future__ import annotations

import msgspec

from phonetui.tui.presentation.answers import answer_lines, found
from tests.tui.presentation.drawn import alone, text
from tests.tui.sample import CAMPAIGN, SOO_JIN, VERNON


def questions(typed: str) -> list[str]:
    return [reply.question["en"] for reply in found(alone(VERNON), typed)]


def test_all_answers_are_there_before_anything_is_typed() -> None:
    assert len(questions("")) == 4


def test_every_word_typed_must_be_there_in_whatever_case() -> None:
    assert questions("MAIL vote") == ["How do I vote by mail?"]
    assert questions("mail zebra") == []


def test_words_in_the_question_come_before_words_in_the_answer() -> None:
    assert questions("state") == ["Where did you get my number?", "Do I need to bring an ID?"]
    assert questions("number")[0] == "Where did you get my number?"


def test_the_chosen_answer_is_open_and_speaks_to_this_voter() -> None:
    shown = alone(VERNON)
    assert text(answer_lines(shown, found(shown, "mail"), 0, 36)) == [
        "▸ How do I vote by mail?",
        "  Ask the county clerk for a ballot",
        "  by November 26. It must be back by",
        "  noon on Tuesday, December 8.",
        "",
    ]


def test_nothing_found_is_said() -> None:
    shown = alone(SOO_JIN)
    assert text(answer_lines(shown, [], 0, 36)) == ["Nothing found; try another word."]
    bare = alone(SOO_JIN, campaign=msgspec.structs.replace(CAMPAIGN, replies=()))
    assert text(answer_lines(bare, [], 0, 50)) == ["The campaign has written no answers."]
