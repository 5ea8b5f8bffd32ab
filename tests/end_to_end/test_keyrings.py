"""A volunteer starts phonetui on a computer whose keyring goes wrong since the last time."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import msgspec
import pytest

if sys.platform == "win32":
    pytest.skip("needs a pty", allow_module_level=True)

from phonetui.client.account import save_account
from phonetui.client.clock import SystemClock
from phonetui.client.credentials import SecretsInMemory
from phonetui.client.folders import folders_in
from phonetui.client.sign_in import Laptop, join
from phonetui.demo import server
from tests.end_to_end.test_demo import A_LOOK, A_VOTER, leave
from tests.end_to_end.test_first_time import PASSWORD, answer
from tests.keyrings import BACKEND, FOR_EVER, VARIABLE, WRONG, turn
from tests.terminal import Terminal

WHY_ASKED = "does not hold the key to your calls; your password does."
SAID_ONCE = "so it asks for your password at each start; no call is lost by that."


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """The home of a volunteer who has joined, beside a campaign server that answers."""
    home, campaign = tmp_path / "home", tmp_path / "campaign"
    campaign.mkdir()
    with ExitStack() as serving:
        url = server.start(campaign, "", serving)
        laptop = Laptop(folders_in(home), SecretsInMemory(), SystemClock().new_id)
        dana = asyncio.run(join(laptop, server.invite(campaign, url), "dana@example.org", "Dana", PASSWORD))
        save_account(laptop.folders, msgspec.structs.replace(dana.account, campaign_id=server.CAMPAIGN))
        yield home


def phonetui(home: Path) -> Terminal:
    """Types `phonetui`."""
    keyring = {"PYTHON_KEYRING_BACKEND": BACKEND, VARIABLE: str(home.parent / "keyring")}
    environment = {"PHONETUI_HOME": str(home), "LANG": "C.UTF-8", **keyring}
    return Terminal([sys.executable, "-m", "phonetui"], environment, size=(100, 24))


@pytest.mark.parametrize("kind", WRONG)
def test_a_keyring_that_goes_wrong_costs_a_password_and_no_call(home: Path, kind: str) -> None:
    turn(home.parent / "keyring", kind)
    began = time.monotonic()
    with phonetui(home) as terminal:
        terminal.sees("Password of dana@example.org at 127.0.0.1")
        assert time.monotonic() - began < FOR_EVER
        assert WHY_ASKED in terminal.text
        terminal.press(f"{PASSWORD}\r")
        if kind != "wiped":
            terminal.sees("Start without a network too?")
            assert SAID_ONCE in " ".join(terminal.text.split())
            terminal.press("2\r")
        terminal.sees(A_VOTER)
        terminal.looks(A_LOOK)
        terminal.press("n")
        terminal.sees("✓ Not home saved")
        leave(terminal)
        assert b"Traceback" not in terminal.output
    if kind == "null":
        with phonetui(home) as terminal:
            answer(terminal, ("Password of dana@example.org at 127.0.0.1", PASSWORD))
            terminal.sees(A_VOTER)
            leave(terminal)
            assert SAID_ONCE.encode() not in terminal.output and WHY_ASKED.encode() not in terminal.output
