"""When to try again: attempts and times are state, and nothing here waits."""

from __future__ import annotations

from collections.abc import Callable

#: Seconds: a wait is a random part of a bound that doubles from the first to the longest. With the longest, what is
#: unsent has drained within five minutes of the line's return, even where the first try on a bad line fails.
FIRST = 1.0
LONGEST = 120.0
#: Seconds for which a server can ask to be left alone.
LONGEST_REST = 3600.0


class Backoff:
    """Counts failures in a row; `at` is the tick of the next try. `random` gives 0 up to 1."""

    def __init__(self, random: Callable[[], float], tick: float) -> None:
        self._random = random
        self._tries = 0
        self._next = tick
        self._rest_until = tick

    @property
    def at(self) -> float:
        """The tick from which to try."""
        return max(self._next, self._rest_until)

    def failed(self, tick: float) -> None:
        """Wait longer than the last time, by chance."""
        bound = min(LONGEST, FIRST * 2.0 ** min(self._tries, 16))
        self._tries += 1
        self._next = tick + self._random() * bound

    def succeeded(self, tick: float) -> None:
        """Begin anew."""
        self._tries = 0
        self._next = tick

    def try_now(self, tick: float) -> None:
        """Try now; the wait after a next failure is longer all the same, and a rest asked for is kept."""
        self._next = tick

    def rest(self, tick: float, seconds: float) -> None:
        """The server asks to be left alone for so long."""
        self._rest_until = tick + min(seconds, LONGEST_REST)
