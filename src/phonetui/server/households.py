"""Who shares a number to call, and in which order households come."""

from __future__ import annotations

#: A list's priority is held between `PRIORITY_BASE - 255` and this; higher is called first.
PRIORITY_BASE = 127


def rank(nth_round: int, priority: int, position: int, /) -> int:
    """Who is next: the lower round, then the list of higher priority, then the list's order."""
    later = min(max(PRIORITY_BASE - priority, 0), 255)
    return nth_round << 40 | later << 32 | position
