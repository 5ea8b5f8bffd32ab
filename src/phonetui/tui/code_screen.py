"""A message for a phone's camera: a QR code, black on white in every theme; in words where it cannot be drawn."""

from __future__ import annotations

from rich.segment import Segment
from textual import events
from textual.app import ComposeResult
from textual.geometry import Size
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from phonetui.core.follow_up import Message
from phonetui.core.refusal import Refused
from phonetui.dial.qr import qr_code, size
from phonetui.tui.pane import Pane
from phonetui.tui.presentation.code import code_foot, code_title, message_lines
from phonetui.tui.presentation.line import Line
from phonetui.tui.styles import INK, STYLES


class Code(Widget):
    """The code itself, in the middle of its place."""

    def __init__(self, rows: tuple[str, ...]) -> None:
        super().__init__(id="code")
        self._rows = rows
        self.styles.width, self.styles.height = size(rows)

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """As wide as the code."""
        return size(self._rows)[0]

    def render_line(self, y: int) -> Strip:
        """One row, two of the code's squares high."""
        return Strip([Segment(self._rows[y], INK)]) if y < len(self._rows) else Strip.blank(self.size.width)


class CodeScreen(Screen[bool]):
    """Enter says that the message was sent, Escape that it was not."""

    COMPONENT_CLASSES = STYLES

    def __init__(self, link: str, to_send: Message) -> None:
        super().__init__()
        self._to_send = to_send
        try:
            self._rows = qr_code(link)
        except Refused:
            self._rows = ()
        self._title = Pane(self._title_lines, "code-title")
        self._code = Code(self._rows)
        self._words = Pane(lambda width, height: message_lines(to_send, width))

    def compose(self) -> ComposeResult:
        """Whom it is for, the code or the words, and the keys."""
        yield self._title
        yield self._code
        yield self._words
        yield Pane(lambda width, height: [code_foot(width)], "code-foot", classes="row")

    def on_resize(self) -> None:
        """The code as long as there is room for all of it; no camera reads less."""
        self._code.display = self._can_be_drawn
        self._words.display = not self._code.display
        self._title.redraw()

    @property
    def _can_be_drawn(self) -> bool:
        """Whether there are colours, blocks, and room for it between the title and the keys."""
        if not self._rows or self.app.no_color or not self.app.console.encoding.startswith("utf"):
            return False
        columns, rows = size(self._rows)
        return columns <= self.app.size.width and rows + 2 <= self.app.size.height

    def _title_lines(self, width: int, height: int) -> list[Line]:
        return code_title(self._to_send, width, drawn=self._can_be_drawn)

    def on_key(self, event: events.Key) -> None:
        """Sent, or not."""
        event.stop()
        if event.key in ("enter", "escape"):
            self.dismiss(event.key == "enter")

    def on_pane_clicked(self, event: Pane.Clicked) -> None:
        """Clicking what stands for a key is pressing it."""
        if event.key in ("enter", "escape"):
            self.dismiss(event.key == "enter")
