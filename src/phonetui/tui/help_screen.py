"""Help: every key."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.geometry import Offset
from textual.screen import Screen

from phonetui.client.view import View
from phonetui.core.keymap import Keymap
from phonetui.core.keys import show_key
from phonetui.core.translation import tr
from phonetui.tui.pane import STYLES, Pane
from phonetui.tui.presentation.help import help_lines
from phonetui.tui.presentation.line import Line, Span, join
from phonetui.tui.script_pane import ScriptPane


class HelpScreen(Screen[bool]):
    """Any key but those that scroll goes back to the call; between calls Enter, which it answers, to the tour."""

    COMPONENT_CLASSES = STYLES

    def __init__(self, view: View, keys: Keymap) -> None:
        super().__init__()
        self._offers_tour = not view.in_call
        self._help = ScriptPane(lambda width, height: help_lines(view, keys, width), self._foot)

    def compose(self) -> ComposeResult:
        """The keys under a title."""
        yield Pane(lambda width, height: [(Span(tr("Every key")),)], classes="row")
        yield Pane(lambda width, height: [], classes="row")
        yield self._help

    def place_that_matters(self) -> Offset:
        """The first of the keys."""
        return self._help.content_region.offset

    def on_key(self, event: events.Key) -> None:
        """Scroll, or back to the call."""
        event.stop()
        if event.key in ("space", "pagedown", "down"):
            self._help.scroll(1)
        elif event.key in ("backspace", "pageup", "up"):
            self._help.scroll(-1)
        else:
            self._leave(event.key)

    def on_pane_clicked(self, event: Pane.Clicked) -> None:
        """Clicking what stands for a key is pressing it."""
        self._leave(event.key)

    def _leave(self, key: str) -> None:
        self.dismiss(self._offers_tour and key == "enter")

    def _foot(self, more: bool) -> Line:
        on = (Span(show_key("space"), "accent"), Span(f" {tr('more')}", "quiet")) if more else ()
        tour = _foot_key("enter", tr("tour")) if self._offers_tour else ()
        return join([on, tour, _foot_key("escape", tr("back to the call"))], "  ")


def _foot_key(key: str, words: str) -> Line:
    return (Span(show_key(key), "accent", key), Span(f" {words}", "quiet", key))
