"""`phonetui supervise` before there is an evening to show."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest

from phonetui.cli import main
from phonetui.client.account import Account
from phonetui.client.campaign_server import Offline
from phonetui.client.sign_in import SignedIn
from phonetui.commands import supervise
from phonetui.core.refusal import Refused
from phonetui.wire import Membership, Role

ACCOUNT = Account(
    server_url="https://calls.example.org",
    email="robin@example.org",
    caller_id="robin",
    name="Robin Vance",
    device_id="laptop",
    key_id="key",
)


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command sets this for itself; after each test it is as it was."""
    monkeypatch.setenv("PHONETUI_PLAIN", "")


def signed_in(campaign_id: str = "") -> SignedIn:
    return SignedIn(account=msgspec.structs.replace(ACCOUNT, campaign_id=campaign_id), key=b"k" * 32, token="token")


def open_to(monkeypatch: pytest.MonkeyPatch, **roles: Role) -> None:
    """The campaigns that the server names, and as what."""

    async def campaigns(account: Account, token: str) -> tuple[Membership, ...]:
        return tuple(Membership(name, name.title(), "Riverside Votes", role, "open") for name, role in roles.items())

    monkeypatch.setattr(supervise, "_campaigns", campaigns)
    monkeypatch.setattr(supervise, "at_terminal", lambda: False)


def test_without_the_package_for_charts_one_sentence_says_how(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PHONETUI_HOME", str(tmp_path))
    monkeypatch.setattr(supervise, "why_plain", lambda environ: "")
    monkeypatch.setattr(supervise, "find_spec", lambda name: None)
    assert main(["supervise"]) == 1
    assert capsys.readouterr().err == (
        "The supervisors' screen needs a package for its charts, which is not installed; type: pipx install "
        "'phonetui[supervise]'\n"
    )


def test_plain_mode_needs_no_charts_but_somebody_who_is_logged_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PHONETUI_HOME", str(tmp_path))
    monkeypatch.setattr(supervise, "find_spec", lambda name: None)
    assert main(["supervise", "--plain"]) == 1
    assert capsys.readouterr().err.startswith("Nobody is logged in on this computer;")


def test_an_evening_at_zetkin_is_run_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PHONETUI_HOME", str(tmp_path))
    monkeypatch.setattr(
        supervise, "last_used", lambda laptop: msgspec.structs.replace(ACCOUNT, server_url="zetkin:zetk.in")
    )
    assert main(["supervise", "--plain"]) == 1
    assert capsys.readouterr().err == (
        "Evenings at Zetkin are run on Zetkin's own pages; log in to a phonetui server for this.\n"
    )


def test_the_only_campaign_that_one_runs_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    open_to(monkeypatch, turnout="caller", schools="supervisor")
    assert supervise._campaign(signed_in("turnout")) == "schools"


def test_of_several_the_one_called_for_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    open_to(monkeypatch, turnout="owner", schools="supervisor")
    assert supervise._campaign(signed_in("schools")) == "schools"


def test_who_runs_none_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    open_to(monkeypatch, turnout="caller")
    with pytest.raises(Refused) as refused:
        supervise._campaign(signed_in())
    assert str(refused.value) == "You run no campaign; ask the owner of one to make you a supervisor."


def test_without_a_line_it_is_the_campaign_called_for(monkeypatch: pytest.MonkeyPatch) -> None:
    async def nobody_answers(account: Account, token: str) -> tuple[Membership, ...]:
        await asyncio.sleep(0)
        raise Offline("Nothing answers.")

    monkeypatch.setattr(supervise, "_campaigns", nobody_answers)
    assert supervise._campaign(signed_in("turnout")) == "turnout"
    with pytest.raises(Offline):
        supervise._campaign(signed_in())
