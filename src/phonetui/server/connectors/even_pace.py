"""Requests at an even pace, for systems that count them by the second."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta


class EvenPace:
    """Lets at most so many requests a second go; `wait` sleeps for some seconds."""

    def __init__(self, a_second: int, wait: Callable[[float], None], clock: Callable[[], datetime]) -> None:
        self._between = timedelta(seconds=1 / a_second)
        self._wait = wait
        self._clock = clock
        self._next: datetime | None = None

    def take_turn(self) -> None:
        """Waits until the next request may go; never longer than between two, should the clock be set back."""
        now = self._clock()
        early = max(self._next - now, timedelta()) if self._next else timedelta()
        wait = min(early, self._between)
        if wait:
            self._wait(wait.total_seconds())
        self._next = now + wait + self._between
