"""Lines of styled text, and fitting text into columns measured in terminal cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from rich.cells import cell_len

from phonetui.core.text import clean
from phonetui.screen.steady import cut, most_cells

#: The four styles. Accent marks what to do now, alarm what cannot wait; ink is for a camera, and has no theme.
Role = Literal["text", "quiet", "accent", "alarm", "ink"]


class Span(NamedTuple):
    """A piece of a line. Clicking it presses `key`, a key by its name in the keymap; an empty one does nothing."""

    text: str
    role: Role = "text"
    key: str = ""


#: The longest name or line of a script that is drawn; nothing longer is meant for people.
LONGEST = 2000

#: One line of the screen, from left to right.
Line = tuple[Span, ...]
BLANK: Line = ()
#: What stands between facts in one line.
BETWEEN = " · "


def cells_of(text: str) -> int:
    """How many cells the text takes."""
    return len(text) if text.isascii() else cell_len(text)


def width(line: Line) -> int:
    """How many cells the line takes."""
    return sum([cells_of(span.text) for span in line])


def room(line: Line) -> int:
    """How many cells the spans take in the terminal that takes the most."""
    return sum([_room_of(span.text) for span in line])


def reach(line: Line) -> int:
    """How far to the right any terminal draws, each span beginning in its own column."""
    start = furthest = 0
    for span in line:
        furthest = max(furthest, start + _room_of(span.text))
        start += cells_of(span.text)
    return furthest


def fit(text: str, cells: int) -> str:
    """`text`, cleaned, on one line of at most `cells` cells, shortened with an ellipsis."""
    return _shorten(clean(text, LONGEST), cells)


def _shorten(text: str, cells: int) -> str:
    if _room_of(text) <= cells:
        return text
    return cut(text, cells - 1)[0].rstrip() + "…" if cells > 0 else ""


def _room_of(text: str) -> int:
    return len(text) if text.isascii() else most_cells(text)


def wrap(text: str, cells: int) -> list[str]:
    """`text`, cleaned, in lines of at most `cells` cells, broken between words; its own line breaks are kept."""
    paragraphs = text.splitlines() or [""]
    return [line for paragraph in paragraphs for line in _wrap_paragraph(clean(paragraph, LONGEST), max(cells, 2))]


def _wrap_paragraph(paragraph: str, cells: int) -> Iterator[str]:
    if _room_of(paragraph) <= cells:
        yield paragraph
        return
    line = ""
    for word in paragraph.split():
        if line and _room_of(line) + 1 + _room_of(word) > cells:
            yield line
            line = ""
        *full, rest = _chopped(word, cells)
        if full and line:
            yield line
            line = ""
        yield from full
        line = f"{line} {rest}" if line else rest
    yield line


def _chopped(word: str, cells: int) -> Iterator[str]:
    if _room_of(word) <= cells:
        yield word
        return
    while word:
        head, word = cut(word, cells)
        yield head


def text_lines(text: str, cells: int, role: Role = "text") -> list[Line]:
    """`text`, wrapped, as lines of one style."""
    return [(Span(line, role),) if line else BLANK for line in wrap(text, cells)]


def fit_line(line: Line, cells: int) -> Line:
    """As much of the line as fits; the span that does not is shortened, those after it are left out."""
    fitted: list[Span] = []
    for span in line:
        room = cells - width(tuple(fitted))
        if room <= 0:
            break
        fitted.append(span._replace(text=_shorten(span.text, room)))
    return tuple(fitted)


def spread(left: Line, right: Line, cells: int) -> Line:
    """One line with `left` at its left end and `right` at its right end; `left` is shortened where both do not fit."""
    right = fit_line(right, cells)
    left = fit_line(left, cells - width(right) - 2)
    return (*left, Span(" " * (cells - width(left) - width(right))), *right)


def pad(line: Line, cells: int) -> Line:
    """The line fitted and filled up to exactly `cells` cells."""
    fitted = fit_line(line, cells)
    return (*fitted, Span(" " * (cells - width(fitted))))


def join(parts: Iterable[Line], between: str = BETWEEN) -> Line:
    """The parts that are not empty, in one line."""
    joined: list[Span] = []
    for part in filter(None, parts):
        joined += [Span(between, "quiet"), *part] if joined else part
    return tuple(joined)


def flow(pieces: Iterable[Line], cells: int, between: str = BETWEEN) -> list[Line]:
    """The pieces one after the other in as many lines as they need, none broken unless it is longer than a line."""
    lines: list[Line] = []
    for piece in filter(None, pieces):
        longer = join([lines[-1], piece], between) if lines else piece
        if lines and width(longer) <= cells:
            lines[-1] = longer
        else:
            lines.append(fit_line(piece, cells))
    return lines


def columns(cells: Sequence[Line], count: int, across: int) -> list[Line]:
    """The cells in `count` columns over `across` cells of width, filled column by column."""
    rows = -(-len(cells) // count)
    each = across // count
    filled = [*cells, *[BLANK] * (rows * count - len(cells))]
    return [sum((pad(filled[row + rows * column], each) for column in range(count)), ()) for row in range(rows)]


def keep(ranked: Sequence[tuple[int, Line]], height: int) -> list[Line]:
    """The lines that fit: those with the greatest rank go first, from the bottom up; rank 0 stays to the last."""
    left = list(ranked)
    while len(left) > max(height, 0):
        index = max(range(len(left)), key=lambda at: (left[at][0], at))
        del left[index]
    return [line for _, line in left]
