"""A page with entries under one another, of which one is chosen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Generic, TypeVar

from textual.widget import Widget

from phonetui.client.supervisors_desk import SupervisorsDesk
from phonetui.core.translation import later, tr
from phonetui.screen.line import Line, text_lines
from phonetui.screen.pane import Pane
from phonetui.screen.picking import MOST_DIGITS, pick_lines
from phonetui.supervise.page import Page
from phonetui.supervise.text_page import keys_page

Entry = TypeVar("Entry")

#: How far each key moves the choice.
_STEPS = {"up": -1, "down": 1, "pageup": -10, "pagedown": 10, "home": -10_000, "end": 10_000}
_MOVES = (
    ("up down", later("the entry before or after")),
    ("pageup pagedown", later("ten entries further")),
    ("home end", later("the first or last entry")),
    ("1–9", later("take one of the first nine")),
)


class ListPage(Page, Generic[Entry]):
    """Up and down choose, Enter or a digit takes; Escape goes back.

    What is chosen stays so when entries come, go or change their order; what is no more there as it stands on the
    screen is not taken.
    """

    def __init__(self, desk: SupervisorsDesk) -> None:
        super().__init__(desk)
        self._chosen = 0
        self._drawn: list[str] = []

    def id_of(self, entry: Entry) -> str:
        """By what an entry is known again."""
        raise NotImplementedError

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

    @property
    def has_keys_page(self) -> bool:
        """More of them than are in view."""
        return True

    def body(self) -> Iterable[Widget]:
        """The list."""
        yield Pane(lambda width, height: [], classes="row")
        yield Pane(self._lines, "list")

    def press(self, key: str) -> None:
        """Choose, take, or back."""
        if not self._drawn:
            self._follow(self.entries())
        if key in ("escape", "q"):
            self.dismiss()
        elif key in _STEPS:
            self._chosen = min(max(self._chosen + _STEPS[key], 0), max(len(self._drawn) - 1, 0))
        elif key == "enter":
            self._take_drawn(self._chosen)
        elif key.isdecimal() and 1 <= int(key) <= MOST_DIGITS:
            self._take_drawn(int(key) - 1)
        elif key == "?":
            self.open(keys_page(self.desk, [*_MOVES, *self.hints()]))
        else:
            self.press_more(key)

    def _take_drawn(self, place: int) -> None:
        """The entry that stands there on the screen."""
        for entry in self.entries():
            if self._drawn[place : place + 1] == [self.id_of(entry)]:
                self._chosen = place
                self.take(entry)
                return

    def _follow(self, entries: Sequence[Entry]) -> None:
        """The chosen entry stays the chosen one; where it is gone, whatever stands in its place."""
        now = [self.id_of(each) for each in entries]
        chosen = next(iter(self._drawn[self._chosen : self._chosen + 1]), "")
        if chosen in now:
            self._chosen = now.index(chosen)
        self._chosen, self._drawn = min(self._chosen, max(len(now) - 1, 0)), now

    def _lines(self, width: int, height: int) -> list[Line]:
        entries = self.entries()
        self._follow(entries)
        if not entries:
            return text_lines(self.nothing(), width, "quiet")
        return pick_lines([self.words(each) for each in entries], self._chosen, width, height)
