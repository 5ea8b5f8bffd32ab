"""A text to read in place of the call: every key, the shift's numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from textual import events
from textual.app import ComposeResult
from textual.geometry import Offset
from textual.screen import Screen

from phonetui.core.keys import show_key
from phonetui.core.translation import tr
from phonetui.screen.line import Line, Span, join
from phonetui.screen.pane import Pane
from phonetui.screen.script_pane import ScriptPane
from phonetui.screen.styles import STYLES

Answer = TypeVar("Answer")


class ReadingScreen(Screen[Answer]):
    """A text under a title. Any key but those that scroll goes back to the call."""

    COMPONENT_CLASSES = STYLES

    def __init__(self, title: str, text: Callable[[int], list[Line]]) -> None:
        """`text` is made for a width."""
        super().__init__()
        self._title = title
        self.text = ScriptPane(lambda width, height: text(width), self._foot)

    def compose(self) -> ComposeResult:
        """Title and text."""
        yield Pane(lambda width, height: [(Span(self._title),)], classes="row")
        yield Pane(lambda width, height: [], classes="row")
        yield self.text

    def place_that_matters(self) -> Offset:
        """The text's first line."""
        return self.text.content_region.offset

    def on_key(self, event: events.Key) -> None:
        """Scroll, or back to the call."""
        event.stop()
        if event.key in ("space", "pagedown", "down"):
            self.text.scroll(1)
        elif event.key in ("backspace", "pageup", "up"):
            self.text.scroll(-1)
        else:
            self.leave(event.key)

    def on_pane_clicked(self, event: Pane.Clicked) -> None:
        """Clicking what stands for a key is pressing it."""
        self.leave(event.key)

    def leave(self, key: str) -> None:
        """Back to the call, by this key."""
        self.dismiss()

    def ways_on(self) -> Line:
        """What else the foot offers."""
        return ()

    def _foot(self, more: bool) -> Line:
        on = (Span(show_key("space"), "accent"), Span(f" {tr('more')}", "quiet")) if more else ()
        return join([on, self.ways_on(), foot_key("escape", tr("back to the call"))], "  ")


def foot_key(key: str, words: str) -> Line:
    """A key at the foot and what it does; clicking either is pressing it."""
    return (Span(show_key(key), "accent", key), Span(f" {words}", "quiet", key))
