"""`phonetui login zetkin:…` typed in a real terminal, with the code pasted, and a call made there and line by line."""

from __future__ import annotations

import os
import re
import sys
import time
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("needs a pty", allow_module_level=True)

from phonetui.client.clock import SystemClock
from phonetui.core.call_flow import TOO_SOON
from tests.keyrings import BACKEND, VARIABLE, WORKING, turn
from tests.terminal import PATIENCE, Terminal
from tests.zetkin.stand_in import StandIn, zetkin
from tests.zetkin.test_login import browse
from tests.zetkin.world import CLIENT, SECRET

REPOSITORY = Path(__file__).parents[2]
A_LOOK = TOO_SOON + 0.1


def where_it_is_noon() -> str:
    """A time zone in which people may be called now, whenever that is."""
    hours = 12 - SystemClock().now().hour
    return f"Etc/GMT{-hours:+d}" if hours else "UTC"


class AtHome:
    """Dana's computer, to which she has come over ssh; it has a keyring, or none."""

    def __init__(self, folder: Path, *, keyring: bool = True) -> None:
        home = folder / "home"
        home.mkdir()
        (home / "settings.yaml").write_text(
            f"front: full\nzetkin_client_id: {CLIENT}\nzetkin_client_secret: '{SECRET}'\n"
            f"zetkin_zone: {where_it_is_noon()}\nzetkin_country_code: 46\n"
        )
        turn(folder / "keyring", WORKING if keyring else "absent")
        self.environment = {
            "PATH": os.defpath,
            "PYTHONPATH": str(REPOSITORY),
            "PHONETUI_HOME": str(home),
            "LANG": "C.UTF-8",
            "SSH_CONNECTION": "192.0.2.1 1 192.0.2.2 22",
            "PYTHON_KEYRING_BACKEND": BACKEND,
            VARIABLE: str(folder / "keyring"),
        }

    def types(self, *words: str, **environment: str) -> Terminal:
        return Terminal([sys.executable, "-m", "phonetui", *words], {**self.environment, **environment})


def paste_code(terminal: Terminal) -> None:
    """Opens the address on another computer, logs in, and pastes where the browser is then."""
    terminal.sees("Paste it here")
    [address] = re.findall(rb"http://\S+/oauth/authorize/\S+", terminal.output)
    terminal.press(f"{browse(address.decode())}\r")


def states(stand_in: StandIn) -> list[int]:
    return [call["state"] for call in stand_in.world.reported().values()]


def arrive(stand_in: StandIn, terminal: Terminal, *expected: int) -> None:
    """Reads on until these results are there."""
    until = time.monotonic() + PATIENCE
    while sorted(states(stand_in)) != [*expected]:
        assert time.monotonic() < until, terminal.text
        terminal.looks(0.1)


@pytest.mark.long
def test_logging_in_over_ssh_and_calling(tmp_path: Path) -> None:
    with zetkin() as stand_in:
        at_home = AtHome(tmp_path)
        with at_home.types("login", f"zetkin:{stand_in.domain}") as terminal:
            paste_code(terminal)
            terminal.sees("Ana1 Lind")
            terminal.sees("Calls before the congress.")
            terminal.sees("+46701234001")
            assert "Member" in terminal.text
            terminal.looks(A_LOOK)
            terminal.press("n")
            terminal.sees("✓ Not home saved for Ana1")
            arrive(stand_in, terminal, 11)
            terminal.sees("all sent")
            terminal.press("q")
            terminal.sees("again to leave")
            terminal.press("q")
            terminal.sees("still lent to you")
            terminal.press("1")
            assert terminal.ends() == 0
            assert SECRET.encode() not in terminal.output
        assert states(stand_in) == [11]
        with at_home.types(TERM="dumb") as terminal:  # the next start asks for nothing
            terminal.sees("Ana2 Lind")
            terminal.looks(A_LOOK)
            terminal.press("b\r")
            terminal.sees("Busy saved for Ana2")
            arrive(stand_in, terminal, 11, 12)
            terminal.press("quit\r")
            terminal.sees("lent to you")
            terminal.press("1\r")
            assert terminal.ends() == 0
        assert sorted(states(stand_in)) == [11, 12]
        assert stand_in.world.complaints == []


@pytest.mark.long
def test_without_a_keyring_each_start_asks_for_the_password_and_for_zetkin(tmp_path: Path) -> None:
    with zetkin() as stand_in:
        at_home = AtHome(tmp_path, keyring=False)
        with at_home.types("login", f"zetkin:{stand_in.domain}") as terminal:
            paste_code(terminal)
            for question in ("Choose a password, 10 characters or more:", "The same again:"):
                terminal.sees(question)
                terminal.press("correct horse battery\r")
            terminal.sees("Ana1 Lind")
            terminal.press("\x03\x03")
            terminal.ends()
        stand_in.down = True
        with at_home.types() as terminal:
            terminal.sees("Password of dana@example.org")
            terminal.press("correct horse battery\r")
            terminal.sees("an empty line starts without Zetkin:")
            terminal.press("\r")
            terminal.sees("Ana1 Lind")
            terminal.looks(A_LOOK)
            terminal.press("n")
            terminal.sees("✓ Not home saved for Ana1")
            terminal.press("\x03\x03")
            terminal.ends()
            assert b"1 entry is not sent yet, and safe on this laptop." in terminal.output
        stand_in.down = False
        with at_home.types() as terminal:
            terminal.sees("Password of dana@example.org")
            terminal.press("correct horse battery\r")
            paste_code(terminal)
            terminal.sees("Ana2 Lind")
            terminal.sees("all sent")
        assert states(stand_in) == [11]
        assert stand_in.world.complaints == []
