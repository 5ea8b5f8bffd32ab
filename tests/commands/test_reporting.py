"""Every format of a report says what the report says, and nothing in it comes alive."""

from __future__ import annotations

import csv
import json
import re
import struct
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from sqlalchemy import Connection

from phonetui.commands.reporting.markdown import as_markdown, escaped
from phonetui.commands.reporting.page import as_page
from phonetui.commands.reporting.pictures import as_svg
from phonetui.commands.reporting.rows import as_csv, as_json
from phonetui.core.figures import Interval
from phonetui.core.report import Bars, Cell, Heat, Line, Report, Table, shown
from phonetui.server import tables
from phonetui.server.engine import plain_engine
from phonetui.server.report_making import make_report
from phonetui.server.report_text import as_text
from tests.commands.chromium import listening, look, run, screenshot
from tests.server.phone_bank import number
from tests.server.report_histories import ACTS, HOUSEHOLD, NOW, Act, history, prepare, take_in

Rows = list[list[str]]


@pytest.fixture(scope="module")
def bank() -> Iterator[Connection]:
    """A database in memory, of a campaign whose every name would like to be more than a name."""
    with plain_engine("sqlite+aiosqlite://").connect() as connection:
        tables.metadata.create_all(connection)
        prepare(connection)
        connection.commit()
        yield connection


def reported(connection: Connection, acts: list[Act]) -> Report:
    """The report of this evening; the database is as before then."""
    take_in(connection, history(acts).events)
    try:
        return make_report(connection, "turnout", now=NOW)
    finally:
        connection.rollback()


def an_evening() -> list[Act]:
    """Both callers reach everybody with either version, and much is said."""
    said = {"vote": "yes", "issues": "roads;schools", "people": "3", "sign": "on Anneliese's lawn"}
    return [
        Act("outcome", caller, voter, nth, result, 4, False, nth + 1, answers, 0)
        for nth, caller in enumerate(("dana", "eli"))
        for voter in HOUSEHOLD
        for result, answers in (("not_home", {}), ("talked", said))
    ]


def tables_of(report: Report) -> list[Table]:
    return [table for section in report.sections for table in section.tables]


def as_shown(table: Table) -> Rows:
    """The table's rows as people read them."""
    rows = (*table.rows, table.total) if table.total else table.rows
    return [[shown(column.kind, cell) for column, cell in zip(table.columns, row, strict=True)] for row in rows]


def plainly(cell: Cell) -> list[str]:
    """What CSV has of a cell."""
    match cell:
        case Interval(low, high):
            return [str(low), str(high)]
        case date():
            return [cell.isoformat()]
    return ["" if cell is None else str(cell)]


class Page(HTMLParser):
    """The cells of a page's tables, its text, and every element with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: Rows = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._in_cell = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
        self._in_cell = tag in ("td", "th")

    def handle_endtag(self, tag: str) -> None:
        self._in_cell = False

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._in_cell:
            self.rows[-1][-1] += data


def in_markdown(text: str) -> Rows:
    """The cells of a text's tables, as a program that draws Markdown reads them."""
    lines = [line[2:-2].split(" | ") for line in text.splitlines() if line.startswith("| ")]
    rows = [[re.sub(r"^\*\*(.*)\*\*$", r"\1", cell) for cell in line] for line in lines]
    return [[re.sub(r"\\(.)", r"\1", cell) for cell in row] for row in rows if set("".join(row)) - set("-: ")]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ACTS, min_size=1, max_size=14))
