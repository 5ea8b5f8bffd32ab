"""Help: every key."""

from __future__ import annotations

from phonetui.client.view import View
from phonetui.core.keymap import Keymap
from phonetui.core.translation import tr
from phonetui.screen.line import Line
from phonetui.tui.presentation.help import help_lines
from phonetui.tui.reading_screen import ReadingScreen, foot_key


class HelpScreen(ReadingScreen[bool]):
    """Between calls Enter, which it answers, goes to the tour."""

    def __init__(self, view: View, keys: Keymap) -> None:
        super().__init__(tr("Every key"), lambda width: help_lines(view, keys, width))
        self._offers_tour = not view.in_call

    def leave(self, key: str) -> None:
        """To the call, or to the tour."""
        self.dismiss(self._offers_tour and key == "enter")

    def ways_on(self) -> Line:
        """The tour."""
        return foot_key("enter", tr("tour")) if self._offers_tour else ()
