"""A page to read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from textual.widget import Widget

from phonetui.client.supervisors_desk import SupervisorsDesk
from phonetui.core.keys import show_key
from phonetui.core.translation import later, tr
from phonetui.screen.line import BLANK, Line, Span, cells_of, pad, text_lines
from phonetui.screen.script_pane import ScriptPane
from phonetui.supervise.lines import key_hint
from phonetui.supervise.page import Page, Work

#: More pages than any text has.
_FAR = 10_000
_TURNS = (
    ("space pagedown", later("the next page")),
    ("backspace pageup", later("the page before")),
    ("home end", later("the first or last page")),
)

#: A key of the page, what it does in a word, and the deed.
Way = tuple[str, str, Work]


class TextPage(Page):
    """Space and Backspace turn pages, each of the `ways` is begun by its key, Escape goes back."""

    def __init__(
        self,
        desk: SupervisorsDesk,
        heading: str,
        text: Callable[[int], list[Line]],
        ways: Sequence[Way] = (),
        *,
        tells_keys: bool = False,
    ) -> None:
        """`text` is made for a width; where it `tells_keys`, the key for that goes back."""
        super().__init__(desk)
        self._heading = heading
        self._keys = not tells_keys
        self.ways = ways
        self._text = ScriptPane(lambda width, height: [BLANK, *text(width)], self._more, "list")

    @property
    def heading(self) -> str:
        """What it is called."""
        return self._heading

    @property
    def has_keys_page(self) -> bool:
        """All but the page that tells them."""
        return self._keys

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
        elif key in ("home", "end"):
            self._text.scroll(_FAR if key == "end" else -_FAR)
        elif key == "?" and self._keys:
            self.open(keys_page(self.desk, [*_TURNS, *self.hints()]))
        elif key in ("escape", "q", "?"):
            self.dismiss()

    def _more(self, more: bool) -> Line:
        return key_hint("space", tr("more")) if more else BLANK


def keys_page(desk: SupervisorsDesk, rows: Sequence[tuple[str, str]]) -> TextPage:
    """The keys of a page, each with what it does."""
    named = [(" ".join(map(show_key, keys.split())), tr(label)) for keys, label in rows]
    column = max(cells_of(keys) for keys, _ in named) + 2

    def text(width: int) -> list[Line]:
        lines: list[Line] = []
        for keys, label in named:
            first, *others = text_lines(label, width - column)
            lines.append((*pad((Span(keys, "accent"),), column), *first))
            lines += [(Span(" " * column), *other) for other in others]
        return lines

    return TextPage(desk, tr("Every key"), text, tells_keys=True)
