"""A minimal Textual app that changes one line when a key is pressed."""

from __future__ import annotations

from textual import events
from textual.app import App, ComposeResult
from textual.widgets import Static


class OneLineApp(App[None]):
    """Counts the keys."""

    pressed = 0

    def compose(self) -> ComposeResult:
        """One line."""
        yield Static("No key yet")

    def on_key(self, event: events.Key) -> None:
        """Changes the line."""
        self.pressed += 1
        self.query_one(Static).update(f"Key {self.pressed}: {event.key}")


if __name__ == "__main__":
    OneLineApp().run()
