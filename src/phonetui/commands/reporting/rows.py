"""A report for programs: CSV with one header for all its tables, and JSON."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from datetime import date
from io import StringIO

import msgspec

from phonetui.core.figures import Interval
from phonetui.core.report import Cell, Report, Section, Table
from phonetui.server.cells import cell

#: Before a table's own columns: what the section is by, which question the table is of, and what the row is about.
FIRST = ("by", "of", "what")


def as_csv(report: Report) -> str:
    """Every table's rows, then what they sum to. Shares are from 0 to 1, and an interval takes two columns."""
    rows = [*_rows(report)]
    names = dict.fromkeys(name for row in rows for name in row)
    out = StringIO(newline="")
    writer = csv.DictWriter(out, [*dict.fromkeys((*FIRST, *names))], restval="")
    writer.writeheader()
    writer.writerows({name: cell(_plainly(value)) for name, value in row.items()} for row in rows)
    return out.getvalue()


def as_json(report: Report) -> dict[str, object]:
    """The same for JSON, a row as an object with its columns' ids; pictures are left out."""
    facts: dict[str, object] = msgspec.to_builtins(report)
    return {**facts, "days": report.days, "sections": [_section(section) for section in report.sections]}


def _section(section: Section) -> dict[str, object]:
    tables = [
        {
            "caption": table.caption,
            "of": table.of,
            "rows": [_by_id(table, row) for row in table.rows],
            "total": _by_id(table, table.total) if table.total else None,
        }
        for table in section.tables
    ]
    return {"by": section.by, "title": section.title, "says": section.says, "tables": tables}


def _by_id(table: Table, row: tuple[Cell, ...]) -> dict[str, object]:
    cells = zip(table.columns, row, strict=True)
    return {column.id: msgspec.to_builtins(each) for column, each in cells}


def _rows(report: Report) -> Iterator[Mapping[str, Cell]]:
    for section in report.sections:
        for table in section.tables:
            for row in (*table.rows, table.total) if table.total else table.rows:
                yield {"by": section.by, "of": table.of, "what": row[0], **dict(_named(table, row))}


def _named(table: Table, row: tuple[Cell, ...]) -> Iterator[tuple[str, Cell]]:
    for column, each in zip(table.columns[1:], row[1:], strict=True):
        if column.kind == "interval":
            low, high = (each.low, each.high) if isinstance(each, Interval) else (None, None)
            yield from ((f"{column.id}_low", low), (f"{column.id}_high", high))
        else:
            yield column.id, each


def _plainly(value: Cell) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)
