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
from phonetui.tui.presentation.line import Line, Span
from phonetui.tui.script_pane import ScriptPane


class HelpScreen(Screen[None]):
    """Any key but those that scroll goes back to the call."""

    COMPONENT_CLASSES = STYLES

    def __init__(self, view: View, keys: Keymap) -> None:
        super().__init__()
        self._keys = keys
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
            self.dismiss()

    def on_pane_clicked(self, event: Pane.Clicked) -> None:
        """The words that close close."""
        self.dismiss()

    def _foot(self, more: bool) -> Line:
        on = (Span(show_key("space"), "accent"), Span(f" {tr('more')}  ", "quiet")) if more else ()
        return (*on, Span("Esc", "accent", "escape"), Span(f" {tr('back to the call')}", "quiet", "escape"))
