"""A list to pick from, each entry of one line or more."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.geometry import Offset
from textual.screen import Screen

from phonetui.tui.pane import STYLES, Pane
from phonetui.tui.presentation.line import Span
from phonetui.tui.presentation.picking import pick_foot, pick_lines


class PickScreen(Screen[int | None]):
    """A digit picks, or up and down and Enter; Escape goes back. Answers with the entry's place, from 0."""

    COMPONENT_CLASSES = STYLES

    def __init__(self, title: str, entries: Sequence[Sequence[str]], early: Sequence[events.Key] = ()) -> None:
        """`early` are keys that were pressed before the list was there."""
        super().__init__()
        self._early = early
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
        """What was typed ahead is for the list."""
        for event in self._early:
            self.press(event.key)

    def place_that_matters(self) -> Offset | None:
        """The chosen entry."""
        return self._list.place_of("accent", keys=True)

    def on_key(self, event: events.Key) -> None:
        """Choose, pick or close."""
        event.stop()
        self.press(event.key)

    def press(self, key: str) -> None:
        """What the key of this name does."""
        last = len(self._entries) - 1
        if key == "escape":
            self.dismiss(None)
        elif key == "enter":
            self.dismiss(self._chosen)
        elif key in ("up", "down"):
            self._chosen = min(max(self._chosen + (1 if key == "down" else -1), 0), last)
            self._list.redraw()
        elif key.isdecimal() and 1 <= int(key) <= min(last + 1, 9):
            self.dismiss(int(key) - 1)

    def on_pane_clicked(self, event: Pane.Clicked) -> None:
        """Clicking an entry is picking it."""
        self.press(event.key)

    def _lines(self, width: int, height: int) -> list[tuple[Span, ...]]:
        return pick_lines(self._entries, self._chosen, width, height)
