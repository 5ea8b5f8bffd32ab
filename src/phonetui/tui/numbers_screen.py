"""The shift's numbers."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.geometry import Offset
from textual.screen import Screen

from phonetui.core.campaign import Campaign
from phonetui.core.keys import show_key
from phonetui.core.pace import Pace
from phonetui.core.translation import tr
from phonetui.tui.pane import STYLES, Pane
from phonetui.tui.presentation.line import Line, Span
from phonetui.tui.presentation.numbers import numbers_lines
from phonetui.tui.script_pane import ScriptPane


class NumbersScreen(Screen[None]):
    """Any key but those that scroll goes back to the call."""

    COMPONENT_CLASSES = STYLES

    def __init__(self, campaign: Campaign, pace: Pace) -> None:
        super().__init__()
        self._board: Sequence[str] = ()
        self._numbers = ScriptPane(lambda width, height: numbers_lines(campaign, pace, self._board, width), self._foot)

    def compose(self) -> ComposeResult:
        """The numbers under a title."""
        yield Pane(lambda width, height: [(Span(tr("Numbers")),)], classes="row")
        yield Pane(lambda width, height: [], classes="row")
        yield self._numbers

    def show_board(self, board: Sequence[str]) -> None:
        """Below them, once the campaign server has answered."""
        self._board = board
        if self.is_mounted:
            self._numbers.redraw()

    def place_that_matters(self) -> Offset:
        """The first of the numbers."""
        return self._numbers.content_region.offset

    def on_key(self, event: events.Key) -> None:
        """Scroll, or back to the call."""
        event.stop()
        if event.key in ("space", "pagedown", "down"):
            self._numbers.scroll(1)
        elif event.key in ("backspace", "pageup", "up"):
            self._numbers.scroll(-1)
        else:
            self.dismiss()

    def on_pane_clicked(self, event: Pane.Clicked) -> None:
        """The words that close close."""
        self.dismiss()

    def _foot(self, more: bool) -> Line:
        on = (Span(show_key("space"), "accent"), Span(f" {tr('more')}  ", "quiet")) if more else ()
        return (*on, Span("Esc", "accent", "escape"), Span(f" {tr('back to the call')}", "quiet", "escape"))
