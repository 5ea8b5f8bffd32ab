"""Sections of a report that count attempts by day and by hour, as clocks show them in the campaign's own zone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from phonetui.core.figures import Counts, share
from phonetui.core.report import WEEKDAYS, Column, Heat, Line, Section, hour_of_day, in_full, short_day
from phonetui.server.report import QUARTER
from phonetui.server.report_tables import Source, figure_table

Part = TypeVar("Part")


def days(source: Source) -> Section:
    """Day by day, with a line where there are several."""
    by_day = _by(source, datetime.date)
    table = figure_table("Days", Column("day", "Day", "day"), sorted(by_day.items()))
    steps = tuple(short_day(day) for day in sorted(by_day))
    line = Line("Attempts, contacts and talks, day by day", steps, _lines([by_day[day] for day in sorted(by_day)]))
    return Section("day", "Day by day", (table,), (), (line,) if len(by_day) > 1 else ())


def hours(source: Source) -> Section:
    """By the hour of the day, with the hours of each weekday, and the last day's quarters of an hour."""
    by_hour = _by(source, lambda at: at.hour)
    table = figure_table("Hours", Column("hour", "Hour", "hour"), sorted(by_hour.items()))
    says = f"Hours are those of {source.campaign.zone}; 5 pm is from five to six."
    return Section("hour", "Hours of the day", (table,), (says,), (_heat(source), _last_day(source)))


def _heat(source: Source) -> Heat:
    """The contact rate of each hour of each weekday on which there were calls."""
    cells = _by(source, lambda at: (at.weekday(), at.hour))
    weekdays = sorted({weekday for weekday, _ in cells})
    day = range(min(hour for _, hour in cells), max(hour for _, hour in cells) + 1)
    return Heat(
        "Contact rate by weekday and hour, with the number of attempts",
        tuple(WEEKDAYS[weekday] for weekday in weekdays),
        tuple(hour_of_day(hour) for hour in day),
        tuple(tuple(_rate(cells.get((weekday, hour))) for hour in day) for weekday in weekdays),
    )


def _rate(counts: Counts | None) -> tuple[float, int] | None:
    rate = share(counts.contacts, counts.attempts) if counts else None
    return (rate, counts.attempts) if counts and rate is not None else None


def _last_day(source: Source) -> Line:
    """The evening: what came of each quarter of an hour of the last day with calls."""
    groups = {int(key or 0): counts for key, counts in source.counted.groups["quarter"].items()}
    last = _local(source, max(groups)).date()
    quarters = [quarter for quarter in groups if _local(source, quarter).date() == last]
    steps = range(min(quarters), max(quarters) + 1)
    return Line(
        f"{in_full(last)}, by the quarter of an hour",
        tuple(_time(_local(source, quarter)) for quarter in steps),
        _lines([groups.get(quarter, Counts()) for quarter in steps]),
    )


def _lines(counts: list[Counts]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    return (
        ("Attempts", tuple(each.attempts for each in counts)),
        ("Contacts", tuple(each.contacts for each in counts)),
        ("Talks", tuple(each.talks for each in counts)),
    )


def _by(source: Source, part: Callable[[datetime], Part]) -> dict[Part, Counts]:
    """The counts of all quarters of an hour that have the same part of the local time."""
    folded: defaultdict[Part, Counts] = defaultdict(Counts)
    for quarter, counts in source.counted.groups["quarter"].items():
        folded[part(_local(source, int(quarter or 0)))].add(counts)
    return folded


def _local(source: Source, quarter: int) -> datetime:
    return datetime.fromtimestamp(quarter * QUARTER, UTC).astimezone(source.zone)


def _time(at: datetime) -> str:
    return f"{at.hour % 12 or 12}:{at.minute:02} {'am' if at.hour < 12 else 'pm'}"
