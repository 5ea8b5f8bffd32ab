"""Reports count what `results` counts, whatever happened and by whatever they are made."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Struct
from sqlalchemy import Connection

from phonetui.core.figures import PAUSE
from phonetui.core.report import Report, Table
from phonetui.server import results, tables
from phonetui.server.engine import plain_engine
from phonetui.server.report_making import SECTIONS, make_report

from .report_histories import (
    ACTS,
    CAMPAIGN,
    HOUSEHOLD,
    LIST_NAMES,
    LISTS,
    NOW,
    ON_SCREEN,
    ZONES,
    Act,
    History,
    history,
    prepare,
    take_in,
)

NEW_YORK = ZoneInfo("America/New_York")
CITIES = {"America/New_York": "New York", "America/Chicago": "Chicago"}
#: The sections whose rows are figures of attempts.
COUNTING = ("day", "hour", "caller", "script", "list", "zone")


@pytest.fixture(scope="module")
def bank() -> Iterator[Connection]:
    """A database in memory with a campaign, two lists, six voters and two callers."""
    with plain_engine("sqlite+aiosqlite://").connect() as connection:
        tables.metadata.create_all(connection)
        prepare(connection)
        connection.commit()
        yield connection


class Row(Struct, frozen=True):
    """A row of the exported results, as somebody with a spreadsheet reads it."""

    attempt_id: str
    at: datetime
    caller: str
    voter: int
    disposition: str
    contact: bool
    talk: bool
    same_call: bool
    answers: dict[str, str]
    round: int


def exported(connection: Connection, of: History) -> list[Row]:
    """The exported CSV, read back, with the rounds that only the callers know."""
    out = StringIO(newline="")
    results.export(connection, "turnout", out)
    return [
        Row(
            row["attempt_id"],
            datetime.fromisoformat(row["at_utc"]),
            row["caller"],
            int(row["voter_file_id"]),
            row["disposition"],
            row["contact"] == "yes",
            row["talk"] == "yes",
            row["same_call"] == "yes",
            {key: row[key] for key in ("vote", "issues", "people") if row[key]},
            of.rounds[row["attempt_id"]],
        )
        for row in csv.DictReader(StringIO(out.getvalue(), newline=""))
    ]


def ones_that_count(rows: Sequence[Row]) -> list[Row]:
    """Of each voter and round the first talk, or else the first contact."""
    contacts = sorted((row for row in rows if row.contact), key=lambda row: (not row.talk, row.attempt_id))
    return [*{(row.voter, row.round): row for row in reversed(contacts)}.values()]


def by(section: str, row: Row) -> object:
    """What the row belongs to in a section of the report."""
    local = row.at.astimezone(NEW_YORK)
    match section:
        case "day":
            return local.date()
        case "hour":
            return local.hour
        case "caller":
            return row.caller
        case "list":
            return LIST_NAMES[LISTS[HOUSEHOLD[row.voter]]]
        case "zone":
            return CITIES[ZONES[HOUSEHOLD[row.voter]]]
    raise AssertionError(section)


def table(report: Report, section: str, of: str = "") -> Table:
    """The section's table, or that of a question."""
    tables_of = next(each for each in report.sections if each.by == section).tables
    return next(each for each in tables_of if each.of == of)


def column(of: Table, name: str) -> dict[object, object]:
    """A column's cells by what its rows are about; the total under `All`."""
    at = [each.id for each in of.columns].index(name)
    rows = (*of.rows, of.total) if of.total else of.rows
    return {row[0]: row[at] for row in rows}


def seconds_of(rows: Sequence[Row]) -> int:
    """What the callers of these rows spent, one caller after the other."""
    spent = 0
    for caller in {row.caller for row in rows}:
        mine = sorted((row for row in rows if row.caller == caller), key=lambda row: row.attempt_id)
        before: datetime | None = None
        for row in mine:
            gap = int((row.at - before).total_seconds()) if before else PAUSE + 1
            spent += gap if gap <= PAUSE else ON_SCREEN.seconds
            before = row.at
    return spent


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ACTS, min_size=1, max_size=16))
def test_every_section_counts_what_results_count(bank: Connection, acts: list[Act]) -> None:
    told = history(acts)
    take_in(bank, told.events)
    try:
        check(bank, told)
    finally:
        bank.rollback()


def check(connection: Connection, told: History) -> None:
    """The report against `results.tally`, and against a count of the exported rows."""
    report, tally, rows = whole(connection), results.tally(connection, "turnout"), exported(connection, told)
    assert (report.total.attempts, report.total.contacts, report.total.talks) == (
        tally.attempts,
        tally.contacts,
        tally.talks,
    )
    if not rows:
        assert (report.sections, report.empty) == ((), "No calls are recorded in the campaign turnout yet.")
        return
    assert [section.by for section in report.sections] == [*SECTIONS]
    counted = ones_that_count(rows)
    for section in COUNTING:
        found = table(report, section)
        assert column(found, "attempts")["All"] == tally.attempts
        assert column(found, "contacts")["All"] == tally.contacts
        assert column(found, "talks")["All"] == tally.talks
        for name in ("attempts", "contacts", "talks", "hours"):
            cells = [cell for key, cell in column(found, name).items() if key != "All"]
            assert sum(cell for cell in cells if isinstance(cell, int | float)) == pytest.approx(
                column(found, name)["All"]
            )
    for section in (each for each in COUNTING if each != "script"):
        found = table(report, section)
        assert nonzero(column(found, "attempts")) == Counter(by(section, row) for row in rows if not row.same_call)
        assert nonzero(column(found, "contacts")) == Counter(by(section, row) for row in counted)
        assert nonzero(column(found, "talks")) == Counter(by(section, row) for row in counted if row.talk)
    check_results(report, rows)
    check_answers(report, rows)
    assert report.total.hours * 3600 == pytest.approx(seconds_of(rows))


def check_results(report: Report, rows: Sequence[Row]) -> None:
    labels = {each.id: each.label["en"] for each in CAMPAIGN.dispositions}
    wanted = Counter(labels.get(row.disposition, row.disposition) for row in rows)
    assert nonzero(column(table(report, "result"), "results")) == wanted


def check_answers(report: Report, rows: Sequence[Row]) -> None:
    """Of each voter and round the last answers that were given in talks."""
    given: dict[tuple[int, int], dict[str, str]] = {}
    for row in sorted((row for row in rows if row.talk), key=lambda row: row.attempt_id):
        given.setdefault((row.voter, row.round), {}).update(row.answers)
    votes = Counter(answers["vote"] for answers in given.values() if "vote" in answers)
    people = column(table(report, "question", "vote"), "people")
    assert (people["Yes"], people["No"], people["Answered"]) == (votes["yes"], votes["no"], votes.total())
    assert people.get("Another answer, from an earlier script", 0) == votes["perhaps"]
    issues = [answers["issues"].split("; ") for answers in given.values() if "issues" in answers]
    people = column(table(report, "question", "issues"), "people")
    assert people["Answered"] == len(issues)
    assert (people["roads"], people["schools"]) == tuple(
        sum(i in each for each in issues) for i in ("roads", "schools")
    )
    numbers = [int(answers["people"]) for answers in given.values() if "people" in answers]
    found = table(report, "question", "people")
    assert (column(found, "people")["Answered"], column(found, "sum")["Answered"]) == (len(numbers), sum(numbers))


def nonzero(cells: dict[object, object]) -> dict[object, object]:
    return {key: cell for key, cell in cells.items() if cell and key != "All"}


def whole(connection: Connection, section: str | None = None) -> Report:
    return make_report(connection, "turnout", now=NOW, by=section)
