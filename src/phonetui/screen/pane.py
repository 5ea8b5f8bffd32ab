"""Lines of text on the screen, of which only those that change are painted again."""

from __future__ import annotations

from collections.abc import Callable
from itertools import takewhile, zip_longest
from typing import NamedTuple

from rich.segment import Segment
from textual import events
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from phonetui.core.text import clean
from phonetui.screen.line import BLANK, Line, Role, Span, fit_line, reach, room, width
from phonetui.screen.right_to_left import isolated
from phonetui.screen.styles import style_of

#: Makes the lines for a width and a height in cells.
Drawing = Callable[[int, int], list[Line]]


class Piece(NamedTuple):
    """Cells of one row to be painted: `cells` of them from `x` on, the last ones blank where the row got shorter."""

    x: int
    y: int
    spans: Line
    cells: int

    @property
    def region(self) -> Region:
        """The cells as Textual names them."""
        return Region(self.x, self.y, self.cells, 1)


class Pane(Widget):
    """A column or a row of the screen, of fixed size or as high as its lines.

    Textual paints a whole widget again when its content changes; a pane knows the cells that did, so that the next
    voter costs a terminal few bytes.
    """

    class Clicked(Message):
        """A piece of text was clicked that stands for a key."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def __init__(self, drawing: Drawing, name: str = "", *, classes: str = "") -> None:
        super().__init__(id=name or None, classes=classes)
        self.lines: list[Line] = []
        self._drawing = drawing
        self._drawn = False

    def update(self) -> list[Piece]:
        """Draw anew; what changed and is yet to be painted, nothing while the pane has no size."""
        before = self.lines
        if self.size or (self.size.width and self.styles.is_auto_height):  # one without lines has no height to draw in
            self._draw()
        if len(before) != len(self.lines) and self.styles.is_auto_height:
            self.refresh(layout=True)  # at another height everything moves, and Textual paints it
            return []
        pairs = enumerate(zip_longest(before, self.lines, fillvalue=BLANK))
        return [_changed(y, old, new, self.content_size.width) for y, (old, new) in pairs if old != new]

    def place_of(self, role: Role, *, keys: bool = False, sign: str = "") -> Offset | None:
        """Where on the screen its first words of this style, with this sign, are; with `keys` also those of keys."""
        for y, line in enumerate(self.lines[: self.content_size.height]):
            for at, span in enumerate(line):
                if span.role == role and span.text.strip() and sign in span.text and (keys or not span.key):
                    return self.content_region.offset + Offset(width(line[:at]), y)
        return None

    def redraw(self) -> None:
        """Draw anew, and have Textual paint what changed."""
        changed = self.update()
        if changed:
            self.refresh(*(piece.region for piece in changed))

    def on_resize(self) -> None:
        """Another size, other lines."""
        self.redraw()

    def on_show(self) -> None:
        """What changed while it was hidden."""
        self.redraw()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many rows as there are lines."""
        return len(self._drawing(width, container.height))

    def render_line(self, y: int) -> Strip:
        """One row of the pane; the first paint comes before anybody has asked to draw."""
        if not self._drawn:
            self._draw()
        segments = [Segment(span.text, style_of(self.screen, span.role)) for span in self._line(y)]
        return Strip(segments).simplify().adjust_cell_length(self.content_size.width, style_of(self.screen, "text"))

    def _draw(self) -> None:
        self._drawn = True
        across, height = self.content_size
        self.lines = [safe(line, across) for line in self._drawing(across, height)]

    def _line(self, y: int) -> Line:
        return self.lines[y] if y < len(self.lines) else BLANK

    def on_click(self, event: events.Click) -> None:
        """Clicking what stands for a key is pressing it."""
        offset = event.get_content_offset(self)
        if offset is not None and (key := self._key_at(offset.x, offset.y)):
            self.post_message(self.Clicked(key))

    def _key_at(self, x: int, y: int) -> str:
        end = 0
        for span in self._line(y):
            end += width((span,))
            if x < end:
                return span.key
        return ""


def _changed(y: int, old: Line, new: Line, across: int) -> Piece:
    """From the first span of the line that differs to the last that does, or to the end of the longer line."""
    same = _alike(old, new)
    start, end = width(new[:same]), width(new)
    if {width(old), room(old), room(new)} == {end}:
        after = _alike(old[same:][::-1], new[same:][::-1])
        spans = new[same : len(new) - after]
        return Piece(start, y, spans, width(spans))
    shorter = max(min(room(old), across) - end, 0)
    return Piece(start, y, (*new[same:], Span(" " * shorter)), end + shorter - start)


def _alike(old: Line, new: Line) -> int:
    """How many spans the lines begin with that are the same."""
    return sum(1 for _ in takewhile(lambda spans: spans[0] == spans[1], zip(old, new, strict=False)))


def safe(line: Line, across: int) -> Line:
    """The last gate before the terminal: what presentation has cleaned and fitted passes as it is.

    What is read from right to left is kept to its own place.
    """
    if not all(span.text.isprintable() for span in line):
        line = tuple(span._replace(text=_safe_text(span.text)) for span in line)
    line = line if reach(line) <= across else fit_line(line, across)
    if all(span.text.isascii() for span in line):
        return line
    return tuple(span._replace(text=isolated(span.text)) for span in line)


def _safe_text(text: str) -> str:
    """Cleaned, the blanks around it kept; without a joiner at its end, which would tie it to what comes next."""
    if text.isprintable():
        return text
    before, after = len(text) - len(text.lstrip(" ")), len(text) - len(text.rstrip(" "))
    return " " * before + clean(text, len(text)).rstrip("\u200d") + " " * after
