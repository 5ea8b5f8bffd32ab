"""The real demo in a real terminal, used as a person would."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

if sys.platform == "win32":
    pytest.skip("needs a pty", allow_module_level=True)

import signal

from phonetui.core.call_flow import HELD_DOWN, TOO_SOON
from phonetui.core.standard_dispositions import BY_ID
from tests.terminal import Terminal

#: Seconds that a person looks at a voter before a key counts.
#: Stands at the foot of the script once there is a voter.
A_VOTER = "· Space"
A_LOOK = TOO_SOON + 0.1
AGAIN = HELD_DOWN + 0.1

#: Ten calls: the keys that are pressed for each, and what they amount to.
CALLS = [
    ("n", "not_home"),
    ("b", "busy"),
    ("w", "wrong_number"),
    ("x", "disconnected"),
    ("r", "refused"),
    ("m", "moved"),
    ("!!", "do_not_call"),
    (" t", "talked"),
    ("dd", "deceased"),
    ("l", "language"),
]


class AtHome:
    """A person with an empty home, and a folder for the demo."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.data = home / "demo"
        self.temporary = home / "tmp"
        self.temporary.mkdir()
        self.environment = {
            "HOME": str(home),
            "PATH": "/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "TMPDIR": str(self.temporary),
        }

    def demo(self, *words: str) -> Terminal:
        """Types `phonetui demo`."""
        return Terminal([sys.executable, "-m", "phonetui", "demo", *words], self.environment)

    def results(self) -> list[dict[str, str]]:
        """What `phonetui server results export` says of the demo's folder."""
        words = ["server", "results", "export", "riverside", "--data", str(self.data), "--json"]
        done = subprocess.run(
            [sys.executable, "-m", "phonetui", *words], env=self.environment, capture_output=True, check=True
        )
        rows: list[dict[str, str]] = msgspec.json.decode(done.stdout)
        return rows


@pytest.fixture
def at_home(tmp_path: Path) -> AtHome:
    return AtHome(tmp_path)


def calls_made(number: int) -> Callable[[str], bool]:
    return lambda screen: re.search(rf"\b{number} calls? ", screen) is not None


def press(terminal: Terminal, keys: str) -> None:
    """Looks at the voter, then presses the keys one after the other; the same one again is not held down."""
    before = ""
    for key in keys:
        terminal.looks(AGAIN if key == before else A_LOOK)
        terminal.press(key)
        before = key


def leave(terminal: Terminal) -> None:
    terminal.press("q")
    terminal.sees("again to leave")
    terminal.press("q")
    assert terminal.ends() == 0


def test_ten_calls_by_keyboard_are_in_the_results(at_home: AtHome) -> None:
    with at_home.demo("--data", str(at_home.data)) as terminal:
        terminal.sees(A_VOTER)
        for keys, disposition in CALLS:
            press(terminal, keys)
            terminal.sees(f"✓ {BY_ID[disposition].label['en']} saved for")
        leave(terminal)
    assert [row["disposition"] for row in at_home.results()] == [disposition for _, disposition in CALLS]


def test_a_second_start_goes_on_where_the_first_left_off(at_home: AtHome) -> None:
    with at_home.demo("--data", str(at_home.data)) as terminal:
        terminal.sees(A_VOTER)
        press(terminal, "n")
        terminal.sees(calls_made(1))
        voter = terminal.lines[1].partition("│")[0].strip()
        leave(terminal)
    with at_home.demo("--data", str(at_home.data)) as terminal:
        terminal.sees(A_VOTER)
        assert terminal.lines[1].partition("│")[0].strip() == voter
        press(terminal, "b")
        terminal.sees("✓ Busy saved")
        leave(terminal)
    assert Counter(row["disposition"] for row in at_home.results()) == {"not_home": 1, "busy": 1}


