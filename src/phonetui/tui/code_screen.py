"""A message for a phone's camera: a QR code, black on white in every theme; in words where it cannot be drawn."""

from __future__ import annotations

from rich.segment import Segment
from textual import events
from textual.app import ComposeResult
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from phonetui.core.follow_up import Message
from phonetui.core.refusal import Refused
from phonetui.dial.qr import BORDER, NARROW_BORDER, qr_code, size
from phonetui.screen.line import Line
from phonetui.screen.pane import Pane
from phonetui.screen.styles import INK, STYLES
from phonetui.tui.presentation.code import code_foot, code_title, message_lines


class Code(Widget):
    """The code itself, in the middle of its place."""

    def __init__(self) -> None:
        super().__init__(id="code")
        self._rows: tuple[str, ...] = ()

    def show(self, rows: tuple[str, ...]) -> None:
        """Draw these rows from now on."""
        self._rows = rows
        if rows:
            self.styles.width, self.styles.height = size(rows)
        self.refresh(layout=True)

    def render_line(self, y: int) -> Strip:
        """One row, two of the code's squares high."""
        return Strip([Segment(self._rows[y], INK)]) if y < len(self._rows) else Strip.blank(self.size.width)


def _codes(link: str) -> list[tuple[str, ...]]:
    """The code with all the paper around it that it should have, and with as much as cameras do with."""
    try:
        return [qr_code(link, border) for border in (BORDER, NARROW_BORDER)]
    except Refused:
        return []


class CodeScreen(Screen[bool]):
    """Enter says that the message was sent, Escape that it was not."""

    COMPONENT_CLASSES = STYLES

    def __init__(self, link: str, to_send: Message) -> None:
        super().__init__()
        self._to_send = to_send
        self._codes = _codes(link)
        self._title = Pane(self._title_lines, "code-title")
        self._code = Code()
        self._words = Pane(lambda width, height: message_lines(to_send, width))

    def compose(self) -> ComposeResult:
        """Whom it is for, the code or the words, and the keys."""
        yield self._title
        yield self._code
        yield self._words
        yield Pane(lambda width, height: [code_foot(width)], "code-foot", classes="row")

    def on_resize(self) -> None:
        """The code as long as there is room for all of it; no camera reads less."""
        rows = self._fitting
        self._code.show(rows)
        self._code.display = bool(rows)
        self._words.display = not rows
        self._title.redraw()

    @property
    def _fitting(self) -> tuple[str, ...]:
        """The code for which there is room between the title and the keys; none without colours or blocks."""
        if self.app.no_color or not self.app.console.encoding.startswith("utf"):
            return ()
        return next((rows for rows in self._codes if self._has_room(*size(rows))), ())

    def _has_room(self, columns: int, rows: int) -> bool:
        return columns <= self.app.size.width and rows + 2 <= self.app.size.height

    def _title_lines(self, width: int, height: int) -> list[Line]:
        return code_title(self._to_send, width, drawn=bool(self._fitting))

    def on_key(self, event: events.Key) -> None:
        """Sent, or not."""
        event.stop()
        if event.key in ("enter", "escape"):
            self.dismiss(event.key == "enter")

    def on_pane_clicked(self, event: Pane.Clicked) -> None:
        """Clicking what stands for a key is pressing it."""
        if event.key in ("enter", "escape"):
            self.dismiss(event.key == "enter")
