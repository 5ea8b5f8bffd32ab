from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from phonetui.screen.line import (
    BLANK,
    Line,
    Span,
    columns,
    fit,
    flow,
    join,
    keep,
    pad,
    spread,
    text_lines,
    width,
    wrap,
)


def plain(line: Line) -> str:
    return "".join(span.text for span in line)


def test_what_fits_stays_as_it_is() -> None:
    assert fit("Soo-Jin De La Cruz", 18) == "Soo-Jin De La Cruz"


def test_a_long_name_is_shortened_with_an_ellipsis() -> None:
    assert fit("Maximilian Whitfield", 12) == "Maximilian…"


def test_wide_characters_count_for_two_cells() -> None:
    assert fit("金秀珍", 6) == "金秀珍"
    assert fit("金秀珍", 5) == "金秀…"
    assert cell_len(fit("金秀珍", 4)) <= 4


def test_no_room_shows_nothing() -> None:
    assert fit("Ana", 0) == ""


def test_text_is_cleaned_before_it_is_measured() -> None:
    assert fit("A\x1b[31mna\u202e", 10) == "A[31mna"
    assert wrap("one\x07 two\x9b", 10) == ["one two"]


def test_paragraphs_are_broken_between_words_and_keep_their_own_breaks() -> None:
    assert wrap("Hi, is this Ana?\n\nMy name is Dana.", 10) == ["Hi, is", "this Ana?", "", "My name is", "Dana."]


def test_a_word_longer_than_the_line_is_broken() -> None:
    assert wrap("see example.org/how-to-vote now", 10) == ["see", "example.or", "g/how-to-v", "ote now"]


def test_blank_lines_of_a_text_stay() -> None:
    assert text_lines("a\n\nb", 5, "accent") == [(Span("a", "accent"),), BLANK, (Span("b", "accent"),)]


@given(st.text(max_size=60), st.integers(2, 30))
def test_no_text_gets_wider_than_its_column(text: str, cells: int) -> None:
    assert cell_len(fit(text, cells)) <= cells
    assert all(cell_len(line) <= cells for line in wrap(text, cells))


def test_a_line_is_spread_to_both_ends_and_its_left_end_gives_way() -> None:
    assert plain(spread((Span("left"),), (Span("right"),), 14)) == "left     right"
    assert plain(spread((Span("a long left end"),), (Span("right"),), 14)) == "a long…  right"


def test_parts_are_joined_and_those_that_are_empty_left_out() -> None:
    assert plain(join([(Span("a"),), BLANK, (Span("b"),)])) == "a · b"


def test_pieces_flow_into_as_many_lines_as_they_need() -> None:
    pieces = [(Span("one"),), (Span("two"),), (Span("three"),)]
    assert [plain(line) for line in flow(pieces, 9)] == ["one · two", "three"]


def test_columns_are_filled_from_top_to_bottom() -> None:
    cells = [(Span(letter),) for letter in "abcde"]
    assert [plain(line).rstrip() for line in columns(cells, 2, 8)] == ["a   d", "b   e", "c"]
    assert all(width(line) == 8 for line in columns(cells, 2, 8))


def test_a_line_is_padded_to_its_column() -> None:
    assert plain(pad((Span("ab"),), 4)) == "ab  "
    assert plain(pad((Span("abcdef"),), 4)) == "abc…"


def test_the_least_needed_lines_go_first_and_from_the_bottom() -> None:
    ranked = [(0, (Span("name"),)), (2, BLANK), (1, (Span("party"),)), (2, BLANK), (0, (Span("number"),))]
    assert [plain(line) for line in keep(ranked, 4)] == ["name", "", "party", "number"]
    assert [plain(line) for line in keep(ranked, 2)] == ["name", "number"]
