"""Answers: what to say to a voter's question, searched while typing, with the script beside them."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.screen import Screen
from textual.widgets import Input

from phonetui.client.view import View
from phonetui.core.keymap import Keymap
from phonetui.tui.pane import STYLES, Pane
from phonetui.tui.presentation.answers import answer_lines, found
from phonetui.tui.presentation.bars import title_line
from phonetui.tui.presentation.line import Line, Span
from phonetui.tui.presentation.script import script_lines
from phonetui.tui.prompts import TypedLine, label
from phonetui.tui.script_pane import ScriptPane


class AnswersScreen(Screen[None]):
    """Typing narrows the answers down, up and down choose one, Enter or Escape goes back to the call."""

    COMPONENT_CLASSES = STYLES

    def __init__(self, view: View, keys: Keymap) -> None:
        super().__init__()
        self._view = view
        self._keys = keys
        self._replies = found(view, "")
        self._chosen = 0
        self._answers = ScriptPane(self._answer_lines, self._foot, "answers")

    def compose(self) -> ComposeResult:
        """Answers on the left, the script on the right, the line to type below."""
        yield Pane(lambda width, height: [title_line(self._view, width)], classes="row")
        with Container(id="beside"):
            yield self._answers
            yield Pane(lambda width, height: [], classes="rule")
            yield Pane(lambda width, height: script_lines(self._view, self._keys, width, height), "beside-script")
        yield Pane(lambda width, height: [], classes="row")
        with Container(classes="prompt"):
            yield label("Answers")
            yield TypedLine(placeholder="a word of the voter's question")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Other words, other answers."""
        self._replies, self._chosen = found(self._view, event.value), 0
        self._answers.turn_to(event.value)
        self._answers.redraw()

    def on_input_submitted(self) -> None:
        """Enter goes back to the call."""
        self.dismiss()

    def on_key(self, event: events.Key) -> None:
        """What the line to type leaves over."""
        if event.key == "escape":
            self.dismiss()
        elif event.key in ("up", "down"):
            step = 1 if event.key == "down" else -1
            self._chosen = min(max(self._chosen + step, 0), max(len(self._replies) - 1, 0))
            self._answers.redraw()
        elif event.key in ("pagedown", "pageup"):
            self._answers.scroll(1 if event.key == "pagedown" else -1)

    def _answer_lines(self, width: int, height: int) -> list[Line]:
        return answer_lines(self._view, self._replies, self._chosen, width)

    def _foot(self, more: bool) -> Line:
        return (
            *((Span("PgDn", "accent"), Span(" more  ", "quiet")) if more else ()),
            Span("↑↓", "accent"),
            Span(" choose  ", "quiet"),
            Span("Esc", "accent", "escape"),
            Span(" closes", "quiet", "escape"),
        )

    def on_pane_clicked(self, event: Pane.Clicked) -> None:
        """The words that close close."""
        self.dismiss()
