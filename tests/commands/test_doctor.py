"""`phonetui doctor`: every line says what was found and what to do, and nothing is written."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from phonetui.client.account import save_account
from phonetui.client.checkup import Finding
from phonetui.client.journal import Journal
from phonetui.commands.doctor import look_at_terminal
from tests.commands.test_outbox import Campaign, Dana, beginning, campaign, dana, two_calls
from tests.shell import Shell
from tests.terminal import Terminal

__all__ = ["beginning", "campaign", "dana", "two_calls"]


def tree(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Everything in a folder, with modes, times and contents."""
    return {
        str(place): (place.stat().st_mode, place.stat().st_mtime_ns, place.read_bytes() if place.is_file() else b"")
        for place in [folder, *folder.rglob("*")]
    }


def states(shell: Shell) -> list[tuple[str, str]]:
    """What was looked at and how it is, by --json; exit code and `well` must agree."""
    code = shell.run("doctor", "--json")
    facts = msgspec.json.decode(shell.out)
    found = [(finding["about"], finding["state"]) for finding in facts["findings"]]
    assert facts["well"] == (code == 0) == all(state != "mend" for _, state in found)
    return found


def test_with_a_line_everything_is_looked_at(two_calls: Dana, shell: Shell, campaign: Campaign) -> None:
    campaign.serve()
    before = tree(two_calls.folders.data)
    found = states(shell)
    assert tree(two_calls.folders.data) == before
    assert [about for about, _ in found] == ["Terminal", "Keyring", "Calls", "Server", "Clock", "Disk", "Versions"]
    assert ("Server", "well") in found
    assert ("Calls", "well") in found
    assert ("Clock", "mend") in found  # it is noon on October 6 there, whatever it is here
    assert shell.run("doctor") == 1
    host = f"127.0.0.1:{campaign.port}"
    assert f"turnout at {host}: 2 entries unsent, 0 rejected; the file is sound" in shell.out
    assert "✗ mend  Clock" in shell.out
    secrets = [*two_calls.keyring._secrets.values(), "Dana", "dana@example.org", "Ana", "555"]
    assert [secret for secret in secrets if secret in shell.out] == []


def test_two_accounts_at_one_server_are_told_apart_without_their_addresses(two_calls: Dana, shell: Shell) -> None:
    eli = msgspec.structs.replace(two_calls.account, email="eli@example.org", caller_id="eli", device_id="eli")
    save_account(two_calls.folders, eli)
    host = two_calls.account.server_url.partition("//")[2]
    shell.run("doctor")
    assert f"turnout at {host}, account 2 of `phonetui accounts`: 2 entries unsent" in shell.out
    assert f"{host}, account 1 of `phonetui accounts`: none are kept here" in shell.out
    assert "example.org" not in shell.out


def test_offline_is_a_state(two_calls: Dana, shell: Shell) -> None:
    before = tree(two_calls.folders.data)
    found = states(shell)
    assert tree(two_calls.folders.data) == before
    assert ("Server", "note") in found
    assert ("Calls", "well") in found


def test_while_the_call_screen_is_open(two_calls: Dana, shell: Shell) -> None:
    async def story() -> list[tuple[str, str]]:
        journal = await Journal.open(two_calls.journal, (await two_calls.signed_in()).key)
        try:
            return await asyncio.to_thread(states, shell)
        finally:
            await journal.close()

    assert ("Calls", "well") in asyncio.run(story())
    assert shell.run("outbox", "list") == 0


def test_on_a_new_computer_nothing_is_made(shell: Shell, tmp_path: Path) -> None:
    before = tree(tmp_path)
    found = states(shell)
    assert tree(tmp_path) == before
    assert [about for about, _ in found] == ["Terminal", "Keyring", "Account", "Disk", "Versions"]
    assert ("Account", "note") in found


def test_a_list_of_accounts_that_cannot_be_read_is_a_finding(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir(mode=0o700)
    (tmp_path / "home" / "accounts.json").write_text("{")
    (tmp_path / "home" / "accounts.json").chmod(0o600)
    assert ("Account", "mend") in states(shell)
    assert shell.run("doctor") == 1
    assert "accounts.json is not as phonetui wrote it; move it elsewhere and log in again." in shell.out


def test_where_signs_cannot_be_shown_words_can(tmp_path: Path) -> None:
    environment = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "PYTHONIOENCODING": "latin-1"}
    done = subprocess.run(
        [sys.executable, "-m", "phonetui", "doctor"], env=environment, capture_output=True, check=False
    )
    assert done.stderr == b""
    assert b"? ok    Versions" in done.stdout
    assert done.returncode == 0
    assert [place for place in tmp_path.rglob("*") if place.suffix != ".pyc" and place.name != "__pycache__"] == []


# -- terminal ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "environment", "line"),
    [
        ((80, 24), {"COLORTERM": "truecolor"}, "✓ ok    Terminal  80 columns by 24 rows, all colours, UTF-8"),
        ((80, 24), {"NO_COLOR": "1"}, "✓ ok    Terminal  80 columns by 24 rows, no colours, as NO_COLOR asks, UTF-8"),
        ((70, 24), {}, "! note  Terminal  70 columns by 24 rows, 256 colours"),
        ((59, 20), {}, "✗ mend  Terminal  59 columns by 20 rows, 256 colours"),
        ((80, 24), {"TERM": "dumb"}, "✗ mend  Terminal  can only write line by line"),
        (
            (80, 24),
            {"PYTHONIOENCODING": "latin-1"},
            "? mend  Terminal  80 columns by 24 rows, 256 colours, without UTF-8",
        ),
    ],
)
def test_the_terminal(tmp_path: Path, size: tuple[int, int], environment: dict[str, str], line: str) -> None:
    home = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PHONETUI_HOME": str(tmp_path / "not")}
    with Terminal([sys.executable, "-m", "phonetui", "doctor"], {**home, **environment}, size) as terminal:
        terminal.sees(line.split("  ")[-1][:40])
        shown = " ".join(" ".join(terminal.lines).split())
        assert " ".join(line.split()) in shown


def test_what_to_do_stays_under_what_was_found(tmp_path: Path) -> None:
    home = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    with Terminal([sys.executable, "-m", "phonetui", "doctor"], home, (70, 24)) as terminal:
        terminal.ends()
        at = next(n for n, line in enumerate(terminal.lines) if "→ phonetui asks" in line)
        assert terminal.lines[at + 1].endswith(f"{'':18}no call is lost by that")


def test_a_pipe_is_no_terminal() -> None:
    with Path(os.devnull).open("w") as pipe:
        assert look_at_terminal(pipe, {}) == Finding(
            "Terminal", "note", "this is none, so nothing can be said of it", "type it without a pipe"
        )
