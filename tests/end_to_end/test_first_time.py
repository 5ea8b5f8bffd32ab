"""A volunteer's first evening, on a computer without a keyring."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("needs a pty", allow_module_level=True)

from phonetui.demo import server
from tests.end_to_end.test_demo import A_LOOK, A_VOTER, leave
from tests.terminal import Terminal

PASSWORD = "correct horse battery"


def phonetui(home: Path, *words: str) -> Terminal:
    """Types `phonetui WORDS…` on a computer whose keyring keeps nothing."""
    environment = {
        "PHONETUI_HOME": str(home),
        "LANG": "C.UTF-8",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }
    return Terminal([sys.executable, "-m", "phonetui", *words], environment)


def answer(terminal: Terminal, *answers: tuple[str, str]) -> None:
    """Waits for each question, and types what goes with it."""
    for question, typed in answers:
        terminal.sees(question)
        terminal.press(f"{typed}\r")


def test_from_an_invitation_to_a_call_and_on_without_a_line(tmp_path: Path) -> None:
    home, campaign = tmp_path / "home", tmp_path / "campaign"
    campaign.mkdir()
    with ExitStack() as serving:
        link = server.invite(campaign, server.start(campaign, "", serving))
        with phonetui(home) as terminal:
            answer(
                terminal,
                ("or want one line at a time?", "1"),
                ("What do you have?", "1"),
                ("Paste the invitation's link:", link),
                ("Your name:", "Ana Ruiz"),
                ("Your e-mail:", "ana@example.org"),
                ("What voters are to call you, if not Ana:", ""),
                ("Choose a password", PASSWORD),
                ("The same again:", PASSWORD),
                ("Start without a network too?", "1"),
            )
            terminal.sees(A_VOTER)
            assert PASSWORD not in terminal.text
            terminal.looks(A_LOOK)
            terminal.press("n")
            terminal.sees("✓ Not home saved")
            leave(terminal)
            assert b"All of it is sent. Thank you!" in terminal.output
        with phonetui(home, "login") as terminal:
            answer(terminal, ("Password of ana@example.org at 127.0.0.1", PASSWORD))
            terminal.sees(A_VOTER)
            leave(terminal)
            assert b"Start without a network too?" not in terminal.output
    with phonetui(home) as terminal:
        answer(terminal, ("Password of ana@example.org at 127.0.0.1", PASSWORD))
        terminal.sees(A_VOTER)
        terminal.sees("offline")
        terminal.looks(A_LOOK)
        terminal.press("b")
        terminal.sees("✓ Busy saved")
        terminal.press("\x03\x03")
        assert terminal.ends() == 130
        assert b"1 entry is not sent yet, and safe on this laptop." in terminal.output
        assert b"`phonetui outbox send` sends it, and so does the next start." in terminal.output
    with phonetui(home, "logout") as terminal:
        answer(terminal, ("Password of ana@example.org at 127.0.0.1", PASSWORD))
        assert terminal.ends() == 1
        assert "give it up with --discard 1." in terminal.text


def test_who_wants_one_line_at_a_time_has_it_from_the_first_question_on(tmp_path: Path) -> None:
    home, campaign = tmp_path / "home", tmp_path / "campaign"
    campaign.mkdir()
    with ExitStack() as serving:
        link = server.invite(campaign, server.start(campaign, "", serving))
        with phonetui(home) as terminal:
            answer(
                terminal,
                ("or want one line at a time?", "2"),
                ("What do you have?", "1"),
                ("Paste the invitation's link:", link),
                ("Your name:", "Ana Ruiz"),
                ("Your e-mail:", "ana@example.org"),
                ("What voters are to call you, if not Ana:", ""),
                ("Choose a password", PASSWORD),
                ("The same again:", PASSWORD),
                ("Start without a network too?", "2"),
                ("n Not home", "not home"),
            )
            terminal.sees("Not home saved for")
            terminal.press("\x04")
            assert terminal.ends() == 0
            assert b"All of it is sent. Thank you!" in terminal.output
            assert b"\x1b" not in terminal.output
