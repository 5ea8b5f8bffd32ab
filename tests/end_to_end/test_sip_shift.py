"""A volunteer with a SIP account calls from a terminal, where no keyring keeps the password of it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("needs a pty", allow_module_level=True)

from phonetui.client.settings_file import set_setting
from tests.dial.caller import account, processes_about
from tests.dial.sip_provider import RINGS, Provider, answers, needs_sip, takes, waits
from tests.end_to_end.test_demo import A_LOOK, A_VOTER, leave
from tests.end_to_end.test_first_time import PASSWORD, answer
from tests.end_to_end.test_keyrings import home, phonetui
from tests.keyrings import turn

__all__ = ["home"]

pytestmark = needs_sip


def test_a_voter_is_called_and_nothing_of_the_account_is_left(home: Path, tmp_path: Path) -> None:
    turn(tmp_path / "keyring", "absent")
    with Provider(tmp_path, RINGS, waits(0.1), answers(), takes("BYE")) as provider:
        there = account(tmp_path, provider.port)
        for name, value in (
            ("dialer", "baresip"),
            ("sip", there.address),
            ("sip_interface", there.interface),
            ("sip_microphone", there.microphone),
            ("sip_speaker", there.speaker),
        ):
            set_setting(home / "settings.yaml", name, [value])
        with phonetui(home) as terminal:
            answer(terminal, ("Password of dana@example.org at 127.0.0.1", PASSWORD))
            answer(terminal, ("Start without a network too?", "2"))
            answer(terminal, (f"SIP password of {there.address}:", "s3cret"))
            terminal.sees(A_VOTER)
            terminal.looks(A_LOOK)
            terminal.press('"')
            terminal.sees("Talking")
            assert len(list((home / "sip").iterdir())) == 2
            terminal.looks(A_LOOK)
            terminal.press("r")
            terminal.sees("✓ Refused saved")
            assert provider.hears("BYE")
            leave(terminal)
            assert b"s3cret" not in terminal.output
        assert list((home / "sip").iterdir()) == []
        assert processes_about(str(home)) == []
    kept = [file for file in home.rglob("*") if file.is_file()]
    assert [file for file in kept if b"s3cret" in file.read_bytes()] == []
