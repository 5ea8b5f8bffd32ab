"""A blank screen: nothing of the voter is left in the terminal until somebody presses a key."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.screen import Screen

from phonetui.tui.pane import Pane
from phonetui.tui.presentation.words import come_back_lines
from phonetui.tui.styles import STYLES


class BlankScreen(Screen[None]):
    """Says how to come back and nothing else. `Blanking` takes the key that does."""

    COMPONENT_CLASSES = STYLES

    def compose(self) -> ComposeResult:
        """One sentence."""
        yield Pane(lambda width, height: come_back_lines(width), classes="words")
