"""The server's one clock, and where its days begin."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def utc_now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


def midnight(now: datetime, zone: str) -> datetime:
    """When the day that it is at `now` in the zone began, in UTC: local times cannot be subtracted, nor added to.

    Where clocks are changed at midnight, it is the first of two, and of none the moment at which it would have been.
    """
    local = now.astimezone(ZoneInfo(zone))
    return local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0).astimezone(UTC)
