"""Dates and times as people say them in the caller's language."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from phonetui.core.translation import territory, tr_c

#: Territories whose clocks have twelve hours in English or in Spanish. Unicode CLDR, short time formats.
TWELVE_HOURS = frozenset({
    "AE", "AG", "AR", "AS", "AU", "BB", "BM", "BO", "BS", "CA", "CL", "CO", "CR", "CU", "CY", "DM", "DO", "EC",
    "ER", "FJ", "FM", "GD", "GH", "GM", "GT", "GU", "GY", "HK", "HN", "IN", "JM", "KI", "KN", "KY", "LC", "LR",
    "LS", "MH", "MO", "MP", "MW", "MX", "MY", "NA", "NI", "NZ", "PA", "PE", "PG", "PH", "PK", "PR", "PW", "PY",
    "SB", "SD", "SG", "SL", "SS", "SV", "SZ", "TC", "TO", "TT", "UM", "US", "UY", "VC", "VE", "VG", "VI", "VU",
    "WS", "ZM",
})  # fmt: skip


def clock(moment: datetime) -> str:
    """`4:12 pm`, or `16:12` where the day has 24 hours, mornings with a zero: `8:30` may be an evening."""
    if day_has_24_hours():
        return f"{moment:%H:%M}"
    half = tr_c("before noon", "am") if moment.hour < 12 else tr_c("after noon", "pm")
    return f"{moment.hour % 12 or 12}:{moment:%M} {half}"


def day_has_24_hours() -> bool:
    """Whether hours are counted through where the caller lives, or else in their language."""
    if territory():
        return territory() not in TWELVE_HOURS
    return tr_c("hours on a clock: 12 or 24", "12") == "24"


def day(on: date) -> str:
    """`Tuesday, December 8`."""
    return tr_c("day", "{weekday}, {month} {day}", weekday=weekday(on), month=_months()[on.month - 1], day=on.day)


def short_day(on: date) -> str:
    """`Nov 14`."""
    return tr_c("short day", "{month} {day}", month=_short_months()[on.month - 1], day=on.day)


def weekday(on: date) -> str:
    """`Tuesday`."""
    return _weekdays()[on.weekday()]


def moment_after(moment: datetime, now: datetime) -> str:
    """`today at 9:00 am`, `tomorrow at …` or `on Tuesday, December 8, at …`, in the zone of `moment`."""
    today = now.astimezone(moment.tzinfo).date()
    if moment.date() == today:
        return tr_c("moment", "today at {time}", time=clock(moment))
    if moment.date() == today + timedelta(days=1):
        return tr_c("moment", "tomorrow at {time}", time=clock(moment))
    return tr_c("moment", "on {day}, at {time}", day=day(moment), time=clock(moment))


def near_moment(moment: datetime, now: datetime) -> str:
    """The same in few words: `Sunday at 9:00 am` of the next six days, and then `Dec 8 at 9:00 am`."""
    days = (moment.date() - now.astimezone(moment.tzinfo).date()).days
    if days in (0, 1):
        return moment_after(moment, now)
    on = weekday(moment) if 0 < days < 7 else short_day(moment)
    return tr_c("moment", "{day} at {time}", day=on, time=clock(moment))


def _weekdays() -> tuple[str, ...]:
    return (
        tr_c("weekday", "Monday"),
        tr_c("weekday", "Tuesday"),
        tr_c("weekday", "Wednesday"),
        tr_c("weekday", "Thursday"),
        tr_c("weekday", "Friday"),
        tr_c("weekday", "Saturday"),
        tr_c("weekday", "Sunday"),
    )


def _months() -> tuple[str, ...]:
    return (
        tr_c("month", "January"),
        tr_c("month", "February"),
        tr_c("month", "March"),
        tr_c("month", "April"),
        tr_c("month", "May"),
        tr_c("month", "June"),
        tr_c("month", "July"),
        tr_c("month", "August"),
        tr_c("month", "September"),
        tr_c("month", "October"),
        tr_c("month", "November"),
        tr_c("month", "December"),
    )


def _short_months() -> tuple[str, ...]:
    return (
        tr_c("short month", "Jan"),
        tr_c("short month", "Feb"),
        tr_c("short month", "Mar"),
        tr_c("short month", "Apr"),
        tr_c("short month", "May"),
        tr_c("short month", "Jun"),
        tr_c("short month", "Jul"),
        tr_c("short month", "Aug"),
        tr_c("short month", "Sep"),
        tr_c("short month", "Oct"),
        tr_c("short month", "Nov"),
        tr_c("short month", "Dec"),
    )
