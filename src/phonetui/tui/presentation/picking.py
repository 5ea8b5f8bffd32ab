"""Entries to pick from, under one another."""

from __future__ import annotations

from collections.abc import Sequence

from phonetui.core.translation import tr
from phonetui.tui.presentation.line import BLANK, Line, Role, Span, wrap

#: Cells before each entry: the mark of the chosen one, its digit, blanks.
INDENT = 5
MOST_DIGITS = 9


def pick_lines(entries: Sequence[Sequence[str]], chosen: int, width: int, height: int) -> list[Line]:
    """As many of the entries as fit, the chosen one among them."""
    drawn = [_entry(lines, place, place == chosen, width) for place, lines in enumerate(entries)]
    end = sum(map(len, drawn[: chosen + 1])) - 1  # without the blank line after it
    top = max(end - height, 0)
    return [line for lines in drawn for line in lines][top : top + height]


def pick_foot(count: int) -> Line:
    """The keys."""
    digits = f"1–{min(count, MOST_DIGITS)}" if count > 1 else "1"
    return (
        Span(digits, "accent"),
        Span(f" {tr('or')} ", "quiet"),
        Span("↑↓ Enter", "accent"),
        Span(f" {tr('choose')}  ", "quiet"),
        Span("Esc", "accent", "escape"),
        Span(f" {tr('back')}", "quiet", "escape"),
    )


def _entry(lines: Sequence[str], place: int, is_chosen: bool, width: int) -> list[Line]:
    role: Role = "accent" if is_chosen else "text"
    digit = str(place + 1) if place < MOST_DIGITS else ""
    mark = f"{'▸' if is_chosen else ' '} {digit:<{INDENT - 2}}"
    title, *more = lines
    first, *others = wrap(title, width - INDENT)
    drawn: list[Line] = [(Span(mark, role, digit), Span(first, role, digit))]
    drawn += [(Span(" " * INDENT + other, role, digit),) for other in others]
    for text in more:
        drawn += [(Span(" " * INDENT + line, "quiet", digit),) for line in wrap(text, width - INDENT)]
    return [*drawn, BLANK]
