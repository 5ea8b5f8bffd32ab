"""Numbers, a break, today's calls and practice, line by line."""

from __future__ import annotations

from tests.plain.talking import talk
from tests.tui.test_numbers_and_review import after_three_calls


def test_the_numbers_are_said_in_sentences_without_bars() -> None:
    text = talk("=", desk=after_three_calls())
    assert "This shift: 3 calls, 1 person reached (33%), 1 talk, in 15 min: 4.0 talks an hour." in text
    assert "3 of 40 calls to today's goal; the 37 left will reach about 6 people." in text
    assert "Not home: 2" in text
    assert "█" not in text


def test_a_line_ends_the_break() -> None:
    text = talk("p", "", desk=after_three_calls())
    assert "Welcome back, after 0 s." in text


def test_a_call_of_today_is_corrected_line_by_line() -> None:
    desk = after_three_calls()
    text = talk("o", "2", "2", "kind", "6", desk=desk)
    assert "Talked, not sent yet" in text
    assert desk.done == ["correct e1 to talked {'plan': 'sure'} “kind”"]


def test_practice_is_said_to_be_practice_and_leads_back_to_the_real_voter() -> None:
    text = talk("%", "n", "q")
    assert "PRACTICE, nothing is counted or sent: Riverside Votes, Weekend turnout" in text
    assert "Right: nobody answered, and the number is tried again by itself." in text
    assert "Practice: 1 of 1 right." in text
    read_on = talk("%", "n", "on", "q")
    assert read_on.index("Do you plan to vote?") < read_on.index("“Yes, already sure”")
    assert text.index("Practice is over; here are your real calls again.") < text.rindex("Soo-Jin")
