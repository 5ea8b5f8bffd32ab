from __future__ import annotations

from phonetui.client.view import Waiting
from phonetui.tui.presentation.words import details_line, too_small_lines, waiting_lines
from tests.tui.presentation.drawn import KEYS, of_role, text, view


def test_why_there_is_no_voter_stands_where_the_script_was() -> None:
    shown = view(None, waiting=Waiting("Outside calling hours", "Calling opens tomorrow at 9:00 am, their time."))
    lines = waiting_lines(shown, 30)
    assert text(lines) == ["", "Outside calling hours", "", "Calling opens tomorrow at 9:00", "am, their time."]
    assert of_role(lines, "accent") == ["Outside calling hours"]


def test_a_window_that_is_too_small_says_what_is_needed() -> None:
    assert " ".join(text(too_small_lines(52, 18))) == (
        "This window has 52 columns and 18 rows; phonetui needs 60 and 20. Make it larger to go on; nothing is lost."
    )


def test_no_word_of_it_is_cut_by_the_columns_that_stay_empty() -> None:
    lines = text(too_small_lines(50, 15))
    assert max(map(len, lines)) <= 48
    assert " ".join(lines).endswith("Make it larger to go on; nothing is lost.")


def test_even_the_smallest_window_is_not_overflown() -> None:
    assert len(too_small_lines(8, 3)) == 3


def test_the_details_say_how_to_get_back_to_the_script() -> None:
    assert text([details_line(KEYS, more=True)]) == ["Space more  Tab script"]
    assert text([details_line(KEYS, more=False)]) == ["Tab script"]
