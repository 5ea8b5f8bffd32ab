"""A page with entries under one another, of which one is chosen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Generic, TypeVar

from textual.widget import Widget

from phonetui.client.supervisors_desk import SupervisorsDesk
from phonetui.core.translation import tr
from phonetui.screen.line import Line, text_lines
from phonetui.screen.pane import Pane
from phonetui.screen.picking import MOST_DIGITS, pick_lines
from phonetui.supervise.page import Page

Entry = TypeVar("Entry")


class ListPage(Page, Generic[Entry]):
    """Up and down choose, Enter or a digit takes; Escape goes back."""

    def __init__(self, desk: SupervisorsDesk) -> None:
        super().__init__(desk)
        self._chosen = 0

    def entries(self) -> Sequence[Entry]:
        """What there is, as it is now."""
        return ()

    def words(self, entry: Entry) -> Sequence[str]:
        """An entry's title, and lines about it."""
        return ()

    def nothing(self) -> str:
        """What stands there while there is no entry."""
        return tr("Nothing yet.")

    def take(self, entry: Entry) -> None:
        """Do what Enter does with an entry."""

    def press_more(self, key: str) -> None:
        """Carry out a key of this page's own."""

    def body(self) -> Iterable[Widget]:
        """The list."""
        yield Pane(lambda width, height: [], classes="row")
        yield Pane(self._lines, "list")

    def press(self, key: str) -> None:
        """Choose, take, or back."""
        entries = self.entries()
        self._chosen = min(self._chosen, max(len(entries) - 1, 0))
        if key in ("escape", "q"):
            self.dismiss()
        elif key in ("up", "down"):
            self._chosen = min(max(self._chosen + (1 if key == "down" else -1), 0), max(len(entries) - 1, 0))
        elif key == "enter" and entries:
            self.take(entries[self._chosen])
        elif key.isdecimal() and 1 <= int(key) <= min(len(entries), MOST_DIGITS):
            self._chosen = int(key) - 1
            self.take(entries[self._chosen])
        else:
            self.press_more(key)

    def _lines(self, width: int, height: int) -> list[Line]:
        entries = self.entries()
        if not entries:
            return text_lines(self.nothing(), width, "quiet")
        return pick_lines([self.words(each) for each in entries], min(self._chosen, len(entries) - 1), width, height)