def test_every_format_says_what_the_report_says(bank: Connection, acts: list[Act]) -> None:
    report = reported(bank, acts)
    found = tables_of(report)
    heads = [[column.heading for column in table.columns] for table in found]
    rows = [row for head, table in zip(heads, found, strict=True) for row in (head, *as_shown(table))]
    html = as_page(report)
    assert Page(html).rows == rows
    markdown = as_markdown(report)
    assert in_markdown(markdown) == rows
    check_csv(as_csv(report), found)
    check_json(as_json(report), report)
    check_text(as_text(report), found)
    drawn = [as_svg(picture) for section in report.sections for picture in section.pictures]
    for picture in drawn:
        ET.fromstring(picture)
    everything = "".join((html, markdown, as_csv(report), json.dumps(as_json(report)), as_text(report), *drawn))
    for secret in ("Anneliese", "Zimmermann", "on the lawn", *(number(home)[2:] for home in HOUSEHOLD.values())):
        assert secret not in everything


def check_csv(text: str, found: list[Table]) -> None:
    told = [
        {name: cell.removeprefix("'") for name, cell in row.items() if cell and name != "by"}
        for row in csv.DictReader(StringIO(text, newline=""))
    ]
    rows = [(table, row) for table in found for row in ((*table.rows, table.total) if table.total else table.rows)]
    assert told == [in_csv(table, row) for table, row in rows]


def in_csv(table: Table, row: tuple[Cell, ...]) -> dict[str, str]:
    """The row's cells that say something, by their columns in the file."""
    cells = {"of": table.of}
    for column, cell in zip(table.columns, row, strict=True):
        if isinstance(cell, Interval):
            cells |= {f"{column.id}_low": str(cell.low), f"{column.id}_high": str(cell.high)}
        else:
            cells |= {"what" if column is table.columns[0] else column.id: plainly(cell)[0]}
    return {name: cell for name, cell in cells.items() if cell}


def check_json(told: dict[str, object], report: Report) -> None:
    again = json.loads(json.dumps(told))
    assert (again["total"]["attempts"], again["total"]["talks"]) == (report.total.attempts, report.total.talks)
    found = [table for section in again["sections"] for table in section["tables"]]
    for each, table in zip(found, tables_of(report), strict=True):
        rows = [*each["rows"], *([each["total"]] if each["total"] else [])]
        values = [[*row.values()] for row in rows]
        plain = [
            [part for cell in row for part in ([cell["low"], cell["high"]] if isinstance(cell, dict) else [cell])]
            for row in values
        ]
        wanted = [
            [part for cell in row for part in plainly(cell)]
            for row in ((*table.rows, table.total) if table.total else table.rows)
        ]
        assert [["" if part is None else str(part) for part in row] for row in plain] == wanted


def check_text(text: str, found: list[Table]) -> None:
    """Each row's cells stand in a line of their own, in order, and no line is too wide."""
    lines = iter(text.splitlines())
    for row in (row for table in found for row in as_shown(table)):
        numbers = " ".join(row[1:]).split()
        assert any(line.split()[-len(numbers) :] == numbers for line in lines), row
    assert max(map(cell_len, text.splitlines())) <= 78


def test_names_stay_names(bank: Connection) -> None:
    """A campaign, a list and a caller whose names are HTML, Markdown and a formula."""
    report = reported(bank, an_evening())
    page = Page(as_page(report))
    names = {name for name, _ in page.elements}
    assert not names & {"b", "i", "script", "img", "iframe", "form", "object", "link"}
    assert not [key for _, attributes in page.elements for key in attributes if key.startswith("on") or key == "style"]
    assert {attributes["href"] for name, attributes in page.elements if name == "a" and attributes["href"]} == {
        f"#{section.by}" for section in report.sections
    }
    assert "<b>Turnout</b> | [now](javascript:1)" in page.text
    markdown = as_markdown(report)
    assert r"\<b\>Turnout\</b\> \| \[now\](javascript\:1)" in markdown
    assert r"Eli \*Cruz\*" in markdown


def test_markdown_begins_nothing() -> None:
    assert escaped("a_b *c* `d` www.e.org http://f ~g~ #1 <x> [y] !z & \\") == (
        r"a\_b \*c\* \`d\` www\.e.org http\://f \~g\~ \#1 \<x\> \[y\] \!z \& \\"
    )


