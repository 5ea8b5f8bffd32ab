"""A list to pick from, each entry of one line or more."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.geometry import Offset
from textual.screen import Screen

from phonetui.screen.line import Span
from phonetui.screen.pane import Pane
from phonetui.screen.picking import pick_foot, pick_lines
from phonetui.screen.styles import STYLES
from phonetui.screen.terminal import waits


class PickScreen(Screen[int | None]):
    """A digit picks, or up and down and Enter; Escape goes back. Answers with the entry's place, from 0."""

    COMPONENT_CLASSES = STYLES

    def __init__(self, title: str, entries: Sequence[Sequence[str]], early: list[events.Key]) -> None:
        """`early` are keys for the list from before it is there; it puts those there that come after the pick."""
        super().__init__()
        self._early = early
        self._is_ready = self._is_over = False
        self._title = title
        self._entries = entries
        self._chosen = 0
        self._list = Pane(self._lines)

    def compose(self) -> ComposeResult:
        """The entries between a title and the keys."""
        yield Pane(lambda width, height: [(Span(self._title),)], classes="row")
        yield Pane(lambda width, height: [], classes="row")
        yield self._list
        yield Pane(lambda width, height: [pick_foot(len(self._entries))], classes="row")

    def on_mount(self) -> None:
        """What was typed ahead is for the list, once the screen below has read all that it was sent."""
        below = self.app.screen_stack[-2]
        if waits(below):
            below.call_later(self.on_mount)
            return
        self._is_ready = True
        while self._early and not self._is_over:
            self.press(self._early.pop(0).key)

    def place_that_matters(self) -> Offset | None:
        """The chosen entry."""
        return self._list.place_of("accent", keys=True)

    def on_key(self, event: events.Key) -> None:
        """Choose, pick or close."""
        event.stop()
        if self._is_ready and not self._is_over:
            self.press(event.key)
        else:
            self._early.append(event)

    def press(self, key: str) -> None:
        """What the key of this name does."""
        last = len(self._entries) - 1
        if key == "escape":
            self._pick(None)
        elif key == "enter":
            self._pick(self._chosen)
        elif key in ("up", "down"):
            self._chosen = min(max(self._chosen + (1 if key == "down" else -1), 0), last)
            self._list.redraw()
        elif key.isdecimal() and 1 <= int(key) <= min(last + 1, 9):
            self._pick(int(key) - 1)

    def _pick(self, place: int | None) -> None:
        if not self._is_over:
            self._is_over = True
            self.dismiss(place)

    def on_pane_clicked(self, event: Pane.Clicked) -> None:
        """Clicking an entry is picking it."""
        self.press(event.key)

    def _lines(self, width: int, height: int) -> list[tuple[Span, ...]]:
        return pick_lines(self._entries, self._chosen, width, height)
