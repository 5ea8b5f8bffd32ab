"""What the sections of a report share: the campaign's counts, the table of figures, the chart of contact rates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from phonetui.core.campaign import Campaign
from phonetui.core.figures import Counts, figures, total
from phonetui.core.report import Bar, Bars, Cell, Column, Table, percent, shown
from phonetui.core.text import clean
from phonetui.server.report import Counted

#: Characters of a label; what is longer says no more in a table.
LONGEST = 80

FIGURES = (
    Column("attempts", "Attempts", "count"),
    Column("contacts", "Contacts", "count"),
    Column("contact_rate", "Contact rate", "share", "Rate"),
    Column("between", "Lies between", "interval", "Between"),
    Column("talks", "Talks", "count"),
    Column("talk_seconds", "Time per talk", "duration", "A talk"),
    Column("attempts_per_contact", "Attempts per contact", "ratio", "Per ct."),
    Column("hours", "Callers' hours", "hours", "Hours"),
)

#: What a row is about, with what was counted.
Counting = tuple[Cell, Counts]


class Source(Struct, frozen=True):
    """What a report is made from."""

    connection: Connection
    campaign: Campaign
    counted: Counted

    @property
    def zone(self) -> ZoneInfo:
        """In which hours and days are told."""
        return ZoneInfo(self.campaign.zone)


def label(text: str) -> str:
    """Words of a campaign file, or a name, as one short line."""
    return clean(text, LONGEST)


def figure_table(caption: str, what: Column, countings: Iterable[Counting]) -> Table:
    """A row of figures for each of these, and what they sum to."""
    countings = list(countings)
    rows = tuple((cell, *_cells(counts)) for cell, counts in countings)
    return Table(caption, (what, *FIGURES), rows, ("All", *_cells(total(counts for _, counts in countings))))


def contact_rates(title: str, what: Column, countings: Sequence[Counting]) -> Bars:
    """A bar for each contact rate, with its interval."""
    bars = []
    for cell, counts in countings:
        told = figures(counts)
        says = f"{shown('share', told.contact_rate)} of {counts.attempts:,}"
        name = f"{what.heading} {cell}" if what.kind == "version" and cell else shown(what.kind, cell)
        bars.append(Bar(name, told.contact_rate or 0.0, says, told.between))
    most = max((bar.between.high if bar.between else bar.value for bar in bars), default=0.0)
    return Bars(title, (("", tuple(bars)),), most)


def amounts(title: str, rows: Iterable[tuple[str, int]], whole: int) -> Bars:
    """A bar for each amount, with its share of the whole."""
    bars = tuple(Bar(what, amount, f"{amount:,} · {percent(amount / whole)}") for what, amount in rows)
    return Bars(title, (("", bars),), max((bar.value for bar in bars), default=0.0))


def _cells(counts: Counts) -> tuple[Cell, ...]:
    return msgspec.structs.astuple(figures(counts))
