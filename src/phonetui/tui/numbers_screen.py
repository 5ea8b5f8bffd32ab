"""The shift's numbers."""

from __future__ import annotations

from collections.abc import Sequence

from phonetui.core.campaign import Campaign
from phonetui.core.pace import Pace
from phonetui.core.translation import tr
from phonetui.tui.presentation.numbers import numbers_lines
from phonetui.tui.reading_screen import ReadingScreen


class NumbersScreen(ReadingScreen[None]):
    """The numbers, and below them how others do who want to be seen."""

    def __init__(self, campaign: Campaign, pace: Pace) -> None:
        super().__init__(tr("Numbers"), lambda width: numbers_lines(campaign, pace, self._board, width))
        self._board: Sequence[str] = ()

    def show_board(self, board: Sequence[str]) -> None:
        """Once the campaign server has answered."""
        self._board = board
        if self.is_mounted:
            self.text.redraw()
