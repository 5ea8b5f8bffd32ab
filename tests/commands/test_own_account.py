"""What a caller is called, and several accounts side by side."""

from __future__ import annotations

import os
from collections.abc import Callable

import msgspec
import pytest

from phonetui.client.account import Account, load_accounts
from phonetui.client.folders import folders
from tests.commands.conftest import PASSWORD, Types
from tests.shell import Shell


def here() -> tuple[Account, ...]:
    return load_accounts(folders(os.environ))


@pytest.fixture
def host(address: str) -> str:
    return address.removeprefix("http://")


@pytest.fixture
def both(shell: Shell, types: Types, invite: Callable[[], str], joined: None) -> None:
    """Dana and Eli have joined on this laptop, Eli last."""
    types(invite(), "Eli Okafor", "eli@example.org", passwords=(PASSWORD, PASSWORD))
    assert shell.run("join") == 0, shell.err


@pytest.mark.usefixtures("joined")
def test_voters_are_told_the_first_name_alone(shell: Shell, host: str) -> None:
    assert shell.run("me") == 0
    assert shell.out.splitlines() == [
        f"Dana Reyes, dana@example.org at {host}",
        "Voters are told that you are Dana; `phonetui me --calling-name NAME` changes it.",
        "Other callers do not see your counts; `phonetui me --board` shows them.",
    ]


@pytest.mark.usefixtures("joined")
def test_another_calling_name_and_the_board(shell: Shell) -> None:
    assert shell.facts("me", "--calling-name", " Dee ", "--board") == {"calling_name": "Dee", "on_board": True}
    assert [account.told_voters for account in here()] == ["Dee"]
    assert shell.facts("me") == {"calling_name": "Dee", "on_board": True}
    assert shell.run("me", "--no-board") == 0
    assert "Voters are told that you are Dee;" in shell.out
    assert "Other callers do not see your counts;" in shell.out
    assert shell.facts("me", "--calling-name", "") == {"calling_name": "Dana", "on_board": False}


@pytest.mark.usefixtures("joined")
@pytest.mark.parametrize("before", ["Dee", "Dana"])
def test_an_empty_calling_name_takes_back_to_the_first_name_and_says_so(shell: Shell, before: str) -> None:
    shell.facts("me", "--calling-name", before)
    assert shell.run("me", "--calling-name", " ") == 0, shell.err
    assert shell.out.splitlines()[1] == (
        "An empty calling name is your first name: voters are told that you are Dana. "
        "`phonetui me --calling-name NAME` changes it."
    )
    assert [account.told_voters for account in here()] == ["Dana"]


def test_a_calling_name_is_chosen_at_joining(shell: Shell, types: Types, invite: Callable[[], str]) -> None:
    types(invite(), "Dana Reyes", "dana@example.org", "Dee", passwords=(PASSWORD, PASSWORD))
    assert shell.run("join") == 0, shell.err
    assert "What voters are to call you, if not Dana:" in shell.err
    assert msgspec.convert(shell.facts("me"), dict[str, object])["calling_name"] == "Dee"


def test_who_joined_before_calling_names_is_told_by_the_first_name() -> None:
    account = Account(
        server_url="https://a", email="d@example.org", caller_id="1", name="Dana Reyes", device_id="2", key_id=""
    )
    assert account.told_voters == "Dana"


@pytest.mark.usefixtures("both")
def test_accounts_are_listed_the_one_in_use_first(shell: Shell, host: str) -> None:
    for words in (["accounts"], ["accounts", "list"]):
        assert shell.run(*words) == 0
        assert shell.out.splitlines() == [
            f"* eli@example.org at {host}",
            f"  dana@example.org at {host}",
            "`phonetui` opens the one with the star; `phonetui accounts use E-MAIL` another.",
        ]


@pytest.mark.usefixtures("both")
@pytest.mark.parametrize("where", ["", "@HOST"])
def test_another_account_is_used_from_now_on(shell: Shell, host: str, where: str) -> None:
    assert shell.run("accounts", "use", f"Dana@example.org{where.replace('HOST', host)}") == 0
    assert shell.out == f"`phonetui` opens dana@example.org at {host} from now on.\n"
    shell.run("accounts")
    assert shell.out.startswith(f"* dana@example.org at {host}\n")


@pytest.mark.usefixtures("both")
def test_an_account_that_is_not_one_or_not_one_alone_is_named(shell: Shell, host: str) -> None:
    both = f"eli@example.org at {host}, dana@example.org at {host}"
    assert shell.refusal("accounts", "use", "ana@example.org") == (
        f"There is no account ana@example.org on this computer; there is {both}."
    )
    assert shell.refusal("accounts", "use", host) == f"There are several accounts {host}: {both}; type E-MAIL@SERVER."


@pytest.mark.usefixtures("joined")
def test_where_the_calls_are_kept(shell: Shell, host: str) -> None:
    assert shell.run("accounts", "where") == 0
    assert shell.out.startswith(f"dana@example.org at {host}: 0 campaigns in /")


def test_without_accounts_it_says_what_to_type(shell: Shell) -> None:
    sentence = "Nobody is logged in on this computer; type `phonetui join` or `phonetui login URL`."
    for words in (["accounts"], ["accounts", "where"]):
        assert shell.run(*words) == 0
        assert shell.out == f"{sentence}\n"
    assert shell.refusal("accounts", "use", "dana@example.org") == sentence
