"""The laptop's clocks and ids: the one file of the client that reads either."""

from __future__ import annotations

import secrets
import sys
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Time and ids, handed to everything that needs them, so that a test can hand in its own."""

    def now(self) -> datetime:
        """The wall clock, aware, in UTC. It may be wrong and may be set."""

    def tick(self) -> float:
        """Seconds on a clock that is never set and goes on while the laptop sleeps."""

    def new_id(self) -> str:
        """A new UUIDv7, greater than every one before it from this clock."""


class SystemClock:
    """The clocks of this machine."""

    def __init__(self) -> None:
        self._last = 0

    def now(self) -> datetime:
        """The wall clock, aware, in UTC."""
        return datetime.fromtimestamp(time.time(), UTC)

    def tick(self) -> float:
        """Seconds on a clock that is never set and goes on while the laptop sleeps."""
        if sys.platform == "linux":
            return time.clock_gettime(time.CLOCK_BOOTTIME)
        if sys.platform == "darwin":
            return time.clock_gettime(time.CLOCK_MONOTONIC)
        return time.monotonic()

    def new_id(self) -> str:
        """A UUIDv7, RFC 9562 section 5.7; monotonic by section 6.2, method 2: the random part counts up."""
        fresh = (time.time_ns() // 1_000_000) << 74 | secrets.randbits(74)
        self._last = max(fresh, self._last + 1 + secrets.randbits(32))
        return _uuid7(self._last)


def _uuid7(bits: int) -> str:
    """The text of a UUIDv7 whose 122 free bits, the time's 48 leading, are `bits`."""
    when, rand_a, rand_b = bits >> 74, bits >> 62 & 0xFFF, bits & (1 << 62) - 1
    text = f"{when << 80 | 0x7 << 76 | rand_a << 64 | 0b10 << 62 | rand_b:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
