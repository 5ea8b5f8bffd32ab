"""A number in digits that can be read from across the desk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from phonetui.core.person import group_number
from phonetui.screen.line import BLANK, Line, Span, fit

#: Rows of a digit, three squares each; a square is about twice as high as a cell is wide.
_SHAPES = {
    "0": ("###", "# #", "# #", "# #", "###"),
    "1": (" # ", "## ", " # ", " # ", "###"),
    "2": ("###", "  #", "###", "#  ", "###"),
    "3": ("###", "  #", "###", "  #", "###"),
    "4": ("# #", "# #", "###", "  #", "  #"),
    "5": ("###", "#  ", "###", "  #", "###"),
    "6": ("###", "#  ", "###", "# #", "###"),
    "7": ("###", "  #", "  #", "  #", "  #"),
    "8": ("###", "# #", "###", "# #", "###"),
    "9": ("###", "# #", "###", "  #", "###"),
    "+": ("   ", " # ", "###", " # ", "   "),
}
#: Cells that a square is wide and high, the largest first.
_SIZES = ((6, 3), (4, 2), (2, 1), (1, 1))


def large_lines(number: str, width: int, height: int, block: str = "█") -> list[Line]:
    """A number in E.164, its groups one below the other or side by side, as large as there is room for.

    `block` is what its squares are made of. Where there is room for none of it, it is written as usual.
    """
    grouped = group_number(number)
    groups = re.findall(r"[+\d]+", grouped)
    for across, down in _SIZES:
        for rows in _arranged(groups, across, down):
            if len(rows) <= height and max(map(len, rows)) <= width:
                return [(Span(row.rstrip().replace("#", block)),) if row.strip() else BLANK for row in rows]
    return [(Span(fit(grouped, width), "accent"),)]


def _arranged(groups: list[str], across: int, down: int) -> Iterator[list[str]]:
    """The rows of the groups below each other, then of all in one line."""
    drawn = [[_row(group, row // down, across) for row in range(5 * down)] for group in groups]
    yield list(chain.from_iterable([*each, *[""] * down] for each in drawn))[:-down]
    yield [(" " * 3 * across).join(rows) for rows in zip(*drawn, strict=True)]


def _row(group: str, row: int, across: int) -> str:
    return (" " * across).join("".join(square * across for square in _SHAPES[digit][row]) for digit in group)