def test_no_cell_of_the_csv_is_a_formula(bank: Connection) -> None:
    with bank.begin_nested():
        bank.execute(tables.accounts.update().where(tables.accounts.c.caller_id == "dana").values(name="=1+1"))
        take_in(bank, history(an_evening()).events)
        text = as_csv(make_report(bank, "turnout", now=NOW, by="caller"))
    bank.rollback()
    assert [row["what"] for row in csv.DictReader(StringIO(text))] == ["'=1+1", "Eli *Cruz*", "All"]


def test_nothing_to_report_is_said_in_every_format(bank: Connection) -> None:
    report = make_report(bank, "turnout", now=NOW)
    sentence = "No calls are recorded in the campaign turnout yet."
    assert sentence in Page(as_page(report)).text
    assert sentence in as_text(report)
    assert sentence in as_markdown(report)
    assert as_json(report)["empty"] == sentence
    assert sentence in "".join(ET.fromstring(as_svg(None, report.empty)).itertext())
    assert as_csv(report) == "by,of,what\r\n"


@pytest.mark.parametrize(
    ("picture", "texts"),
    [
        (Bars("Talks", (("", ()),), 0.0), []),
        (Heat("Hours", ("Mon",), ("5 pm", "6 pm"), (((0.0, 3), None),)), ["5 pm", "6 pm", "Mon", "0%", "3"]),
        (Line("Days", ("Mon",), (("Attempts", (0,)), ("Contacts", (0,)), ("Talks", (0,)))), ["Mon"]),
    ],
)
def test_a_picture_of_next_to_nothing_is_still_one(picture: Bars | Heat | Line, texts: list[str]) -> None:
    drawn = ET.fromstring(as_svg(picture))
    found = [text.text for text in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert [text for text in found if text in texts] == texts
    assert [title.text for title in drawn.iter("{http://www.w3.org/2000/svg}title")] == [picture.title]


# -- in a browser ------------------------------------------------------------------------------------------------------


@pytest.mark.long
def test_a_browser_shows_the_page_whole_at_any_width(bank: Connection, tmp_path: Path) -> None:
    report = reported(bank, an_evening())
    page = tmp_path / "report.html"
    page.write_text(as_page(report), "utf-8")
    seen = look(page, 1200, 400)
    heads = [[column.heading for column in table.columns] for table in tables_of(report)]
    wanted = [[head, *as_shown(table)] for head, table in zip(heads, tables_of(report), strict=True)]
    for width in (1200, 400):
        told = seen[str(width)]
        assert told["wide"] <= width
        assert told["tables"] == wanted
        assert told["captions"] == [table.caption for table in tables_of(report)]
        assert told["smallest"] >= 9
        assert set(told["pictures"]) == {"img"}
        assert not {"b", "i", "script"} & set(told["elements"])
        assert report.name in told["text"]
        assert (told["ink"], told["styled"]) == ("rgb(28, 33, 38)", "992px")
    for width in (1200, 400):
        picture = screenshot(page, width)
        assert struct.unpack(">II", picture[16:24]) == (width, 1000)
        assert len(picture) > 10_000


@pytest.mark.long
def test_nothing_is_fetched_even_by_what_got_into_the_page(bank: Connection, tmp_path: Path) -> None:
    html = as_page(reported(bank, an_evening()))
    lure = '<img src="http://canary.invalid/a.png"><script src="http://canary.invalid/b.js"></script>'
    assert "</main>" in html
    spoiled = html.replace("</main>", f"{lure}</main>")
    page = tmp_path / "report.html"
    for text, fetched in (
        (html, False),
        (spoiled, False),
        (re.sub("<meta http-equiv[^>]*>", "", spoiled), True),
    ):
        page.write_text(text, "utf-8")
        with listening() as (port, asked):
            run(tmp_path, "--dump-dom", page.as_uri(), proxy=port)
        assert any("canary.invalid" in line for line in asked) == fetched
