"""Dates and times as people say them, in English, whatever the machine's locale."""

from __future__ import annotations

from datetime import date, datetime, timedelta

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def clock(moment: datetime) -> str:
    """`4:12 pm`."""
    return f"{moment.hour % 12 or 12}:{moment:%M} {'am' if moment.hour < 12 else 'pm'}"


def day(on: date) -> str:
    """`Tuesday, December 8`."""
    return f"{_DAYS[on.weekday()]}, {_MONTHS[on.month - 1]} {on.day}"


def short_day(on: date) -> str:
    """`Nov 14`."""
    return f"{_MONTHS[on.month - 1][:3]} {on.day}"


def moment_after(moment: datetime, now: datetime) -> str:
    """`today at 9:00 am`, `tomorrow at …` or `on Tuesday, December 8, at …`, in the zone of `moment`."""
    today = now.astimezone(moment.tzinfo).date()
    if moment.date() == today:
        return f"today at {clock(moment)}"
    if moment.date() == today + timedelta(days=1):
        return f"tomorrow at {clock(moment)}"
    return f"on {day(moment)}, at {clock(moment)}"
