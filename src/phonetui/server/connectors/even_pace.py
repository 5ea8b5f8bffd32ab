"""Requests at an even pace, for systems that count them by the second."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

#: A push and a pull may ask at the same time.
ASK_AT_ONCE = 2


class Turns:
    """When the next request may go, whoever makes it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._next: datetime | None = None

    def take(self, now: datetime, between: timedelta) -> timedelta:
        """Takes the next turn; how long until then, which is not long even when the clock was set back."""
        with self._lock:
            early = max(self._next - now, timedelta()) if self._next else timedelta()
            wait = early if early <= ASK_AT_ONCE * between else between
            self._next = now + wait + between
            return wait


class EvenPace:
    """Lets at most so many requests a second go, those of others who take these turns among them; `wait` sleeps."""

    def __init__(
        self, a_second: int, wait: Callable[[float], None], clock: Callable[[], datetime], turns: Turns
    ) -> None:
        self._between = timedelta(seconds=1 / a_second)
        self._wait = wait
        self._clock = clock
        self._turns = turns

    def take_turn(self) -> None:
        """Waits until the next request may go."""
        wait = self._turns.take(self._clock(), self._between)
        if wait:
            self._wait(wait.total_seconds())
