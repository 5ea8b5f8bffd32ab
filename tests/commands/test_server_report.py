"""`phonetui server report`, as an organiser types it."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path

import pytest

from tests.commands.test_outbox import Campaign, Dana, beginning, campaign, dana
from tests.shell import Shell

__all__ = ["beginning", "campaign", "dana"]


@pytest.fixture
def called(dana: Dana, campaign: Campaign, shell: Shell, tmp_path: Path) -> Campaign:
    """A campaign with two attempts, of which one was a talk."""
    dana.records(dana.outcome(0, "talked"))
    dana.records(dana.outcome(1, "not_home"))
    assert shell.run("outbox", "export", tmp_path / "stick.jsonl") == 0
    assert shell.run("server", "results", "import", tmp_path / "stick.jsonl", "--data", campaign.folder) == 0
    return campaign


def words(campaign: Campaign, *more: object) -> tuple[object, ...]:
    return ("server", "report", "turnout", "--data", campaign.folder, *more)


def test_a_report_is_printed(called: Campaign, shell: Shell) -> None:
    assert shell.run(*words(called, "--by", "caller")) == 0
    assert shell.out.startswith("Turnout · Riverside Votes\nAll calls so far · made ")
    row = next(line for line in shell.out.splitlines() if line.startswith("All  "))
    assert row.split()[:6] == ["All", "2", "1", "50.0%", "9.5–90.5%", "1"]
    assert max(map(len, shell.out.splitlines())) <= 80


def test_programs_read_csv_and_json(called: Campaign, shell: Shell) -> None:
    assert shell.run(*words(called, "--by", "hour", "--format", "csv")) == 0
    rows = [*csv.DictReader(StringIO(shell.out, newline=""))]
    assert [(row["what"], row["attempts"], row["talks"]) for row in rows][-1] == ("All", "2", "1")
    assert shell.run(*words(called, "--format", "json")) == 0
    told = json.loads(shell.out)
    assert (told["total"]["attempts"], told["total"]["contacts"], told["total"]["talks"]) == (2, 1, 1)
    assert shell.facts(*words(called))["total"] == told["total"]


@pytest.mark.parametrize(
    ("name", "begins"), [("html", "<!DOCTYPE html>"), ("md", "# Turnout"), ("svg", "<svg "), ("table", "Turnout · ")]
)
def test_a_report_is_written_to_a_file(called: Campaign, shell: Shell, tmp_path: Path, name: str, begins: str) -> None:
    out = tmp_path / f"report.{name}"
    line = words(called, "--by", "hour", "--format", name, "--out", out)
    assert shell.run(*line) == 0
    assert shell.out == f"{out}: 2 attempts, 1 contact, 1 talk.\n"
    assert out.read_text("utf-8").startswith(begins)
    assert out.stat().st_mode & 0o777 == 0o600
    assert shell.refusal(*line) == f"There is a file {out} already; name a new one, or replace it with --force."
    assert shell.facts(*line, "--force") == {"file": str(out), "attempts": 2, "contacts": 1, "talks": 1}


def test_the_numbers_are_those_of_the_results(called: Campaign, shell: Shell, tmp_path: Path) -> None:
    facts = shell.facts(
        "server", "results", "export", "turnout", "--data", called.folder, "--out", tmp_path / "results.csv"
    )
    total = shell.facts(*words(called))["total"]
    assert isinstance(total, dict)
    assert {name: total[name] for name in ("attempts", "contacts", "talks")} == {
        name: facts[name] for name in ("attempts", "contacts", "talks")
    }


def test_days_without_calls_are_said_to_have_none(called: Campaign, shell: Shell, tmp_path: Path) -> None:
    assert shell.run(*words(called, "--from", "2020-01-01", "--to", "2020-01-01")) == 0
    assert shell.out.splitlines()[1:] == [
        shell.out.splitlines()[1],
        "",
        "No calls of these days are recorded in the campaign turnout.",
    ]
    out = tmp_path / "none.csv"
    assert shell.run(*words(called, "--to", "2020-01-01", "--format", "csv", "--out", out)) == 0
    assert shell.out == f"{out}: No calls of these days are recorded in the campaign turnout.\n"
    assert shell.run(*words(called, "--to", "2020-01-01", "--format", "csv")) == 0
    assert (shell.out, shell.err) == (
        "by,of,what\r\n",
        "No calls of these days are recorded in the campaign turnout.\n",
    )


def test_what_cannot_be_is_refused(called: Campaign, shell: Shell, tmp_path: Path) -> None:
    assert (
        shell.refusal(*words(called, "--format", "svg")) == "A picture shows one thing; say which, such as --by hour."
    )
    assert shell.refusal(*words(called, "--from", "2026-10-07", "--to", "2026-10-06")) == (
        "2026-10-06 is before 2026-10-07; --from takes the first day, --to the last."
    )
    out = tmp_path / "not" / "there.html"
    assert shell.refusal(*words(called, "--format", "html", "--out", out)) == (
        f"The report cannot be written to {out} (No such file or directory); choose another --out."
    )
    assert shell.refusal("server", "report", "schools", "--data", called.folder) == (
        "There is no campaign schools; there are turnout."
    )
    assert shell.run(*words(called, "--from", "October")) == 2
    assert "--from: 'October' is not a date; write 2026-10-06" in shell.err
