"""A report for a terminal of 80 columns with a margin: tables, and pictures drawn with letters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import fill

from phonetui.core.cells import cells, fitted
from phonetui.core.report import NOTE, Bars, Cell, Column, Heat, Line, Picture, Report, Table, shown

WIDTH = 78
#: Letters of a bar's label, and of the longest bar.
LABEL, LONGEST = 26, 28
STEPS = "▁▂▃▄▅▆▇█"


def as_text(report: Report) -> str:
    """The whole report, no line longer than `WIDTH`."""
    return "\n".join(_lines(report))


def _lines(report: Report) -> Iterator[str]:
    yield fill(f"{report.name} · {report.organisation}", WIDTH)
    yield f"{report.days} · made {report.made}"
    if report.empty:
        yield from ("", report.empty)
        return
    for section in report.sections:
        yield from ("", section.title.upper())
        for sentence in section.says:
            yield fill(sentence, WIDTH)
        for table in section.tables:
            yield ""
            yield from _table(table, captioned=len(section.tables) > 1)
        for picture in section.pictures:
            yield from ("", *_picture(picture))
    yield from ("", fill(NOTE, WIDTH))


def _table(table: Table, *, captioned: bool) -> Iterator[str]:
    if captioned:
        yield fitted(table.caption, WIDTH).rstrip()
    heads = [column.short or column.heading for column in table.columns]
    rows = [[shown(c.kind, cell) for c, cell in zip(table.columns, row, strict=True)] for row in _all(table)]
    widths = [max(cells(row[at]) for row in (heads, *rows)) for at in range(len(heads))]
    gap = "  " if sum(widths) + 2 * (len(widths) - 1) <= WIDTH else " "
    left = WIDTH - sum(widths[1:]) - len(gap) * (len(widths) - 1)  # for the first column, which is cut to it
    widths[0] = min(widths[0], max(left, 6))
    for row in (heads, *rows):
        yield gap.join(_aligned(table.columns, row, widths)).rstrip()


def _all(table: Table) -> Iterable[tuple[Cell, ...]]:
    return (*table.rows, table.total) if table.total else table.rows


def _aligned(columns: tuple[Column, ...], row: list[str], widths: list[int]) -> Iterator[str]:
    for at, (column, cell, width) in enumerate(zip(columns, row, widths, strict=True)):
        left = at == 0 or column.kind == "text"
        yield fitted(cell, width) if left else " " * (width - cells(cell)) + cell


def _picture(picture: Picture) -> Iterator[str]:
    yield f"{picture.title}:"
    match picture:
        case Bars():
            yield from _bars(picture)
        case Heat():
            yield from _heat(picture)
        case Line():
            yield from _line(picture)


def _bars(picture: Bars) -> Iterator[str]:
    for heading, bars in picture.groups:
        if heading:
            yield f"  {fitted(heading, WIDTH - 2).rstrip()}"
        for bar in bars:
            drawn = "█" * round(LONGEST * bar.value / picture.most) if picture.most else ""
            yield f"  {fitted(bar.label, LABEL)}  {drawn}{' ' if drawn else ''}{bar.says}"


def _heat(picture: Heat) -> Iterator[str]:
    """A few hours a line would not be a map: where the day is too long for the width, every row is cut alike."""
    wide = max(map(len, picture.columns)) + 1
    at_once = (WIDTH - 5) // wide
    for first in range(0, len(picture.columns), at_once):
        hours = slice(first, first + at_once)
        yield "     " + "".join(f"{hour:>{wide}}" for hour in picture.columns[hours])
        for name, row in zip(picture.rows, picture.cells, strict=True):
            yield f"  {name}" + "".join(f"{f'{100 * cell[0]:.0f}%' if cell else '':>{wide}}" for cell in row[hours])


def _line(picture: Line) -> Iterator[str]:
    """Each line by itself, from nothing to its own highest."""
    yield f"  from {picture.steps[0]} to {picture.steps[-1]}"
    room = WIDTH - 24
    for name, values in picture.lines:
        wide = -(-len(values) // room)  # so many steps to a letter
        together = [sum(values[at : at + wide]) for at in range(0, len(values), wide)]
        most = max(together) or 1
        drawn = "".join(STEPS[-(-value * 7 // most)] for value in together)
        yield f"  {name:<9}{drawn}  {sum(values):,}"
