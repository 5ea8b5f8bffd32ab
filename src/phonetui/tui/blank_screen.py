"""A blank screen: nothing of the voter is left in the terminal until somebody presses a key."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.screen import Screen

from phonetui.screen.pane import Pane
from phonetui.screen.styles import STYLES
from phonetui.tui.presentation.words import come_back_lines


class BlankScreen(Screen[None]):
    """Says how to come back and nothing else. `Blanking` takes the key that does."""

    COMPONENT_CLASSES = STYLES

    def compose(self) -> ComposeResult:
        """One sentence."""
        yield Pane(lambda width, height: come_back_lines(width), classes="words")
