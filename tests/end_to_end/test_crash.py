"""phonetui itself fails while a voter is on the screen: a person sees one sentence, and the report tells of nobody."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("needs a pty", allow_module_level=True)

from tests.end_to_end.crashing import SAYS
from tests.end_to_end.test_demo import A_VOTER, AtHome, press
from tests.terminal import Terminal

#: The way out of the alternate screen.
SCREEN_LEFT = b"\x1b[?1049l"
CSI = re.compile(rb"\x1b\[[0-9;?]*[a-z]")


def voter_on(terminal: Terminal) -> list[str]:
    """The names and digits by which the voter on the screen is known."""
    left = [line.partition("│")[0].strip() for line in terminal.lines[1:]]
    number = next(line for line in left if line.startswith("("))
    return [*left[0].split(), number[:14], "".join(filter(str.isdigit, number))]


WITH_A_VOTER = ("in_the_desk", "in_a_task", "on_the_journals_thread")
WITHOUT = ("on_the_keyboards_thread", "at_the_first_frame")


@pytest.mark.parametrize("where", [*WITH_A_VOTER, *WITHOUT])
def test_a_crash_is_a_sentence_and_a_report_without_a_voter(tmp_path: Path, where: str) -> None:
    home = AtHome(tmp_path)
    command = [sys.executable, "-m", "tests.end_to_end.crashing", where, "demo"]
    with Terminal(command, {**home.environment, "PHONETUI_HOME": str(tmp_path / "home")}, size=(200, 30)) as terminal:
        voter = []
        if where in WITH_A_VOTER:
            terminal.sees(A_VOTER)
            voter = voter_on(terminal)
            press(terminal, "n")
        assert terminal.ends() == 1
        _, left, after = terminal.output.rpartition(SCREEN_LEFT)
    [report] = (tmp_path / "home" / "reports").iterdir()
    sentence = f"phonetui has failed, which is a mistake in it, not of yours; what happened is in {report}."
    assert left and CSI.sub(b"", after).decode() == f"{sentence}\r\n"
    written = report.read_text()
    assert "LookupError" in written or "RuntimeError" in written
    for told in (*voter, SAYS):
        assert told not in written
    assert report.stat().st_mode & 0o777 == 0o600
