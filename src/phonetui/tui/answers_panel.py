"""Answers at hand: a panel beside the script, searched while typing; the script's keys go on when nothing is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.widgets import Input

from phonetui.core.translation import tr
from phonetui.screen.line import Line
from phonetui.screen.pane import Pane
from phonetui.screen.prompts import TypedLine, label
from phonetui.screen.script_pane import ScriptPane
from phonetui.tui.presentation.answers import answer_lines, answers_foot, found

if TYPE_CHECKING:
    from phonetui.tui.call_screen import CallScreen

#: The screen's class while the panel is there.
OPEN = "-answers"
#: What moves in the list, whether something is typed or not.
_STEPS = {"up": -1, "down": 1}
_PAGES = {"pageup": -1, "pagedown": 1}


class AnswersPanel(Container):
    """Typing narrows the answers down, up and down choose one; Enter or Tab gives the keys back, Escape closes."""

    def __init__(self, call_screen: CallScreen) -> None:
        super().__init__(id="answers")
        self._on = call_screen
        self._chosen = 0
        self._line = TypedLine(placeholder=tr("type a word"), disabled=True)
        self._list = ScriptPane(self._lines, self._foot)

    def compose(self) -> ComposeResult:
        """The line to type above what it finds."""
        with Container(classes="prompt"):
            yield label(tr("Answers"))
            yield self._line
        yield self._list

    @property
    def is_open(self) -> bool:
        """Whether it stands in place of the voter."""
        return self._on.has_class(OPEN)

    def open(self) -> None:
        """Beside the script, with keys for its line."""
        self._on.add_class(OPEN)
        self._line.disabled = False
        self._on.set_focus(self._line)

    def close(self) -> None:
        """Away, with what was typed."""
        if self._on.has_class(OPEN):
            self._on.remove_class(OPEN)
            self._on.set_focus(None)
            self._line.value, self._line.disabled = "", True

    def draw(self, before: str) -> None:
        """In other words for the same voter; `before` is who was on the screen, for anybody else it is away."""
        if before != self._on.view.call.voter_id:
            self.close()
        elif self._on.has_class(OPEN):
            self._list.redraw()

    def press(self, key: str) -> bool:
        """What moves in the open list; False for any other key."""
        if not self._on.has_class(OPEN):
            return False
        if key in _STEPS:
            last = len(found(self._on.view, self._line.value)) - 1
            self._chosen = min(max(self._chosen + _STEPS[key], 0), max(last, 0))
            self._show_chosen()
        elif key in _PAGES:
            self._list.scroll(_PAGES[key])
        return key in _STEPS or key in _PAGES

    def on_input_changed(self, event: Input.Changed) -> None:
        """Other words, other answers."""
        event.stop()
        self._chosen = 0
        self._list.turn_to(event.value)
        self._list.redraw()

    def on_key(self, event: events.Key) -> None:
        """What the line to type leaves over."""
        event.stop()
        if event.key in ("enter", "tab"):
            event.prevent_default()
            self.screen.set_focus(None)
        elif event.key == "escape":
            self.close()
        else:
            self.press(event.key)
        self._list.redraw()

    def on_descendant_blur(self) -> None:
        """Other keys are named at the foot."""
        self._list.redraw()

    def on_descendant_focus(self) -> None:
        """Other keys are named at the foot."""
        self._list.redraw()

    def on_pane_clicked(self, event: Pane.Clicked) -> None:
        """Clicking what closes closes."""
        event.stop()
        self.close()

    def _show_chosen(self) -> None:
        """As much of the chosen answer as there is room for, its question at least."""
        shown, width = found(self._on.view, self._line.value), self._list.content_size.width
        before = answer_lines(shown[: self._chosen], None, width) if self._chosen else []
        until = answer_lines(shown[: self._chosen + 1], self._chosen, width)
        self._list.show(len(before), len(until) - 1)  # without the blank line after it

    def _lines(self, width: int, height: int) -> list[Line]:
        typed = self._line.value
        return answer_lines(found(self._on.view, typed), self._chosen, width, typed=bool(typed))

    def _foot(self, more: bool) -> Line:
        return answers_foot(self._on.keys, self._list.content_size.width, more=more, typing=self._line.has_focus)
