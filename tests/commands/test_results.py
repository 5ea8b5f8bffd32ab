"""What came of the calls, in a file or on standard output, whatever the locale."""

from __future__ import annotations

import csv
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from io import StringIO
from pathlib import Path
from typing import TextIO

import msgspec
import pytest

from phonetui.commands.progress import Tell
from phonetui.server.engine import FILE_NAME
from tests.commands.test_outbox import Campaign, Dana, beginning, campaign, dana, two_calls
from tests.shell import Shell

__all__ = ["beginning", "campaign", "dana", "two_calls"]

NOTE = "Ask for Nguyễn Thị Hạnh."


@pytest.fixture
def called(dana: Dana, campaign: Campaign, shell: Shell, tmp_path: Path) -> Campaign:
    """A campaign with one attempt, whose note no old encoding can write."""
    dana.records(dana.outcome(0, "talked", note=NOTE))
    assert shell.run("outbox", "export", tmp_path / "stick.jsonl") == 0
    assert shell.run("server", "results", "import", tmp_path / "stick.jsonl", "--data", campaign.folder) == 0
    return campaign


def test_results_are_written_to_a_new_file(called: Campaign, shell: Shell, tmp_path: Path) -> None:
    out = tmp_path / "results.csv"
    words = ("server", "results", "export", "turnout", "--data", called.folder, "--out", out)
    assert shell.run(*words) == 0
    assert shell.out == f"{out}: 1 row; 1 attempt, 1 contact, 1 talk.\n"
    [row] = csv.DictReader(StringIO(out.read_bytes().decode("utf-8"), newline=""))
    assert row["note"] == NOTE
    assert out.stat().st_mode & 0o777 == 0o600


def test_results_are_a_view_for_programs_that_read_sql(called: Campaign, shell: Shell) -> None:
    words = ("server", "results", "view", "turnout", "--data", called.folder)
    assert shell.run(*words) == 0
    assert (
        shell.out == "The view results_turnout has one row per attempt, corrections applied; see phonetui help sql.\n"
    )
    with closing(sqlite3.connect(called.folder / FILE_NAME)) as database:
        assert database.execute("SELECT disposition, note FROM results_turnout").fetchall() == [("talked", NOTE)]
    assert shell.run(*words, "--drop") == 0
    assert shell.out == "There is no view results_turnout any more.\n"
    assert "There is no campaign nope" in shell.refusal("server", "results", "view", "nope", "--data", called.folder)


@pytest.mark.parametrize("what", ["export", "reports"])
def test_a_file_that_is_there_is_replaced_only_when_told(
    called: Campaign, shell: Shell, tmp_path: Path, what: str
) -> None:
    out = tmp_path / "voters.csv"
    out.write_text("mine")
    words = ("server", "results", what, "turnout", "--data", called.folder, "--out", out)
    assert shell.refusal(*words) == f"There is a file {out} already; name a new one, or replace it with --force."
    assert out.read_text() == "mine"
    assert shell.run(*words, "--force") == 0
    assert out.read_text() != "mine"
    assert [file.name for file in tmp_path.glob("voters.csv*")] == ["voters.csv"]


@pytest.mark.parametrize(("options", "left"), [([], "not written"), (["--force"], "as it was")])
def test_ctrl_c_in_mid_export_leaves_no_half_file(
    called: Campaign, shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], left: str
) -> None:
    out = tmp_path / "results.csv"
    if options:
        out.write_text("before")

    @contextmanager
    def ctrl_c(out: TextIO, *, quiet: bool) -> Iterator[Tell]:
        yield lambda words: os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr("phonetui.commands.results.progress", ctrl_c)
    words = ("server", "results", "export", "turnout", "--data", called.folder, "--out", out)
    assert shell.run(*words, *options) == 130
    assert shell.err == f"Stopped; {out} is {left}.\n"
    assert [(file.name, file.read_text()) for file in tmp_path.glob("results.csv*")] == (
        [("results.csv", "before")] if options else []
    )


def test_a_folder_that_is_not_there_is_named(called: Campaign, shell: Shell, tmp_path: Path) -> None:
    out = tmp_path / "not" / "results.csv"
    assert shell.refusal("server", "results", "export", "turnout", "--data", called.folder, "--out", out) == (
        f"The results cannot be written to {out} (No such file or directory); choose another --out."
    )


def in_latin_1(campaign: Campaign, *options: str) -> bytes:
    """What the export prints into a pipe where the locale is of old."""
    words = ["server", "results", "export", "turnout", "--data", str(campaign.folder), *options]
    environment = {"PATH": "/usr/bin:/bin", "PYTHONIOENCODING": "latin-1", "HOME": str(campaign.folder)}
    done = subprocess.run([sys.executable, "-m", "phonetui", *words], env=environment, capture_output=True, check=True)
    assert done.stderr == b""
    return done.stdout


def test_a_pipe_gets_utf_8_whatever_the_locale(called: Campaign, shell: Shell, tmp_path: Path) -> None:
    printed = in_latin_1(called)
    words = ("server", "results", "export", "turnout", "--data", called.folder, "--out", tmp_path / "results.csv")
    assert shell.run(*words) == 0
    assert printed == (tmp_path / "results.csv").read_bytes()
    assert NOTE.encode() in printed
    assert msgspec.json.decode(in_latin_1(called, "--json"))[0]["note"] == NOTE