def test_an_outcome_that_is_taken_back_is_not_in_the_results(at_home: AtHome) -> None:
    with at_home.demo("--data", str(at_home.data)) as terminal:
        terminal.sees(A_VOTER)
        press(terminal, "r")
        terminal.sees("✓ Refused saved")
        press(terminal, "u")
        terminal.sees(calls_made(0))
        press(terminal, "n")
        terminal.sees("✓ Not home saved")
        leave(terminal)
    assert [row["disposition"] for row in at_home.results()] == ["not_home"]


def test_a_key_dials_a_voter_who_answers_and_a_result_hangs_up(at_home: AtHome) -> None:
    with at_home.demo("--data", str(at_home.data)) as terminal:
        terminal.sees(A_VOTER)
        press(terminal, '"')
        terminal.sees("Talking")
        press(terminal, "r")
        terminal.sees("✓ Refused saved")
        assert "Talking" not in terminal.text
        leave(terminal)
    assert [row["disposition"] for row in at_home.results()] == ["refused"]


def test_at_the_callers_own_pace_the_next_voter_is_dialed_without_a_key(at_home: AtHome) -> None:
    settings = at_home.home / "settings"
    settings.mkdir()
    (settings / "settings.yaml").write_text("pace: power\ncountdown: 0\n")
    at_home.environment["PHONETUI_HOME"] = str(settings)
    with at_home.demo() as terminal:
        terminal.sees(A_VOTER)
        press(terminal, "n")
        terminal.sees("Talking")
        press(terminal, "r")
        terminal.sees(calls_made(2))


def test_on_a_shaky_line_every_call_arrives_once_and_the_end_says_so(at_home: AtHome) -> None:
    plug = "\x1b[20~"
    with at_home.demo("--shaky", "--data", str(at_home.data)) as terminal:
        terminal.sees(A_VOTER)
        for number, (keys, disposition) in enumerate(CALLS, start=1):
            press(terminal, keys)
            terminal.sees(f"✓ {BY_ID[disposition].label['en']} saved for")
            if number == 4:
                terminal.press(plug)
                terminal.sees("the plug is out")
            if number == 8:
                terminal.press(plug)
                terminal.sees("F9 pull plug")
        terminal.looks(A_LOOK)  # so that what is read is not from before the last result
        while "all sent" not in terminal.text:
            terminal.press("\x1b[15~")  # F5
            terminal.looks(A_LOOK)
        leave(terminal)
    assert re.search(rb"The line met \d+ faults?", terminal.output)
    assert re.search(rb"Results saved: 10\. Results that the campaign's server has: 10, each once\.", terminal.output)
    assert [row["disposition"] for row in at_home.results()] == [disposition for _, disposition in CALLS]


@pytest.mark.parametrize("ending", ["key", "SIGTERM", "SIGHUP"])
def test_without_a_folder_nothing_is_left(at_home: AtHome, ending: str) -> None:
    with at_home.demo() as terminal:
        terminal.sees(A_VOTER)
        assert len(list(at_home.temporary.iterdir())) == 1
        if ending == "key":
            leave(terminal)
        else:
            terminal.process.send_signal(signal.Signals[ending])
            terminal.ends()
    assert [path for path in at_home.home.rglob("*") if path != at_home.temporary] == []


def test_a_folder_that_is_not_the_demos_is_left_alone(at_home: AtHome) -> None:
    (at_home.data).mkdir()
    (at_home.data / "letters.txt").touch()
    with at_home.demo("--data", str(at_home.data)) as terminal:
        terminal.sees("is not the demo's; name a new folder")
        assert terminal.ends() == 1
    assert [path.name for path in at_home.data.iterdir()] == ["letters.txt"]


def test_two_demos_in_one_folder_are_told_apart(at_home: AtHome) -> None:
    with at_home.demo("--data", str(at_home.data)) as first:
        first.sees(A_VOTER)
        with at_home.demo("--data", str(at_home.data)) as second:
            second.sees("is it open in another window?")
            assert second.ends() == 1
        leave(first)
