"""Text that may be longer than its pane, such as the script."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from phonetui.screen.line import BLANK, Line, spread
from phonetui.screen.pane import Pane


class ScriptPane(Pane):
    """Shows as much of a text as fits; the last row says where the caller is in it and how to go on."""

    def __init__(self, text: Callable[[int, int], list[Line]], foot: Callable[[bool], Line], name: str = "") -> None:
        """`text` is made for a width, and may be higher than the height that it is told.

        `foot` is the last row; it is told whether there is more text below.
        """
        super().__init__(self._page, name)
        self._text, self._foot = text, foot
        self._about: Hashable = None
        self._whom = ""
        self._top = 0
        self._left_at: dict[Hashable, int] = {}
        self._last_top = 0

    @property
    def is_long(self) -> bool:
        """Whether there is more than fits."""
        return self._last_top > 0

    def turn_to(self, about: Hashable, whom: str = "") -> None:
        """To the text's top when it is `about` something new, and where it was left when it was there before.

        For someone else all texts begin at their tops. To be drawn after.
        """
        if whom != self._whom:
            self._whom, self._left_at = whom, {}
        elif about != self._about:
            self._left_at[self._about] = self._top
        if about != self._about:
            self._about, self._top = about, self._left_at.get(about, 0)

    def scroll(self, pages: int) -> bool:
        """Turn pages down, or up where negative; False where there was nothing to turn."""
        turned = self._top + pages * max(self.content_size.height - 2, 1)
        before, self._top = self._top, min(max(turned, 0), self._last_top)
        self.redraw()
        return self._top != before

    def show(self, first: int, end: int) -> None:
        """Turn as far as it takes to have the lines from `first` to before `end` in view, the first ones at least."""
        body = self.content_size.height - 1
        self._top = min(max(self._top, end - body), first)
        self.redraw()

    def on_mouse_scroll_down(self) -> None:
        """The wheel turns pages too."""
        self.scroll(1)

    def on_mouse_scroll_up(self) -> None:
        """The wheel turns pages too."""
        self.scroll(-1)

    def _page(self, width: int, height: int) -> list[Line]:
        body = height - 1
        text = self._text(width, body)
        self._last_top = max(len(text) - body, 0)
        self._top = min(self._top, self._last_top)
        shown = text[self._top : self._top + body]
        foot = spread(BLANK, self._foot(self._top < self._last_top), width)
        return [*shown, *[BLANK] * (body - len(shown)), foot]
