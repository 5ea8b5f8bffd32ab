"""What the organiser does at the server itself: pause and close, find and erase a voter, numbers nobody calls."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest

from phonetui.server import audit
from phonetui.server.engine import database_url, sync_engine
from tests.shell import Shell

VOTERS = "Voter ID,First Name,Last Name,Phone,ZIP\n1,Ana,Ruiz,(812) 555-0166,47711\n2,Ben,Cole,(812) 555-0167,47711\n"
CAMPAIGN = "weekend-turnout"


@pytest.fixture
def filled(shell: Shell, server: Path, tmp_path: Path) -> Path:
    """A server whose campaign has two voters."""
    (tmp_path / "voters.csv").write_text(VOTERS)
    shell.facts("server", "voters", "import", CAMPAIGN, "voters.csv", "--data", server)
    return server


def types(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """What is typed when the next command asks."""
    monkeypatch.setattr("sys.stdin", StringIO(f"{text}\n"))


def test_a_campaign_is_paused_closed_and_opened_again(shell: Shell, server: Path) -> None:
    for deed, said in (
        ("pause", "is paused: nobody is lent voters until `phonetui server campaign reopen`."),
        ("close", "is closed. What laptops have not sent yet is still taken."),
        ("reopen", "is open: callers are lent voters."),
    ):
        assert shell.run("server", "campaign", deed, CAMPAIGN, "--data", server) == 0
        assert shell.out == f"{CAMPAIGN} {said}\n"
    assert shell.run("server", "audit", CAMPAIGN, "--data", server) == 0
    assert [line.split("  ")[1:] for line in shell.out.splitlines()] == [
        ["at the server", "opened the campaign"],
        ["at the server", "closed the campaign"],
        ["at the server", "paused the campaign"],
        ["at the server", "took version 1 of the file into use"],
    ]


def test_the_audit_log_is_told_to_its_end_by_the_campaigns_clock(shell: Shell, server: Path) -> None:
    at = datetime(2026, 11, 21, 23, 5, tzinfo=UTC)
    with sync_engine(database_url(server, None)).begin() as connection:
        for nth in range(250):
            audit.record(connection, CAMPAIGN, audit.AT_THE_CONSOLE, "suppressed", nth, at)
    assert shell.run("server", "audit", CAMPAIGN, "--data", server) == 0
    lines = shell.out.splitlines()
    assert len(lines) == 251
    assert lines[0] == "2026-11-21 18:05  at the server  put numbers on the do-not-call list: 249"
    assert shell.run("server", "audit", CAMPAIGN, "--data", server, "--json") == 0
    assert len(json.loads(shell.out)["entries"]) == 251


def test_a_voter_is_found_shown_and_erased_and_stays_out(
    shell: Shell, filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = ("--data", filled)
    assert shell.run("server", "voters", "find", CAMPAIGN, "ruiz", *at) == 0
    assert shell.out == "1  Ana Ruiz  +18125550166  (voters.csv)\n"
    types(monkeypatch, "Ruiz, Ana")
    assert shell.run("server", "voters", "find", CAMPAIGN, *at) == 0
    assert shell.out == "1  Ana Ruiz  +18125550166  (voters.csv)\n"
    assert shell.run("server", "voters", "find", CAMPAIGN, "Nobody", "Here", *at) == 0
    assert shell.out == f"Nobody in {CAMPAIGN} is found by that.\n"
    assert shell.run("server", "voters", "show", CAMPAIGN, "1", *at, "--out", "ana.json") == 0
    assert json.loads((tmp_path / "ana.json").read_text())["held"]["voters"][0]["body"]["last_name"] == "Ruiz"
    assert shell.refusal("server", "voters", "show", CAMPAIGN, "1", *at, "--out", "ana.json") == (
        "ana.json is there already; name a new file."
    )
    assert shell.run("server", "voters", "erase", CAMPAIGN, "1", *at) == 0
    assert shell.out == "3 records tell of Ana Ruiz. Nothing is erased yet; do it for good with --yes.\n"
    assert shell.run("server", "voters", "erase", CAMPAIGN, "1", "--yes", *at) == 0
    assert shell.out.splitlines() == [
        "Voter 1 is erased. What was counted stays.",
        "Backups made before now still hold them; erase them again if one is ever put in place.",
    ]
    again = shell.facts("server", "voters", "import", CAMPAIGN, "voters.csv", *at)
    assert again["reasons"] == {"erased on request": 1}


def test_numbers_come_from_a_file_and_are_looked_for(shell: Shell, filled: Path, tmp_path: Path) -> None:
    (tmp_path / "never.txt").write_text("(812) 555-0166\n812-555-0199\nno number\n")
    at = ("--data", filled)
    assert shell.run("server", "do-not-call", "import", "never.txt", *at) == 0
    assert shell.out.splitlines() == [
        "never.txt, column Phone: 2 numbers, 2 new to the list.",
        "+18125550166, +18125550199",
        "1 row without one: line 3: no number.",
        "Nothing is added yet; add them with --yes.",
    ]
    assert shell.run("server", "do-not-call", "list", *at) == 0
    assert shell.out == "0 numbers may not be called by anybody.\n"
    assert shell.run("server", "do-not-call", "import", "never.txt", "--yes", *at) == 0
    assert shell.out.splitlines() == [
        "3 rows: 2 numbers newly suppressed on the whole server, 1 refused.",
        "The refused rows are in never.txt.refused.csv, each with its line and the reason.",
    ]
    assert shell.run("server", "do-not-call", "list", "0199", *at) == 0
    assert shell.out.splitlines()[0] == "2 numbers may not be called by anybody."
    assert shell.out.splitlines()[1].startswith("+18125550199  ")
    assert shell.out.endswith("  from a file, or by hand\n")


def test_a_number_that_was_imported_by_mistake_is_taken_off(
    shell: Shell, filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "never.txt").write_text("(812) 555-0166\n")
    at = ("--data", filled)
    shell.run("server", "do-not-call", "import", "never.txt", "--yes", *at)
    types(monkeypatch, "812-555-0166")
    assert shell.run("server", "do-not-call", "remove", *at) == 0
    assert shell.out == (
        "+18125550166 may be called again. Voters who were imported without it have it after the next import; those "
        "who were marked as not to be called stay out.\n"
    )
    types(monkeypatch, "812-555-0166")
    assert shell.refusal("server", "do-not-call", "remove", *at) == (
        "Number to be called again: That number is not on the do-not-call list."
    )
    assert shell.run("server", "audit", CAMPAIGN, *at) == 0
    assert shell.out.splitlines()[0].endswith("at the server  took numbers off the do-not-call list: 1")


def test_no_column_is_guessed(shell: Shell, filled: Path, tmp_path: Path) -> None:
    (tmp_path / "never.csv").write_text("Voter ID,Contact\n9195551234,812-555-0166\n")
    for words in (("--data", filled), ("--yes", "--data", filled)):
        assert shell.refusal("server", "do-not-call", "import", "never.csv", *words) == (
            "never.csv has no column that is known to hold numbers; its columns are Voter ID, Contact. Call the right "
            "one Phone, or save it alone."
        )


def test_voters_are_kept_until_a_day(shell: Shell, server: Path) -> None:
    at = ("--data", server)
    assert shell.run("server", "campaign", "keep", CAMPAIGN, "2999-12-31", *at) == 0
    assert shell.out == (
        f"The voters of {CAMPAIGN} are kept until the end of December 31, 2999. Then the server erases them by "
        "itself, once the campaign is closed or over.\n"
    )
    assert shell.run("server", "campaign", "keep", CAMPAIGN, "always", *at) == 0
    assert shell.out == f"The voters of {CAMPAIGN} are kept until somebody erases them.\n"
    assert shell.run("server", "campaign", "keep", CAMPAIGN, "soon", *at) == 2
    assert shell.err.endswith("'soon' is not a day; write it as 2026-12-31\n")
