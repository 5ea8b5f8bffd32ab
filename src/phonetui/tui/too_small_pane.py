"""What stands in a window that is too small for the panes: words, a code that a phone is to read, and a call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from phonetui.screen.line import Line
from phonetui.screen.pane import Pane
from phonetui.tui.presentation.phone import call_in_sight
from phonetui.tui.presentation.words import too_small_lines

if TYPE_CHECKING:
    from phonetui.tui.call_screen import CallScreen


class TooSmallPane(Pane):
    """A call stays in sight, and can be ended."""

    def __init__(self, call_screen: CallScreen) -> None:
        super().__init__(self._lines, "too-small")
        self._on = call_screen

    @property
    def stands(self) -> bool:
        """Whether there is no room for anything else."""
        return self._on.has_class("-narrow") or self._on.has_class("-low")

    def keeps(self, key: str) -> bool:
        """Whether the key does nothing here; the one that hangs up does."""
        ends_the_call = self._on.view.phone.in_call and key in self._on.keys.actions.get("hang_up", ())
        return self.stands and not ends_the_call

    def _lines(self, width: int, height: int) -> list[Line]:
        on = self._on
        return too_small_lines(*on.size, on.code, call_in_sight(on.view, on.keys))
