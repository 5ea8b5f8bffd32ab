"""The tour over the call screen: it points at one part after the other, and says what is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from phonetui.core.tour import STOPS
from phonetui.screen.line import Line
from phonetui.tui.presentation.tour import offer_lines, tour_lines

if TYPE_CHECKING:
    from phonetui.tui.call_screen import CallScreen

#: The class of the pane that is pointed at.
POINTED = "-pointed"


class Tour:
    """Begun between calls alone, since every key goes on in it; Escape leaves, and Ctrl-C does what it always does."""

    def __init__(self, call_screen: CallScreen) -> None:
        self._on = call_screen
        self._at: int | None = None

    async def begin(self) -> None:
        """At the first stop; the caller is not new any more."""
        self._on.script.show_script()
        self._go_to(0)
        await self._on.desk.first_shift.over()

    def end(self) -> None:
        """Wherever it is."""
        self._go_to(len(STOPS))

    def press(self, key: str) -> bool:
        """Whether the key was the tour's."""
        if self._at is None:
            return False
        self._go_to(len(STOPS) if key in ("escape", "ctrl+c") else self._at + 1)
        return key != "ctrl+c"

    def lines(self, width: int) -> list[Line]:
        """What is said now, or offered before the first dialing to a caller who is new here; else nothing."""
        if self._at is not None:
            return tour_lines(self._at, self._on.keys, width)
        is_offered = self._on.desk.first_shift.is_new and not self._on.view.call.dialed
        return offer_lines(self._on.keys, width) if is_offered else []

    @property
    def goes_on(self) -> bool:
        """Whether it has begun, and is not over."""
        return self._at is not None

    def _go_to(self, at: int) -> None:
        stop = STOPS[at] if at < len(STOPS) else None
        self._at = at if stop else None
        for part in filter(None, (each.part for each in STOPS)):
            self._on.query_one(f"#{part}").set_class(stop is not None and stop.part == part, POINTED)
        self._on.draw()
