from __future__ import annotations

from pathlib import Path

import pytest

from tests.shell import Shell

VOTERS = "Voter ID,First Name,Last Name,Phone,ZIP\n1,Ana,Ruiz,(812) 555-0166,47711\n2,Ben,Cole,12,47711\n"


def test_a_voter_file_is_imported_and_its_rows_add_up(shell: Shell, server: Path, tmp_path: Path) -> None:
    (tmp_path / "voters.csv").write_text(VOTERS)
    assert shell.run("server", "voters", "import", "weekend-turnout", "voters.csv", "--data", server) == 0
    assert shell.out.splitlines()[0] == "Import weekend-turnout/1: 2 rows: 1 imported, 0 merged, 1 refused."
    assert shell.out.splitlines()[-1].startswith("The refused rows are in voters.csv.refused.csv")
    assert shell.err == ""


def test_a_dry_run_changes_nothing(shell: Shell, server: Path, tmp_path: Path) -> None:
    (tmp_path / "voters.csv").write_text(VOTERS)
    words = ("server", "voters", "import", "weekend-turnout", "voters.csv", "--data", server)
    assert shell.run(*words, "--dry-run") == 0
    assert shell.out.startswith("This would be 2 rows: 1 imported, 0 merged, 1 refused.\n")
    assert shell.facts(*words)["imported"] == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "voters.csv is empty."),
        (b"First Name,Last Name,Phone\n", "voters.csv has no rows under its header; export it again."),
        (
            b"First Name,Last Name\nAna,Ruiz\n",
            "voters.csv has no phone column that is recognised; if it has one, name it in a map file: "
            "--map FILE.yaml with a line such as `phone: its column`.",
        ),
        (
            b"PK\x03\x04....",
            "voters.csv is not text but a spreadsheet or another zip archive; save it as CSV or tab-delimited text.",
        ),
        (
            b"\x00\x01\x02\x03 no text \x00\x00",
            "voters.csv is not text; save it as CSV or tab-delimited text.",
        ),
    ],
)
def test_what_is_no_voter_file_is_named(
    shell: Shell, server: Path, tmp_path: Path, content: bytes, sentence: str
) -> None:
    (tmp_path / "voters.csv").write_bytes(content)
    assert shell.refusal("server", "voters", "import", "weekend-turnout", "voters.csv", "--data", server) == sentence


def test_an_import_is_taken_back_by_the_name_it_was_given(shell: Shell, server: Path, tmp_path: Path) -> None:
    (tmp_path / "voters.csv").write_text(VOTERS)
    imported = shell.facts("server", "voters", "import", "weekend-turnout", "voters.csv", "--data", server)
    assert imported["import"] == "weekend-turnout/1"
    assert shell.run("server", "voters", "undo", "weekend-turnout/1", "--data", server) == 0
    assert shell.out == (
        "The import of voters.csv is taken back: 1 voter deleted, 0 as they were before, "
        "0 who were lent to callers kept but not called again.\n"
    )


def test_an_import_without_its_campaign_is_wrong_usage(shell: Shell, server: Path) -> None:
    assert shell.run("server", "voters", "undo", "1", "--data", server) == 2
    assert shell.err.endswith("'1' is not an import; write CAMPAIGN/NUMBER, as the import printed it\n")


def test_those_who_voted_are_marked(shell: Shell, server: Path, tmp_path: Path) -> None:
    (tmp_path / "voters.csv").write_text(VOTERS)
    (tmp_path / "voted.csv").write_text("Voter ID\n1\n3\n")
    shell.facts("server", "voters", "import", "weekend-turnout", "voters.csv", "--data", server)
    words = ("server", "voters", "mark", "weekend-turnout", "voted.csv", "--data", server)
    assert shell.run(*words, "--voted") == 0
    assert shell.out == "2 rows: 1 found, 1 not in this campaign, 0 refused.\n1 voter is not called any more.\n"


def test_numbers_that_are_not_to_be_called_need_no_header(shell: Shell, server: Path, tmp_path: Path) -> None:
    (tmp_path / "never.csv").write_text("812-555-0166\n12\n")
    words = ("server", "voters", "mark", "weekend-turnout", "never.csv", "--data", server)
    assert shell.run(*words, "--do-not-call") == 0
    assert shell.out.splitlines() == [
        "2 rows: 0 found, 1 not in this campaign, 1 refused.",
        "          1  the number is too short",
        "The refused rows are in never.csv.refused.csv, each with its line and the reason.",
        "0 voters are not called any more; 1 number is suppressed on the whole server.",
    ]


def test_polling_places_are_imported(shell: Shell, server: Path, tmp_path: Path) -> None:
    (tmp_path / "places.csv").write_text("Precinct,Polling Place\nEvansville 35,Glenview Fire Station\n,Nowhere\n")
    assert shell.run("server", "places", "import", "weekend-turnout", "places.csv", "--data", server) == 0
    assert shell.out.splitlines() == [
        "2 rows: 1 read, 1 refused; polling places of 1 precinct.",
        "          1  no precinct",
    ]


def test_whatever_is_done_to_voters_at_the_server_stands_in_the_audit_log(
    shell: Shell, server: Path, tmp_path: Path
) -> None:
    (tmp_path / "voters.csv").write_text("Voter ID,First Name,Phone\n1,Ana,(812) 555-0166\n2,Ben,(812) 555-0167\n")
    (tmp_path / "voted.csv").write_text("Voter ID\n1\n")
    of = ("weekend-turnout", "--data", server)
    assert shell.run("server", "voters", "import", "weekend-turnout", "voters.csv", "--dry-run", "--data", server) == 0
    assert shell.run("server", "voters", "import", "weekend-turnout", "voters.csv", "--data", server) == 0
    assert shell.run("server", "voters", "mark", "weekend-turnout", "voted.csv", "--voted", "--data", server) == 0
    assert shell.run("server", "voters", "undo", "weekend-turnout/1", "--data", server) == 0
    assert shell.run("server", "invite", "--role", "supervisor", "--uses", "3", *of) == 0
    assert shell.run("server", "audit", *of) == 0
    assert [line.split("  ")[-1] for line in shell.out.splitlines()] == [
        "invited: supervisor 3",
        "took an import back: 1",
        "marked voters: voted 1",
        "took a voter file in: 1",
        "took version 1 of the file into use",
    ]
