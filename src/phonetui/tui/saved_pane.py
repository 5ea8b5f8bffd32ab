"""What the last key did, or why it was not carried out; else what cannot wait, and why the line is down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from phonetui.client.view import Line, Said
from phonetui.core.call import Phase
from phonetui.screen.line import Line as TextLine
from phonetui.screen.pane import Pane
from phonetui.tui.presentation.bars import confirming_lines, saved_lines, why_offline_line

if TYPE_CHECKING:
    from phonetui.tui.call_screen import CallScreen


class SavedPane(Pane):
    """`said` comes before everything that the desk says, until it is forgotten with the next key."""

    def __init__(self, call_screen: CallScreen) -> None:
        super().__init__(self._lines, "saved")
        self._on = call_screen
        self.said: Said | None = None
        self._trying_since: Line | None = None

    def forget(self) -> None:
        """What was said belongs to the key before."""
        self.said = self._trying_since = None

    def keep_until_tried(self) -> None:
        """What is said from now on stays until the server has been tried."""
        self._trying_since = self._on.view.line

    def look(self) -> None:
        """A try may have come to something; to be drawn after."""
        if self._trying_since and self._on.view.line.has_tried_since(self._trying_since):
            self.forget()

    def _lines(self, width: int, height: int) -> list[TextLine]:
        view, keys, tour = self._on.view, self._on.keys, self._on.tour
        if tour.goes_on:
            return tour.lines(width)
        if view.call.phase is Phase.CONFIRMING and self.said is None:
            return confirming_lines(view, keys, width)
        warning = view.warning or (view.phone.said if view.phone.alarm else "")
        said = self.said or (Said(warning, "alarm") if warning else view.said)
        if said:
            return saved_lines(said, keys, width)
        why = why_offline_line(view, width)
        return [why] if why else tour.lines(width) or [why]
