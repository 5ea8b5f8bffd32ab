"""Plain mode as a person uses it: over a pipe, and at terminals that cannot do much, with a real server."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("needs a pty", allow_module_level=True)

import signal

from phonetui.plain import front
from tests.end_to_end.test_demo import CALLS, AtHome
from tests.plain.speech import faults
from tests.terminal import Terminal

#: Seconds that a person listens before an empty line.
A_LOOK = front.A_LOOK + 0.1
#: The ten calls as lines: what is a key twice is two lines, and Space is the word for it.
LINES = [line for keys, _ in CALLS for line in (("on", "t") if keys == " t" else tuple(keys))]


@pytest.fixture
def at_home(tmp_path: Path) -> AtHome:
    return AtHome(tmp_path)


def piped(at_home: AtHome, *lines: str, words: tuple[str, ...] = ("--plain",)) -> subprocess.CompletedProcess[str]:
    """Types `printf LINES | phonetui demo --plain`."""
    return subprocess.run(
        [sys.executable, "-m", "phonetui", "demo", *words, "--data", str(at_home.data)],
        env=at_home.environment,
        input="".join(f"{line}\n" for line in lines),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def sit_down(at_home: AtHome, columns: int) -> Terminal:
    """A dumb terminal of so many columns."""
    command = [sys.executable, "-m", "phonetui", "demo", "--data", str(at_home.data)]
    return Terminal(command, {**at_home.environment, "TERM": "dumb"}, (columns, 24))


def hears(terminal: Terminal, what: str) -> None:
    """Reads until that was said, and there is a prompt."""
    until = b"> "
    while what.encode() not in terminal.output or not terminal.output.endswith(until):
        before = len(terminal.output)
        terminal.answers()
        assert len(terminal.output) > before, terminal.output.decode()


def test_ten_calls_by_a_pipe_are_in_the_results(at_home: AtHome) -> None:
    done = piped(at_home, *LINES)
    assert (done.returncode, done.stderr) == (0, "")
    assert faults(done.stdout.encode(), 0) == []
    assert [row["disposition"] for row in at_home.results()] == [disposition for _, disposition in CALLS]


def test_a_pipe_alone_makes_it_plain_and_says_so(at_home: AtHome) -> None:
    done = piped(at_home, "n", words=())
    assert done.stderr == "The full screen needs a terminal, and this is none: here is plain mode, line by line.\n"
    assert [row["disposition"] for row in at_home.results()] == ["not_home"]


@pytest.mark.parametrize("columns", [20, 80])
def test_ten_calls_at_a_dumb_terminal_are_in_the_results(at_home: AtHome, columns: int) -> None:
    with sit_down(at_home, columns) as terminal:
        hears(terminal, "Type a key")
        for line in (*LINES, "status", "?", "short", "number"):
            said = len(terminal.output)
            terminal.press(f"{line}\n")
            while not terminal.output[said:].endswith(b"\n> "):
                terminal.answers()
        terminal.press("q\n")
        assert terminal.ends() == 0
        shift, _, _ = terminal.output.rpartition(b"> q")  # after it a path, whole, to be copied
        assert faults(shift, columns) == []
    assert [row["disposition"] for row in at_home.results()] == [disposition for _, disposition in CALLS]


def test_ctrl_c_is_wanted_twice(at_home: AtHome) -> None:
    with sit_down(at_home, 80) as terminal:
        hears(terminal, "Type a key")
        terminal.press("\x03")
        hears(terminal, "Type q, or press Ctrl-C again, to leave; everything is saved.")
        terminal.press("n\n")
        hears(terminal, "Not home saved")
        terminal.press("\x03")
        terminal.looks(0.5)
        terminal.press("\x03")
        assert terminal.ends() == 130
        assert b"This shift: 1 call" in terminal.output
    assert [row["disposition"] for row in at_home.results()] == ["not_home"]


def test_enter_has_a_voter_dialed_and_a_result_hangs_up(at_home: AtHome) -> None:
    with sit_down(at_home, 80) as terminal:
        hears(terminal, "Enter dials.")
        terminal.looks(A_LOOK)
        terminal.press("\n")
        hears(terminal, "Dialing.\r\nRinging.\r\n")
        assert b"\aAnswered." in terminal.output
        terminal.press("r\n")
        hears(terminal, "Refused saved")
        assert terminal.output.endswith(b"Enter dials.\r\n> ")
        terminal.press("q\n")
        assert terminal.ends() == 0
    assert [row["disposition"] for row in at_home.results()] == ["refused"]


def test_after_a_result_the_next_voter_is_dialed_unless_a_line_stops_it(at_home: AtHome) -> None:
    settings = at_home.home / "settings"
    settings.mkdir()
    (settings / "settings.yaml").write_text("pace: power\ncountdown: 1\n")
    at_home.environment["PHONETUI_HOME"] = str(settings)
    with sit_down(at_home, 80) as terminal:
        hears(terminal, "Enter dials.")
        terminal.press("n\n")
        hears(terminal, "Answered.")
        assert b"Dials in 10 seconds; any line stops it.\r\nDialing.\r\n" in terminal.output
        terminal.press("r\nb\n")
        hears(terminal, "Stopped.")
        assert terminal.output.endswith(b"Stopped.\r\nEnter dials.\r\n> ")
        terminal.press("q\n")
        assert terminal.ends() == 0
    assert [row["disposition"] for row in at_home.results()] == ["not_home", "refused"]


def test_being_told_to_end_is_an_orderly_end(at_home: AtHome) -> None:
    with sit_down(at_home, 80) as terminal:
        hears(terminal, "Type a key")
        terminal.press("n\n")
        hears(terminal, "Not home saved")
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.ends() == 128 + signal.SIGTERM
        assert b"Traceback" not in terminal.output
    assert [row["disposition"] for row in at_home.results()] == ["not_home"]


def test_a_window_that_is_closed_is_an_orderly_end(at_home: AtHome) -> None:
    with sit_down(at_home, 80) as terminal:
        hears(terminal, "Type a key")
        terminal.press("n\n")
        hears(terminal, "Not home saved")
        assert terminal.hangs_up() == 128 + signal.SIGHUP
    assert [row["disposition"] for row in at_home.results()] == ["not_home"]


def test_a_reader_that_goes_away_ends_the_shift_quietly(at_home: AtHome) -> None:
    command = [sys.executable, "-m", "phonetui", "demo", "--plain", "--data", str(at_home.data)]
    with subprocess.Popen(
        command, env=at_home.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stdin and running.stdout and running.stderr
        running.stdout.readline()
        running.stdout.close()
        running.stdin.write(b"n\nn\n")
        running.stdin.close()
        assert running.wait(60) == 0
        assert running.stderr.read() == b""
