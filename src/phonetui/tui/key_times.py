"""Whether a key comes from a finger: not from pasted text, and not from a key that is held down."""

from __future__ import annotations

from textual import events

#: Keys closer together than this came all at once, in seconds: text pasted into a terminal that does not say so.
AT_ONCE = 0.001
#: A key that is held down, or on which a book lies, comes again so many times with no more than these seconds between.
TIMES, BETWEEN = 15, 0.1


class KeyTimes:
    """Looks at every key of the call screen."""

    def __init__(self) -> None:
        self._key = ""
        self._at = float("-inf")
        self._again = 0

    def too_fast(self, event: events.Key) -> bool:
        """Whether it came with others, faster than anyone types."""
        gap, is_same = event.time - self._at, event.key == self._key
        self._key, self._at = event.key, event.time
        self._again = self._again + 1 if is_same and gap < BETWEEN else 0
        return gap < AT_ONCE or self._again >= TIMES

    def heard(self, at: float) -> None:
        """A key that was a question's."""
        self._at = at
