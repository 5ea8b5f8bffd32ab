from __future__ import annotations

import socket
from pathlib import Path

import msgspec
import pytest

from phonetui.core.when import clock
from phonetui.server.backups import lends_from
from phonetui.server.clock import utc_now
from phonetui.server.engine import database_url, plain_engine, schema_versions, sync_engine
from tests.shell import Shell


@pytest.mark.parametrize(
    "words",
    [
        ["campaign", "list"],
        ["invite", "weekend-turnout"],
        ["results", "export", "weekend-turnout"],
        ["results", "reports", "weekend-turnout"],
        ["voters", "import", "weekend-turnout", "voters.csv"],
        ["backup", "copy"],
        ["upgrade"],
        ["run"],
    ],
)
def test_a_folder_without_a_server_says_how_to_make_one(shell: Shell, tmp_path: Path, words: list[str]) -> None:
    assert shell.refusal("server", *words, "--data", tmp_path / "none") == (
        f"There is no campaign server in {tmp_path / 'none'} yet; make one with `phonetui server init`."
    )


def test_a_backup_is_a_server_of_its_own_once_the_secret_is_beside_it(
    shell: Shell, server: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy" / "phonetui.sqlite3"
    copy.parent.mkdir()
    assert shell.run("server", "backup", copy, "--data", server) == 0
    assert shell.out == f"{copy} is a copy of {server}; the server's secret is not in it.\n"
    assert shell.run("server", "campaign", "list", "--data", copy.parent) == 0
    assert shell.out.startswith("weekend-turnout: ")


def test_a_backup_is_restored_and_what_to_do_next_is_said(shell: Shell, server: Path, tmp_path: Path) -> None:
    shell.run("server", "backup", tmp_path / "copy", "--data", server)
    assert shell.run("server", "restore", tmp_path / "copy", "--data", server) == 0
    [former] = server.glob("before-*-phonetui.sqlite3")
    assert " ".join(shell.out.split()) == (
        f"{server} is restored. Start it now. Everybody logs in again, with `phonetui login` on each laptop, and "
        "nothing recorded there is lost: what the backup does not have comes again by itself. For 10 minutes after "
        "the first laptop has come back nobody is lent voters, so that all laptops can first say whom they called; "
        "their screens and `phonetui server campaign list` say until when. Every invitation has ended; whoever joined "
        "since the backup was made needs a new one. Do again what you did here since then: campaign files, voter "
        f"files, polling places, marks. The database that was there is kept as {former}."
    )


def test_the_list_says_why_a_restored_server_lends_nobody_and_until_when(
    shell: Shell, server: Path, tmp_path: Path
) -> None:
    shell.run("server", "backup", tmp_path / "copy", "--data", server)
    shell.run("server", "restore", tmp_path / "copy", "--data", server)
    shell.run("server", "campaign", "list", "--data", server)
    assert "; paused, version 1" in shell.out
    assert (
        "The server was put back to a backup, so nobody is lent voters until 10 minutes after the first laptop has "
        "come back: laptops first say whom they called." in shell.out
    )
    with sync_engine(database_url(server, None)).begin() as connection:
        until = lends_from(connection, utc_now())
    assert until
    shell.run("server", "campaign", "list", "--data", server)
    assert f" {clock(until.astimezone())} ({until.astimezone():%Z}): laptops first say" in shell.out


def test_what_is_restored_must_be_named(shell: Shell, server: Path) -> None:
    assert shell.refusal("server", "restore", "--data", server) == (
        "Name the backup to put in place: phonetui server restore FILE."
    )


def test_a_database_of_this_version_needs_no_upgrade(shell: Shell, server: Path) -> None:
    assert shell.run("server", "upgrade", "--data", server) == 0
    assert shell.out == f"{server} is of this phonetui's version already.\n"


@pytest.mark.parametrize(
    ("version", "sentence"),
    [
        ("0000", "The database in {} is from an older phonetui; run `phonetui server upgrade`."),
        ("9999", "This phonetui is too old for the database in {}; install the newer phonetui."),
    ],
)
@pytest.mark.parametrize("words", [["run"], ["campaign", "list"]])
def test_a_database_of_another_version_is_named(
    shell: Shell, server: Path, version: str, sentence: str, words: list[str]
) -> None:
    with plain_engine(database_url(server, None)).begin() as connection:
        connection.execute(schema_versions.update().values(version_num=version))
    assert shell.refusal("server", *words, "--data", server) == sentence.format(server)


def test_results_of_no_calls_are_a_header(shell: Shell, server: Path, tmp_path: Path) -> None:
    assert shell.run("server", "results", "export", "weekend-turnout", "--data", server) == 0
    assert shell.out.startswith("attempt_id,at_utc,")
    assert shell.run("server", "results", "export", "weekend-turnout", "--data", server, "--json") == 0
    assert msgspec.json.decode(shell.out) == []
    assert shell.run("server", "results", "export", "weekend-turnout", "--data", server, "--out", "results.csv") == 0
    assert shell.out == "results.csv: 0 rows; 0 attempts, 0 contacts, 0 talks.\n"
    assert (tmp_path / "results.csv").stat().st_mode & 0o777 == 0o600


def test_reports_of_no_caller_are_a_header(shell: Shell, server: Path, tmp_path: Path) -> None:
    words = ("server", "results", "reports", "weekend-turnout", "--data", server)
    assert shell.run(*words) == 0
    assert shell.out.startswith("at_utc,caller,kind,about,voter_file_id,")
    assert shell.run(*words, "--out", "reports.csv") == 0
    assert shell.out == "reports.csv: 0 rows.\n"
    assert (tmp_path / "reports.csv").read_text("utf-8").count("\n") == 1


def test_results_that_cannot_be_written_name_the_file(shell: Shell, server: Path) -> None:
    words = ("server", "results", "export", "weekend-turnout", "--data", server, "--out", "gone/results.csv")
    assert shell.refusal(*words) == (
        "The results cannot be written to gone/results.csv (No such file or directory); choose another --out."
    )


def test_a_port_in_use_is_named(shell: Shell, server: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert shell.refusal("server", "run", "--data", server, "--port", port) == (
            f"Port {port} on 127.0.0.1 is in use: stop what uses it, or choose another with --port."
        )


def test_a_host_for_others_needs_tls(shell: Shell, server: Path) -> None:
    assert shell.refusal("server", "run", "--data", server, "--host", "0.0.0.0").startswith(
        "Serving on 0.0.0.0 without TLS would send passwords and voters in the clear: "
    )


def test_half_of_a_certificate_is_not_enough(shell: Shell, server: Path) -> None:
    assert shell.refusal("server", "run", "--data", server, "--tls-key", "key.pem") == (
        "For https give both --tls-certificate and --tls-key."
    )
