"""What is typed for an answer, and how it is said."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from phonetui.core.answers import in_words, label, read
from phonetui.core.campaign import Answer, Campaign, Question, QuestionKind
from phonetui.core.refusal import Refused
from tests.core.example import CAMPAIGN

#: A Friday.
TODAY = date(2026, 11, 20)
PEOPLE = Question("people", {}, kind="number")
WHEN = Question("when", {}, kind="date")
GIFT = Question("gift", {}, kind="pledge", employer=True, least=5, most=3500)


def typed(question: Question, text: str, campaign: Campaign = CAMPAIGN) -> str:
    return read(campaign, question, question.id, text, TODAY)


@pytest.mark.parametrize(("text", "kept"), [("4", "4"), (" 04 ", "4"), ("0", "0"), ("1,200", "1200"), ("٤", "4")])
def test_a_number_is_kept_in_digits(text: str, kept: str) -> None:
    assert typed(PEOPLE, text) == kept


@pytest.mark.parametrize("text", ["four", "-1", "1.5", "1,20", "4 5", "12345678901234", ""])
def test_what_is_no_whole_number_is_refused(text: str) -> None:
    with pytest.raises(Refused, match=r"^Type a whole number of at least 0, such as 2\.$"):
        typed(PEOPLE, text)


@pytest.mark.parametrize("text", ["1", "13", "x"])
def test_a_number_beyond_its_bounds_is_refused_with_an_example_between_them(text: str) -> None:
    bounded = Question("months", {}, kind="number", least=4, most=12)
    with pytest.raises(Refused, match=r"^Type a whole number from 4 to 12, such as 4\.$"):
        typed(bounded, text)


@pytest.mark.parametrize(
    ("text", "kept"),
    [("25", "25"), ("$25", "25"), ("25 USD", "25"), ("usd 25.00", "25"), ("$1,500", "1500"), ("0", "0")],
)
def test_an_amount_is_kept_as_a_whole_number(text: str, kept: str) -> None:
    assert typed(GIFT, text) == kept


@pytest.mark.parametrize("text", ["4", "3501", "25.50", "€25", "a lot"])
def test_an_amount_that_may_not_be_given_is_refused(text: str) -> None:
    with pytest.raises(Refused, match=r"^Type a whole amount in USD from 5 to 3,500, such as 25, or 0 for none\.$"):
        typed(GIFT, text)


def test_an_amount_without_bounds_in_another_currency() -> None:
    euros, gift = msgspec.structs.replace(CAMPAIGN, currency="EUR"), Question("gift", {}, kind="pledge")
    assert typed(gift, "€25", euros) == "25"
    with pytest.raises(Refused, match=r"^Type a whole amount in EUR of at least 1, such as 25, or 0 for none\.$"):
        typed(gift, "$25", euros)


def test_free_text_is_kept_as_it_is_but_for_what_no_screen_shows() -> None:
    assert typed(Question("ride", {}, kind="text"), " At noon;\x1b[2J ring twice ") == "At noon;[2J ring twice"
    assert read(CAMPAIGN, GIFT, "gift_occupation", "25", TODAY) == "25"


def test_a_date_is_kept_with_its_year_first() -> None:
    assert typed(WHEN, "Nov 24") == "2026-11-24"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("2026-11-03", "2026-11-03"),
        ("11/24", "2026-11-24"),
        ("24 de noviembre", "2026-11-24"),
        ("today", "2026-11-20"),
        ("Mañana", "2026-11-21"),
        ("Sat", "2026-11-21"),
        ("in 3 days", "2026-11-23"),
    ],
)
def test_dates_are_typed_as_for_a_call_back(text: str, kept: str) -> None:
    assert typed(WHEN, text) == kept


@pytest.mark.parametrize("text", ["", "soon", "2/30", "Nov 31", "3", "6pm", "tomorrow 6pm", "in 20 minutes"])
def test_what_is_no_date_is_refused_with_examples(text: str) -> None:
    with pytest.raises(
        Refused,
        match=r"^Type a date with its month by name, such as Nov 3, or 2026-11-03, tomorrow or Saturday\.$",
    ):
        typed(WHEN, text)


def test_a_day_that_is_past_is_no_answer_where_the_question_is_about_one_ahead() -> None:
    ahead = msgspec.structs.replace(WHEN, ahead=True)
    assert typed(ahead, "today") == TODAY.isoformat()
    assert typed(WHEN, "2025-11-03") == "2025-11-03"
    with pytest.raises(Refused, match=r"^Monday, November 3, 2025, is past; type today or a day that is ahead\.$"):
        typed(ahead, "2025-11-03")


def test_of_a_date_that_may_be_two_both_are_told() -> None:
    with pytest.raises(Refused, match=r"^“11/3” may be .*; type the date, like Nov 3\.$"):
        typed(WHEN, "11/3")


KINDS: list[tuple[QuestionKind, str, str]] = [
    ("one", "yes", "Yes, sure"),
    ("several", "no;yes", "Yes, sure, no"),
    ("number", "4", "4"),
    ("date", "2026-11-24", "Tuesday, November 24, 2026"),
    ("date", "At noon", "At noon"),
    ("text", "At noon; ring", "At noon; ring"),
    ("pledge", "25", "25 USD"),
]


@pytest.mark.parametrize(("kind", "answer", "said"), KINDS)
def test_answers_in_words(kind: QuestionKind, answer: str, said: str) -> None:
    question = Question("q", {}, (Answer("yes", {"en": "Yes, sure"}), Answer("no", {})), kind)
    assert in_words(CAMPAIGN, question, "q", answer, "en") == said


def test_a_date_is_said_in_the_language_of_the_script() -> None:
    assert in_words(CAMPAIGN, WHEN, "when", "2026-11-24", "es").startswith("martes")


def test_what_is_to_be_typed_has_a_name() -> None:
    kinds: list[QuestionKind] = ["number", "date", "text", "pledge"]
    names = [label(CAMPAIGN, Question("q", {}, kind=kind), "q") for kind in kinds]
    assert names == ["Number", "Date", "Answer", "Amount in USD"]
    assert label(CAMPAIGN, GIFT, "gift_occupation") == "Occupation"
    assert label(CAMPAIGN, GIFT, "gift_employer") == "Employer"
