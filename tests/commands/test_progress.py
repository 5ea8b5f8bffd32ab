"""Long work tells how far it is, and can be stopped."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest

from phonetui.commands import progress as told
from phonetui.commands.progress import progress
from phonetui.server import places, voter_undo
from tests.shell import Shell

if sys.platform != "win32":
    from tests.terminal import Terminal

ROWS = 100_000


class Screen(io.StringIO):
    """A terminal."""

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        return 2


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No wait between what is told."""
    monkeypatch.setattr(told, "SOON", 0.0)
    monkeypatch.setattr(told, "NOW_AND_THEN", 0.0)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, at_once: None) -> Screen:
    screen = Screen()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(os, "get_terminal_size", lambda descriptor: os.terminal_size((20, 24)))
    return screen


def test_on_a_terminal_one_line_is_written_over_and_gone_at_the_end(terminal: Screen) -> None:
    with progress(terminal, quiet=False) as tell:
        tell("10,000 rows")
        tell("9 rows")
    assert terminal.getvalue() == "\r10,000 rows\r9 rows     \r      \r"


def test_a_line_is_no_longer_than_the_terminal(terminal: Screen) -> None:
    with progress(terminal, quiet=False) as tell:
        tell("x" * 30)
    assert terminal.getvalue().startswith(f"\r{'x' * 19}\r")


@pytest.mark.usefixtures("at_once")
def test_elsewhere_each_is_a_line_of_its_own() -> None:
    with progress(log := io.StringIO(), quiet=False) as tell:
        tell("10,000 rows")
        tell("20,000 rows")
    assert log.getvalue() == "10,000 rows\n20,000 rows\n"


def test_a_terminal_that_cannot_go_back_gets_lines(terminal: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    with progress(terminal, quiet=False) as tell:
        tell("10,000 rows")
    assert terminal.getvalue() == "10,000 rows\n"


def test_work_that_is_done_soon_tells_nothing() -> None:
    with progress(log := io.StringIO(), quiet=False) as tell:
        tell("10,000 rows")
    assert log.getvalue() == ""


def test_with_json_nothing_is_told(terminal: Screen) -> None:
    with progress(terminal, quiet=True) as tell:
        tell("10,000 rows")
    assert terminal.getvalue() == ""


@pytest.fixture
def voters_in(shell: Shell, server: Path) -> tuple[str, ...]:
    """The words that take an import of three voters back."""
    Path("voters.csv").write_text("id,name,phone\n1,Ana,919-555-0101\n2,Ben,919-555-0102\n3,Cy,919-555-0103\n")
    shell.facts("server", "voters", "import", "weekend-turnout", "voters.csv", "--data", str(server))
    return "server", "voters", "undo", "weekend-turnout/1", "--data", str(server)


@pytest.mark.usefixtures("at_once")
def test_taking_an_import_back_tells_how_many_voters_are_done(
    shell: Shell, voters_in: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(voter_undo, "CHUNK", 2)
    assert shell.run(*voters_in) == 0
    assert shell.err == "2 of 3 voters\n3 of 3 voters\n"


@pytest.mark.usefixtures("at_once")
def test_polling_places_tell_how_much_of_their_file_is_read(
    shell: Shell, server: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "STEP", 1)
    Path("places.csv").write_text("Precinct,Polling Place\n7,School 4\n")
    assert shell.run("server", "places", "import", "weekend-turnout", "places.csv", "--data", server) == 0
    assert shell.err == "1 row, 100% of the file\n"


@pytest.mark.usefixtures("at_once")
def test_backup_and_restore_tell_how_much_is_copied(shell: Shell, server: Path) -> None:
    assert shell.run("server", "backup", "copy", "--data", server) == 0
    assert shell.err == f"100% of {server} copied\n"
    assert shell.run("server", "restore", "copy", "--data", server) == 0
    assert shell.err == "100% of copy copied\n"


def test_ctrl_c_while_a_backup_is_restored_says_that_nothing_was_changed(
    shell: Shell, server: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shell.run("server", "backup", "copy", "--data", server) == 0
    monkeypatch.setattr(told._Log, "tell", stop)
    assert shell.run("server", "restore", "copy", "--data", server) == 130
    assert shell.err == "Stopped; the database is as it was.\n"
    assert not list(server.glob("*.new*"))


def test_ctrl_c_while_an_import_is_taken_back_says_how_to_go_on(
    shell: Shell, voters_in: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(voter_undo, "CHUNK", 2)
    with monkeypatch.context() as patched:
        patched.setattr(told._Log, "tell", stop)
        assert shell.run(*voters_in) == 130
    assert shell.err == (
        "Stopped after 2 of 3 voters of import weekend-turnout/1; the rest is as it was. "
        "Go on with: phonetui server voters undo weekend-turnout/1\n"
    )
    assert shell.facts(*voters_in)["deleted"] == 1


def stop(_out: object, _words: str) -> None:
    """Ctrl-C, at the moment when it is told how far the work is."""
    raise KeyboardInterrupt


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pty")
def test_ctrl_c_in_mid_import_keeps_whole_chunks_and_says_how_to_go_on(
    shell: Shell, server: Path, tmp_path: Path
) -> None:
    file = tmp_path / "voters.csv"
    rows = (f"{n},Ana,Ruiz,919{5550000 + n:07}" for n in range(ROWS))
    file.write_text("\n".join(["id,first name,last name,phone", *rows]))
    words = ("server", "voters", "import", "weekend-turnout", str(file), "--data", str(server))
    with Terminal([sys.executable, "-m", "phonetui", *words], dict(os.environ)) as typed:
        typed.sees("0,000 rows")  # 10,000 or, where this reads late, more
        typed.press("\x03")
        assert typed.ends() == 130
        assert "Traceback" not in typed.text
        said = " ".join(typed.text.split())
    stopped = said[said.index("Stopped after") :]
    done = int(stopped.split()[2].replace(",", ""))
    assert 0 < done < ROWS
    assert done % 10_000 == 0
    assert "phonetui server voters undo weekend-turnout/1" in stopped
    again = shell.facts(*words)
    assert (again["imported"], again["merged"]) == (ROWS - done, done)
