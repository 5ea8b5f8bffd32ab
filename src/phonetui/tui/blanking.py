"""When the screen goes blank, and what wakes it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

from textual import events
from textual.app import App

from phonetui.core.refusal import Refused
from phonetui.tui.blank_screen import BlankScreen

#: Seconds after the waking key, and after each key that is ignored because of it, in which a key still belongs to it:
#: longer than a keyboard waits before it repeats a key that is held down.
WAKING = 0.7


class Blanking:
    """Sees every input before the screens do."""

    def __init__(self, app: App[Refused], after: timedelta, in_call: Callable[[], bool]) -> None:
        """The screen goes blank by itself `after` so long without input, never for zero, and never while `in_call`."""
        self._app = app
        self._after = after.total_seconds()
        self._in_call = in_call
        self._last_input = time.monotonic()
        self._waking_since = float("-inf")
        if after:
            app.set_timer(self._after, self._look)

    @property
    def is_blank(self) -> bool:
        """Whether nothing of the voter is on the screen."""
        return isinstance(self._app.screen, BlankScreen)

    def takes(self, event: events.Event) -> bool:
        """Whether the event belongs to waking, and is nobody else's; any other puts the blank screen off."""
        if not isinstance(event, events.InputEvent | events.Paste) or event.is_forwarded:
            return False
        self._last_input = time.monotonic()
        if self.is_blank:
            if isinstance(event, events.Key | events.MouseUp):  # so that no half of a click is left over
                self._waking_since = event.time
                self._app.pop_screen()
            return True
        if isinstance(event, events.Key | events.Paste) and event.time - self._waking_since < WAKING:
            self._waking_since = event.time
            return True
        return False

    def _look(self) -> None:
        if not self._app.screen_stack:  # the application ends
            return
        left = self._last_input + self._after - time.monotonic()
        if left <= 0 and not self.is_blank and not self._in_call():
            self._app.push_screen(BlankScreen())
        self._app.set_timer(left if left > 0 else self._after, self._look)
