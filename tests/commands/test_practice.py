"""`phonetui practice` and `phonetui keys`: without an account, and with a campaign on the computer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from phonetui.client.account import Account
from phonetui.client.desk_surface import Desk
from phonetui.client.settings_file import set_setting
from phonetui.client.sign_in import SignedIn
from phonetui.commands import keys, practice
from phonetui.core.call_actions import Result
from phonetui.core.call_flow import TOO_SOON
from phonetui.core.campaign import Campaign
from tests.core.example import CAMPAIGN
from tests.shell import Shell


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.setenv("PHONETUI_HOME", str(tmp_path))
    monkeypatch.delenv("PHONETUI_PLAIN", raising=False)
    return Shell(capsys)


def with_campaign(monkeypatch: pytest.MonkeyPatch, campaign: Campaign) -> None:
    """Somebody has called for this campaign on this computer."""
    account = Account(
        server_url="https://calls.example.org",
        email="dana@example.org",
        caller_id="c1",
        name="Dana Reyes",
        device_id="laptop",
        key_id="k1",
        campaign_id="weekend",
    )
    known = SignedIn(account=account, key=b"k" * 32, token="t")

    async def resumed(*_: object) -> SignedIn:
        return known

    async def found(*_: object) -> Campaign:
        return campaign

    for module in (practice, keys):
        monkeypatch.setattr(module, "load_accounts", lambda folders: [account])
        monkeypatch.setattr(module, "resume", resumed)
        monkeypatch.setattr(module, "known_campaign", found)


def one_result(monkeypatch: pytest.MonkeyPatch, result: str) -> list[str]:
    """Gives the first voter this result at whatever desk is shown; what the screen says to it."""
    told: list[str] = []

    async def sit_down(open_desk: Callable[[], Awaitable[Desk]]) -> int:
        desk = await open_desk()
        await desk.start()
        assert desk.view.practice and desk.view.page
        told.append(desk.view.page.say)
        await asyncio.sleep(TOO_SOON)
        await desk.act(Result(result))
        told.append(desk.view.said.text if desk.view.said else "")
        await desk.close()
        return 0

    monkeypatch.setattr(practice, "show", lambda open_desk, settings: asyncio.run(sit_down(open_desk)))
    return told


def test_whoever_has_no_account_practises_with_the_sample_campaign(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = one_result(monkeypatch, "not_home")
    assert shell.run("practice") == 0
    assert "Hello, my name is Dana." in told[0]
    assert told[1].startswith("Right: nobody answered, and the number is tried again by itself.")
    assert shell.err == "No campaign's script is on this computer yet: here is the sample campaign's.\n"
    assert shell.out == "Practice: 1 of 1 right.\n"
    assert not list(tmp_path.iterdir())


def test_an_accounts_campaign_is_practised_with_its_own_script(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    with_campaign(monkeypatch, CAMPAIGN)
    told = one_result(monkeypatch, "refused")
    assert shell.run("practice") == 0
    assert told[0] == "Riverside Votes pays for this call."
    assert shell.err == ""
    assert shell.out.startswith("Practice: 0 of 1 right.\nTo look at again:\nNora: Not “Refused” but “Not home”")


def test_all_keys_are_listed_with_ones_own_and_why_no_results_are_there(shell: Shell, tmp_path: Path) -> None:
    set_setting(tmp_path / "settings.yaml", "key_set", ["left-handed"])
    assert shell.run("keys") == 0
    assert "S o                   Review        review           Look over the calls of today" in shell.out
    assert "1 … 9                 Answer        answer " in shell.out
    assert shell.out.endswith("A campaign's results have keys too; they are shown once its script is here.\n")


def test_keys_that_do_not_follow_one_another_all_stand_there(shell: Shell, tmp_path: Path) -> None:
    set_setting(tmp_path / "settings.yaml", "key_set", ["vim"])
    assert shell.run("keys") == 0
    assert "j Space Ctrl+D Ctrl+F Go on         forward " in shell.out


def test_the_keys_of_what_dials_are_listed_with_it(shell: Shell, tmp_path: Path) -> None:
    assert shell.run("keys") == 0
    assert (
        ":                     Large         large            Show the number in large digits; again: the script.\n"
        in shell.out
    )
    assert "Hang up" not in shell.out
    set_setting(tmp_path / "settings.yaml", "dialer", ["baresip"])
    assert shell.run("keys") == 0
    assert "-                     Hang up       hang_up          End the call, or stop ringing.\n" in shell.out


def test_the_campaigns_results_are_listed_too(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    with_campaign(monkeypatch, CAMPAIGN)
    assert shell.run("keys") == 0
    assert "Results\nn                     Not home      not_home\n" in shell.out
    facts = shell.facts("keys")
    assert facts["results"] == {
        "not_home": ["n"], "busy": ["b"], "refused": ["r"], "call_back": ["c"], "talked": ["t"],
    }  # fmt: skip
