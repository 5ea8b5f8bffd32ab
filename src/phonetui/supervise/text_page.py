"""A page to read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from textual.widget import Widget

from phonetui.client.supervisors_desk import SupervisorsDesk
from phonetui.core.translation import tr
from phonetui.screen.line import BLANK, Line
from phonetui.screen.script_pane import ScriptPane
from phonetui.supervise.lines import key_hint
from phonetui.supervise.page import Page, Work

#: A key of the page, what it does in a word, and the deed.
Way = tuple[str, str, Work]


class TextPage(Page):
    """Space and Backspace turn pages, each of the `ways` is begun by its key, Escape goes back."""

    def __init__(
        self, desk: SupervisorsDesk, heading: str, text: Callable[[int], list[Line]], ways: Sequence[Way] = ()
    ) -> None:
        """`text` is made for a width."""
        super().__init__(desk)
        self._heading = heading
        self.ways = ways
        self._text = ScriptPane(lambda width, height: [BLANK, *text(width)], self._more, "list")

    @property
    def heading(self) -> str:
        """What it is called."""
        return self._heading

    def body(self) -> Iterable[Widget]:
        """The text."""
        yield self._text

    def hints(self) -> Sequence[tuple[str, str]]:
        """What can be done with it, and the way back."""
        return [*((key, label) for key, label, _ in self.ways), ("escape", tr("back"))]

    def press(self, key: str) -> None:
        """Turn the page, begin a deed, or back."""
        for its_key, _, work in self.ways:
            if key == its_key:
                self.begin(work)
                return
        if key in ("space", "pagedown", "down"):
            self._text.scroll(1)
        elif key in ("backspace", "pageup", "up"):
            self._text.scroll(-1)
        elif key in ("escape", "q"):
            self.dismiss()

    def _more(self, more: bool) -> Line:
        return key_hint("space", tr("more")) if more else BLANK
