"""A report: tables and pictures of one campaign's calls. Every format is written from this, so all say the same."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from msgspec import Struct

from phonetui.core.figures import Figures, Interval

#: What a report can be narrowed to; without one of them it has every section there is.
BY = ("caller", "hour", "list", "question", "script", "zone")
#: How it can be written.
FORMATS = ("table", "csv", "json", "md", "html", "svg")

#: How a column's cells are shown. A `version` is 0 where it is not known.
Kind = Literal["text", "count", "share", "interval", "ratio", "duration", "hours", "day", "date", "hour", "version"]
#: An hour is 0 to 23, a duration in seconds; None where nothing can be said.
Cell = str | int | float | date | Interval | None

NOTHING = "–"
#: What every report says of its figures.
NOTE = (
    "A voter who was reached several times in a round counts once. What a rate lies between is where it would end, as "
    "sure as 95 in 100, if calls went on for ever as they went; phonetui help reports says more."
)
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Column(Struct, frozen=True):
    """`id` names it to programs, `heading` to people, and `short` where there is little room."""

    id: str
    heading: str
    kind: Kind
    short: str = ""


class Table(Struct, frozen=True):
    """Rows of the same columns, the last row what they sum to where that says something. `of` is a question's id."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] = ()
    of: str = ""


class Bar(Struct, frozen=True):
    """One of a chart's bars: `says` stands at its end, and an interval across it."""

    label: str
    value: float
    says: str
    between: Interval | None = None


class Bars(Struct, frozen=True):
    """Bars beside each other, in groups with a heading; `most` is where the axis ends."""

    title: str
    groups: tuple[tuple[str, tuple[Bar, ...]], ...]
    most: float


class Heat(Struct, frozen=True):
    """Shares by row and column, each with of how many it is; None where there were no calls."""

    title: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[tuple[float, int] | None, ...], ...]


class Line(Struct, frozen=True):
    """Counts from step to step, one line each."""

    title: str
    steps: tuple[str, ...]
    lines: tuple[tuple[str, tuple[int, ...]], ...]


Picture = Bars | Heat | Line


class Section(Struct, frozen=True):
    """What a report has to say by one thing; `says` are sentences."""

    by: str
    title: str
    tables: tuple[Table, ...]
    says: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()


class Report(Struct, frozen=True, kw_only=True):
    """`since` and `until` are its first and its last day, both in the campaign's `zone`; none where nobody named one.

    `empty` is the sentence that is said in place of everything where there were no attempts.
    """

    campaign_id: str
    name: str
    organisation: str
    zone: str
    made_at: datetime
    since: date | None
    until: date | None
    total: Figures
    sections: tuple[Section, ...] = ()
    empty: str = ""

    @property
    def made(self) -> str:
        """When it was made, as the campaign's clocks say it."""
        at = self.made_at.astimezone(ZoneInfo(self.zone))
        return f"{in_full(at.date())}, {at.hour % 12 or 12}:{at.minute:02} {'am' if at.hour < 12 else 'pm'}"

    @property
    def days(self) -> str:
        """Which days it is about."""
        since, until = self.since and in_full(self.since), self.until and in_full(self.until)
        if since and until:
            return f"Calls of {since}" if since == until else f"Calls from {since} to {until}"
        if since:
            return f"Calls from {since} on"
        return f"Calls up to {until}" if until else "All calls so far"


def shown(kind: Kind, cell: Cell) -> str:
    """The cell as people read it, in every format that is for people."""
    match kind, cell:
        case _, None:
            return NOTHING
        case "interval", Interval(low, high):
            return f"{_percent(low)}–{percent(high)}"
        case "day" | "date", date() as day:
            return short_day(day) if kind == "day" else _date(day)
        case "count", int(number):
            return f"{number:,}"
        case "duration", int(seconds):
            return f"{seconds // 60}:{seconds % 60:02}"
        case "hour", int(hour):
            return hour_of_day(hour)
        case "version", int(version):
            return str(version) if version else "Not known"
        case "share", (int() | float()) as share:
            return percent(share)
        case "ratio" | "hours", (int() | float()) as number:
            return f"{number:,.1f}"
    return str(cell)


def percent(share: float) -> str:
    """`23.4%`."""
    return f"{_percent(share)}%"


def _percent(share: float) -> str:
    return f"{100 * share:.1f}".replace("100.0", "100")


def hour_of_day(hour: int) -> str:
    """`5 pm`."""
    return f"{hour % 12 or 12} {'am' if hour < 12 else 'pm'}"


def short_day(day: date) -> str:
    """`Tue Oct 6`."""
    return f"{WEEKDAYS[day.weekday()]} {_date(day)}"


def _date(day: date) -> str:
    return f"{MONTHS[day.month - 1]} {day.day}"


def in_full(day: date) -> str:
    """`Tue Oct 6, 2026`."""
    return f"{short_day(day)}, {day.year}"
