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
        """Waits until the next request may go."""
        now = self._clock()
        turn = now if self._next is None or self._next <= now else self._next
        if turn > now:
            self._wait((turn - now).total_seconds())
        self._next = turn + self._between
