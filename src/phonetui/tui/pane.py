"""Lines of text on the screen, of which only those that change are painted again."""

from __future__ import annotations

from collections.abc import Callable
from itertools import takewhile, zip_longest
from typing import get_args

from rich.segment import Segment
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from phonetui.core.text import clean
from phonetui.tui.presentation.line import BLANK, Line, Role, width

#: Makes the lines for a width and a height in cells.
Drawing = Callable[[int, int], list[Line]]

#: The component classes of every screen that holds panes.
STYLES: set[str] = set(get_args(Role))


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

    def update(self) -> list[Region]:
        """Draw anew; the cells that changed and are yet to be painted, empty while the pane has no size."""
        before = self.lines
        if self.size:
            self._draw()
        if len(before) != len(self.lines) and self.styles.is_auto_height:
            self.refresh(layout=True)  # at another height everything moves, and Textual paints it
            return []
        pairs = enumerate(zip_longest(before, self.lines, fillvalue=BLANK))
        return [_changed(y, old, new) for y, (old, new) in pairs if old != new]

    def redraw(self) -> None:
        """Draw anew, and have Textual paint what changed."""
        changed = self.update()
        if changed:
            self.refresh(*changed)

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
        return self.piece(Region(0, y, self.content_size.width, 1))

    def piece(self, cells: Region) -> Strip:
        """Part of a row, from the start of a span on."""
        style = self.screen.get_component_rich_style
        x, segments = 0, []
        for span in self._line(cells.y):
            if x >= cells.x:
                segments.append(Segment(_safe(span.text), style(span.role)))
            x += width((span,))
        return Strip(segments).simplify().adjust_cell_length(cells.width, style("text"))

    def _draw(self) -> None:
        self._drawn = True
        self.lines = self._drawing(*self.content_size)

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


def _changed(y: int, old: Line, new: Line) -> Region:
    """From the first piece of the line that differs to the end of the longer one."""
    same = tuple(takewhile(lambda spans: spans[0] == spans[1], zip(old, new, strict=False)))
    start = width(tuple(span for span, _ in same))
    return Region(start, y, max(width(old), width(new)) - start, 1)


def _safe(text: str) -> str:
    """The last gate before the terminal: what presentation has cleaned passes as it is."""
    return text if text.isprintable() else clean(text, len(text))
