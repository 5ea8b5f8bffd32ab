"""What the campaign tells and the caller has not seen yet: a few rows that are there only as long as there is any."""

from __future__ import annotations

from typing import TYPE_CHECKING

from phonetui.client.help_line import first_unseen
from phonetui.screen.pane import Pane, Piece
from phonetui.tui.presentation.reading import is_cut, unseen_lines

if TYPE_CHECKING:
    from phonetui.tui.call_screen import CallScreen


class NewsPane(Pane):
    """The oldest that is not seen yet."""

    def __init__(self, call_screen: CallScreen) -> None:
        super().__init__(lambda width, height: unseen_lines(call_screen.view, call_screen.keys, width), "unseen")
        self._on = call_screen

    @property
    def is_cut(self) -> bool:
        """Whether it is longer than there is room for it."""
        return is_cut(self._on.view, self.content_size.width)

    def update(self) -> list[Piece]:
        """There, or not."""
        self.display = first_unseen(self._on.view) is not None
        return super().update()
