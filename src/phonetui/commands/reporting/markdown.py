"""A report in Markdown, its tables as GitHub and many others draw them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from phonetui.core.report import NOTE, Cell, Column, Report, Table, shown

#: What begins something in Markdown or in HTML; words of a campaign file begin nothing.
_ACTIVE = re.compile(r"([\\`*_\[\]<>|~#&:@!]|(?<=www)\.)", re.IGNORECASE)


def as_markdown(report: Report) -> str:
    """The report's tables and sentences; pictures are left out, since the tables have all that is in them."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield f"# {escaped(report.name)}"
    yield ""
    yield f"{escaped(report.organisation)} · {escaped(report.days)} · made {escaped(report.made)}"
    if report.empty:
        yield from ("", escaped(report.empty))
        return
    for section in report.sections:
        yield from ("", f"## {section.title}")
        for sentence in section.says:
            yield from ("", escaped(sentence))
        for table in section.tables:
            yield from ("", f"**{escaped(table.caption)}**", "", *_table(table))
    yield from ("", escaped(NOTE))


def _table(table: Table) -> Iterator[str]:
    yield _row([escaped(column.heading) for column in table.columns])
    yield _row(["---" if column.kind == "text" else "--:" for column in table.columns])
    for row in table.rows:
        yield _row(_cells(table.columns, row))
    if table.total:
        yield _row([f"**{each}**" if each else "" for each in _cells(table.columns, table.total)])


def _cells(columns: tuple[Column, ...], row: tuple[Cell, ...]) -> list[str]:
    return [escaped(shown(column.kind, cell)) for column, cell in zip(columns, row, strict=True)]


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def escaped(text: str) -> str:
    r"""The words as Markdown shows them: `\*` for `*`."""
    return _ACTIVE.sub(r"\\\1", text)
