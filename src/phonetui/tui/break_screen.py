"""A break: nothing of the voter is in view, and any key goes on."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.screen import Screen

from phonetui.client.pacing import Pacing
from phonetui.screen.line import Line
from phonetui.screen.pane import Pane
from phonetui.screen.styles import STYLES
from phonetui.tui.presentation.numbers import resting_lines


class BreakScreen(Screen[None]):
    """Says since when there is a break, and for how long so far."""

    COMPONENT_CLASSES = STYLES

    def __init__(self, told: str, pacing: Pacing) -> None:
        """`told` is the break in words."""
        super().__init__()
        self._told, self._pacing = told, pacing
        self._words = Pane(self._lines, classes="words")

    def compose(self) -> ComposeResult:
        """A few words."""
        yield self._words

    def on_mount(self) -> None:
        """The time goes on."""
        self.set_interval(1, self._words.redraw)

    def on_key(self, event: events.Key) -> None:
        """Any key ends it, and does nothing else."""
        event.stop()
        self.dismiss()

    def on_click(self) -> None:
        """So does the mouse."""
        self.dismiss()

    def _lines(self, width: int, height: int) -> list[Line]:
        return resting_lines(self._told, self._pacing.rested, width)
