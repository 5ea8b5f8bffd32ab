"""The line above the panes: the campaign and the shift's work, or for a moment what somebody may have missed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from phonetui.screen.line import Line
from phonetui.screen.pane import Pane
from phonetui.tui.answers_panel import OPEN
from phonetui.tui.presentation import words
from phonetui.tui.presentation.bars import title_line
from phonetui.tui.presentation.phone import line_pieces

if TYPE_CHECKING:
    from phonetui.tui.call_screen import CallScreen

#: How long the screen says that somebody came, or has answered, in seconds.
FLASH = 2.0


class TitlePane(Pane):
    """In front of the campaign stands the call, while answers are looked up in its place."""

    def __init__(self, call_screen: CallScreen) -> None:
        super().__init__(self._lines, "title", classes="row")
        self._on = call_screen
        self._flashing = ""

    def flash(self, told: str) -> None:
        """Say this for a moment, in place of the title."""
        self._flashing = told
        self._on.draw()
        self.set_timer(FLASH, self._end_flash)

    def _end_flash(self) -> None:
        self._flashing = ""
        self._on.draw()

    def _lines(self, width: int, height: int) -> list[Line]:
        if self._flashing:
            return [words.flash_line(self._flashing, width)]
        view = self._on.view
        return [title_line(view, width, line_pieces(view) if self._on.has_class(OPEN) else ())]
