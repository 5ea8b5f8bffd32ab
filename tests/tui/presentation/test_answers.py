from __future__ import annotations

from phonetui.core.replies import ReadyReply
from phonetui.tui.presentation.answers import answer_lines, answers_foot, found
from tests.tui.presentation.drawn import KEYS, alone, text
from tests.tui.sample import VERNON

REPLIES = [
    ReadyReply("Where do I vote?", "Mill Creek School\n200 Mill Ct"),
    ReadyReply("How do I vote by mail, and until when?", "Ask the county clerk for a ballot."),
]


def test_the_chosen_answer_is_open() -> None:
    assert text(answer_lines(REPLIES, 0, 26)) == [
        "▸ Where do I vote?",
        "  Mill Creek School",
        "  200 Mill Ct",
        "",
        "  How do I vote by mail,",
        "  and until when?",
    ]


def test_it_speaks_to_this_voter() -> None:
    [reply, *_] = found(alone(VERNON), "mail")
    assert reply.answer.endswith("It must be back by noon on Tuesday, December 8.")


def test_nothing_found_is_said() -> None:
    assert text(answer_lines([], 0, 36)) == ["Nothing found; try another word."]
    assert text(answer_lines([], 0, 50, typed=False)) == ["The campaign has written no answers."]


def test_the_foot_says_how_keys_go_back_to_the_script_and_to_the_line() -> None:
    assert text([answers_foot(KEYS, 60, more=True, typing=True)]) == ["PgDn more  ↑↓ choose  Tab script  Esc closes"]
    assert text([answers_foot(KEYS, 27, more=False, typing=True)]) == ["Tab script  Esc closes"]
    assert text([answers_foot(KEYS, 12, more=True, typing=True)]) == ["PgDn more  Esc closes"]
    assert text([answers_foot(KEYS, 60, more=False, typing=False)]) == ["↑↓ choose  / type  Esc closes"]
