"""Who is on the screen; below it the number's code while a phone is to read it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from textual.widget import Widget

from phonetui.client.phone_keys import read_by_camera
from phonetui.core.refusal import Refused
from phonetui.dial.qr import number_code
from phonetui.screen.line import BLANK, Line
from phonetui.screen.pane import Pane
from phonetui.tui.presentation import voter as voters
from phonetui.tui.presentation import words
from phonetui.tui.presentation.phone import code_lines

if TYPE_CHECKING:
    from phonetui.tui.call_screen import CallScreen

#: The screen's class while there is a code on it.
CODE = "-code"
#: Lines about the voter that a code below them leaves, at least.
ABOVE_CODE = 4


class VoterPane(Pane):
    """Beside the script, or above it; in a narrow window a code has the pane for itself."""

    def __init__(self, call_screen: CallScreen) -> None:
        super().__init__(self._lines, "voter")
        self._on = call_screen

    @property
    def shows_code(self) -> bool:
        """Whether there is a code, and room for all of it; no camera reads less."""
        room = self.parent.size.height if isinstance(self.parent, Widget) else 0
        return 0 < len(self.code) <= room - (0 if self._on.is_stacked else ABOVE_CODE)

    @property
    def code(self) -> list[Line]:
        """The code of the number that a phone is to read; nothing where there is none, or it cannot be drawn."""
        view, app = self._on.view, self._on.app
        wanted = read_by_camera(view) and view.call.voter is not None
        if not wanted or app.no_color or app.theme == "plain" or not app.console.encoding.startswith("utf"):
            return []
        return code_lines(_rows(view.call.household.number if view.call.household else ""))

    def on_resize(self) -> None:
        """There may be room for the code now, or no more."""
        super().on_resize()
        if self.code:
            self._on.draw_soon()

    def _lines(self, width: int, height: int) -> list[Line]:
        view, keys = self._on.view, self._on.keys
        code = self.code if self.shows_code else []
        if not self._on.is_stacked:
            above = height - len(code)
            lines = voters.voter_lines(view, keys, width, above, code=bool(code))
            return [*lines, *[BLANK] * (above - len(lines)), *code] if code else lines
        if view.call.voter is None:  # the script has no room for it there
            return words.todays_work(view, width)[:height]
        return code or voters.short_voter_lines(view, keys, width, height)


@lru_cache(1)
def _rows(number: str) -> tuple[str, ...]:
    try:
        return number_code(number)
    except Refused:
        return ()
