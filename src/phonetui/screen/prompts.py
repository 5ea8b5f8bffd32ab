"""Short questions in the last row of the screen; what was on it stays in view."""

from __future__ import annotations

from asyncio import Event, Future, get_running_loop
from collections.abc import Awaitable, Callable, Sequence

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.geometry import Offset
from textual.widget import Widget
from textual.widgets import Input

from phonetui.client.asking import LONGEST_LINE
from phonetui.core.keys import pressed
from phonetui.core.text import clean
from phonetui.screen.line import Span
from phonetui.screen.pane import Pane
from phonetui.screen.picking import choice_lines


class ChoicePrompt(Pane, can_focus=True):
    """A question that one key answers. `answer` is that key, None when it was closed; it came at `answered_at`."""

    def __init__(self, about: str, choices: Sequence[tuple[str, str]]) -> None:
        super().__init__(lambda width, height: choice_lines(about, choices, width), classes="choices")
        self.answer: Future[str | None] = get_running_loop().create_future()
        self.answered_at = float("-inf")
        self._choices = dict(choices)

    @property
    def takes_keys(self) -> Widget:
        """The question itself."""
        return self

    def place_that_matters(self) -> Offset:
        """The beginning of the question."""
        return self.content_region.offset

    def on_key(self, event: events.Key) -> None:
        """No other key does anything while the question stands; one that comes after the answer is for what follows."""
        if self.answer.done():
            return
        event.stop()
        self.answered_at = event.time
        self._press(pressed(event.key, event.character))

    def on_pane_clicked(self, event: Pane.Clicked) -> None:
        """Clicking a choice is choosing it."""
        event.stop()
        self._press(event.key)

    def _press(self, key: str) -> None:
        if not self.answer.done() and (key in self._choices or key == "escape"):
            self.answer.set_result(key if key in self._choices else None)


def label(text: str) -> Pane:
    """What is to be typed, before the line to type it in."""
    pane = Pane(lambda width, height: [(Span(text, "accent"),)], classes="question")
    pane.styles.width = cell_len(text) + 1
    return pane


class TextPrompt(Widget):
    """A line to type. `answer` is what was typed, None when it was closed, and came at `answered_at`.

    `typed` is what stands there so far. What is `secret` is neither shown nor changed in any letter.
    """

    def __init__(self, about: str, text: str = "", *, secret: bool = False) -> None:
        super().__init__(classes="prompt")
        self.answer: Future[str | None] = get_running_loop().create_future()
        self.answered_at = float("-inf")
        self.typed = text
        self.secret = secret
        self._about = about
        self._changed = Event()

    def compose(self) -> ComposeResult:
        """The question and the line to type."""
        yield label(self._about)
        yield AnswerLine(self)

    @property
    def takes_keys(self) -> Widget:
        """The line to type."""
        return self.query_one(AnswerLine)

    async def hand_on_changes(self, as_typed: Callable[[str], Awaitable[None]]) -> None:
        """Hands `as_typed` what stands there after a key, or after several that came meanwhile; until cancelled."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            await as_typed(self.typed)

    def on_input_changed(self, event: Input.Changed) -> None:
        """A key more, or one less."""
        event.stop()
        if event.value != self.typed:
            self.typed = event.value
            self._changed.set()

    def close(self, answer: str | None, at: float) -> None:
        """Enter was pressed, or Escape."""
        self.answered_at = at
        self.answer.set_result(answer)


#: Keys that change the line at once: as bindings they would come after letters that are typed right after them.
_EDITS: dict[str, Callable[[Input], None]] = {
    "backspace": Input.action_delete_left,
    "ctrl+k": Input.action_delete_right_all,
    "ctrl+u": Input.action_delete_left_all,
    "ctrl+w": Input.action_delete_left_word,
    "delete": Input.action_delete_right,
    "end": Input.action_end,
    "home": Input.action_home,
    "left": Input.action_cursor_left,
    "right": Input.action_cursor_right,
}


class TypedLine(Input):
    """Text pasted into it is cleaned, for it comes from elsewhere. Its cursor is the terminal's own."""

    def on_mount(self) -> None:
        """Nothing blinks here: the terminal's cursor does so by itself where somebody wants it."""
        self.cursor_blink = False

    def on_key(self, event: events.Key) -> None:
        """What was typed is what stands there, however fast it came."""
        if event.key in _EDITS:
            event.stop()
            event.prevent_default()
            _EDITS[event.key](self)

    def place_that_matters(self) -> Offset:
        """Where the next letter goes."""
        before = cell_len(self.value[: self.cursor_position])
        return self.content_region.offset + Offset(before - round(self.scroll_offset.x), 0)

    def on_paste(self, event: events.Paste) -> None:
        """One line without control characters."""
        if not self.password:
            event.text = clean(event.text, LONGEST_LINE)


class AnswerLine(TypedLine):
    """The line to type of a prompt. Enter and Escape end it at once: no key that comes after is typed into it."""

    def __init__(self, prompt: TextPrompt) -> None:
        super().__init__(prompt.typed, max_length=LONGEST_LINE, select_on_focus=False, password=prompt.secret)
        self._prompt = prompt

    def on_key(self, event: events.Key) -> None:
        """Textual would first hand Enter to everything around the line, and type meanwhile."""
        if self._prompt.answer.done():
            event.prevent_default()
        elif event.key in ("enter", "escape"):
            event.stop()
            event.prevent_default()
            self._prompt.close(self._answer() if event.key == "enter" else None, event.time)

    def _answer(self) -> str:
        return self.value if self.password else clean(self.value, LONGEST_LINE)
