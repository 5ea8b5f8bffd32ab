"""A report as one HTML page, without a script or anything from elsewhere: for a screen, paper, or to be read aloud."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from html import escape

from phonetui.commands.reporting.pictures import COLOURS, STYLE, draw
from phonetui.core.report import NOTE, Cell, Column, Picture, Report, Section, Table, shown

_PAGE_STYLE = """
:root { color-scheme: light dark; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
h1 { margin: 0; font-size: 1.9rem; line-height: 1.2; overflow-wrap: anywhere; }
h2 { margin: 3rem 0 0.5rem; font-size: 1.3rem; border-top: 2px solid var(--accent); padding-top: 0.75rem; }
p { max-width: 44rem; margin: 0.5rem 0; overflow-wrap: anywhere; }
a { color: var(--accent); }
nav ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; list-style: none; margin: 1.5rem 0 0; padding: 0; }
.quiet { color: var(--quiet); }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); gap: 1rem; margin: 1.5rem 0 0; }
.figures div { border-left: 3px solid var(--accent); padding-left: 0.75rem; }
.figures dt { color: var(--quiet); font-size: 0.9rem; }
.figures dd { margin: 0; font-size: 1.6rem; font-variant-numeric: tabular-nums; line-height: 1.25; }
.figures dd small { display: block; font-size: 0.85rem; color: var(--quiet); }
figure { margin: 1.25rem 0; }
figcaption, caption { text-align: left; font-weight: 600; padding-bottom: 0.5rem; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; margin: 1rem 0; }
.scroll:focus-visible { outline: 2px solid var(--accent); }
svg { display: block; }
svg.fits { width: 100%; max-width: 36rem; min-width: 22rem; height: auto; }
table { border-collapse: collapse; font-size: 0.95rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.35rem 0.75rem; text-align: right; border-bottom: 1px solid var(--rule); white-space: nowrap; }
th:first-child, td:first-child { padding-left: 0; }
tbody th, tfoot th { white-space: normal; min-width: 9rem; max-width: 22rem; overflow-wrap: anywhere; }
thead th { color: var(--quiet); font-weight: 600; vertical-align: bottom; white-space: normal; }
.text { text-align: left; }
tbody th { font-weight: 400; }
tfoot th, tfoot td { font-weight: 600; border-bottom: 0; border-top: 2px solid var(--rule); }
@media print {
  :root { color-scheme: light; }
  body { font-size: 10pt; }
  main { max-width: none; padding: 0; }
  nav { display: none; }
  h2 { break-after: avoid; margin-top: 1.5rem; }
  tr, figure { break-inside: avoid; }
  .scroll { overflow: visible; }
  table { font-size: 8.5pt; }
  th, td { padding: 0.2rem 0.4rem; }
  svg { max-width: 100%; height: auto; }
  svg .fill { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
"""
_WHOLE_STYLE = f"{COLOURS}{STYLE}{_PAGE_STYLE}"
#: Nothing may be loaded or run, and no style but ours, by its digest.
POLICY = (
    f"default-src 'none'; style-src 'sha256-{b64encode(sha256(_WHOLE_STYLE.encode()).digest()).decode()}'; "
    "base-uri 'none'; form-action 'none'"
)


def as_page(report: Report) -> str:
    """The page; what comes from a campaign file stands in it as text alone."""
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{escape(report.name)}: report</title>
<style>{_WHOLE_STYLE}</style>
</head>
<body>
<main>
{"".join(_parts(report))}</main>
</body>
</html>
"""


def _parts(report: Report) -> Iterator[str]:
    yield f"<header>\n<h1>{escape(report.name)}</h1>\n"
    told = f"{report.organisation} · {report.days} · made {report.made}"
    yield f'<p class="quiet">{escape(told)}</p>\n'
    if report.empty:
        yield f"<p>{escape(report.empty)}</p>\n</header>\n"
        return
    yield from _figures(report)
    if len(report.sections) > 1:
        links = "".join(f'<li><a href="#{each.by}">{escape(each.title)}</a></li>' for each in report.sections)
        yield f'<nav aria-label="Sections"><ul>{links}</ul></nav>\n'
    yield "</header>\n"
    for section in report.sections:
        yield from _section(section)
    yield f'<footer><p class="quiet">{escape(NOTE)}</p></footer>\n'


def _figures(report: Report) -> Iterator[str]:
    """The whole in a few large numbers."""
    whole = report.total
    between = f"between {shown('interval', whole.between)}" if whole.between else ""
    yield '<dl class="figures">\n'
    for name, number, more in (
        ("Attempts", shown("count", whole.attempts), ""),
        ("Contacts", shown("count", whole.contacts), ""),
        ("Contact rate", shown("share", whole.contact_rate), between),
        ("Talks", shown("count", whole.talks), ""),
        ("Time per talk", shown("duration", whole.talk_seconds), "minutes and seconds"),
        ("Callers' hours", shown("hours", whole.hours), ""),
    ):
        small = f"<small>{escape(more)}</small>" if more else ""
        yield f"<div><dt>{escape(name)}</dt><dd>{escape(number)}{small}</dd></div>\n"
    yield "</dl>\n"


def _section(section: Section) -> Iterator[str]:
    yield f'<section aria-labelledby="{section.by}">\n<h2 id="{section.by}">{escape(section.title)}</h2>\n'
    for sentence in section.says:
        yield f"<p>{escape(sentence)}</p>\n"
    for number, picture in enumerate(section.pictures):
        yield _picture(picture, f"{section.by}-{number}")
    for table in section.tables:
        yield _table(table)
    yield "</section>\n"


def _picture(picture: Picture, name: str) -> str:
    title = escape(picture.title)
    drawn = draw(picture, name)
    return f"<figure><figcaption>{title}</figcaption>{_scrolled(drawn, title)}</figure>\n"


def _table(table: Table) -> str:
    heads = "".join(f'<th scope="col"{_side(column)}>{escape(column.heading)}</th>' for column in table.columns)
    body = "".join(_row(table.columns, row) for row in table.rows)
    foot = f"<tfoot>{_row(table.columns, table.total)}</tfoot>" if table.total else ""
    caption = escape(table.caption)
    drawn = f"<table><caption>{caption}</caption><thead><tr>{heads}</tr></thead><tbody>{body}</tbody>{foot}</table>"
    return f"{_scrolled(drawn, caption)}\n"


def _row(columns: tuple[Column, ...], row: tuple[Cell, ...]) -> str:
    first, *rest = (escape(shown(column.kind, cell)) for column, cell in zip(columns, row, strict=True))
    cells = "".join(f"<td{_side(column)}>{cell}</td>" for column, cell in zip(columns[1:], rest, strict=True))
    return f'<tr><th scope="row" class="text">{first}</th>{cells}</tr>'


def _side(column: Column) -> str:
    return ' class="text"' if column.kind in ("text", "day", "date", "hour", "version") else ""


def _scrolled(content: str, name: str) -> str:
    """What may be wider than a small screen scrolls by itself, by keyboard too."""
    return f'<div class="scroll" role="region" aria-label="{name}" tabindex="0">{content}</div>'
