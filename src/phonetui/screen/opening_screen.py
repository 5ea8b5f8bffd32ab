"""What stands on the screen while the desk is opened; it needs nothing but Textual, so that it is there at once."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Static

from phonetui.screen.terminal import INTERRUPTED


class OpeningScreen(Screen[None]):
    """The name, and a way out."""

    def compose(self) -> ComposeResult:
        """One line where the title will be."""
        yield Static("phonetui", classes="row quiet")

    def on_key(self, event: events.Key) -> None:
        """Leaving is possible before there is a desk."""
        if event.key in ("q", "ctrl+c"):
            self.app.exit(return_code=INTERRUPTED if event.key == "ctrl+c" else 0)
