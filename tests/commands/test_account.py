"""Joining, logging in and out, against a server in this process."""

from __future__ import annotations

import asyncio
import http.server
import io
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from phonetui.client import log_out
from phonetui.client.account import Account
from phonetui.client.credentials import SecretsInMemory
from phonetui.client.sign_in import Laptop, SignedIn
from phonetui.commands import account as account_command
from phonetui.commands import asking, call_screen
from phonetui.plain import keyboard
from phonetui.plain.keyboard import Keyboard as LineKeyboard
from tests.commands.conftest import PASSWORD, Keyboard, Types
from tests.shell import Shell


def test_join_asks_for_all_it_needs(shell: Shell, types: Types, invite: Callable[[], str], address: str) -> None:
    types(invite(), "Dana Reyes", "dana@example.org", passwords=("short", PASSWORD, "other", PASSWORD, PASSWORD))
    assert shell.run("join") == 0, shell.err
    host = address.removeprefix("http://")
    assert shell.out == f"Dana Reyes is logged in to {host}. `phonetui` opens Weekend turnout.\n"
    assert "That is too short." in shell.err
    assert "The two are not the same." in shell.err


def test_what_is_no_email_is_asked_for_again(shell: Shell, types: Types, invite: Callable[[], str]) -> None:
    types(invite(), "Dana Reyes", "not an email", "dana@", "dana@example.org", passwords=(PASSWORD, PASSWORD))
    assert shell.run("join") == 0
    assert shell.err.count("That is not an e-mail address; one looks like dana@example.org.\n") == 2


@pytest.mark.usefixtures("joined")
@pytest.mark.parametrize(("passwords", "code"), [(("wrong", "wrong again", PASSWORD), 0), (("wrong",) * 3, 1)])
def test_the_password_that_opens_the_calls_is_asked_for_three_times(
    shell: Shell,
    types: Types,
    keyring: SecretsInMemory,
    monkeypatch: pytest.MonkeyPatch,
    passwords: tuple[str, ...],
    code: int,
) -> None:
    keyring._secrets.clear()
    opened: list[Account] = []
    monkeypatch.setattr(call_screen, "call", lambda laptop, account, known=None: _call(opened, account, known))
    types(passwords=passwords)
    assert shell.run() == code
    assert shell.err.count("knows no account with this e-mail and password") == len(passwords) - (not code)
    assert len(opened) == (not code)


@pytest.mark.usefixtures("joined")
@pytest.mark.parametrize("keeps", [True, False])
def test_without_a_terminal_the_first_line_is_the_password_and_the_others_are_for_the_calls(
    shell: Shell, keyring: SecretsInMemory, monkeypatch: pytest.MonkeyPatch, keeps: bool
) -> None:
    monkeypatch.setenv("PHONETUI_PLAIN", "")  # which the option sets for this process
    lines = LineKeyboard(io.BytesIO(f"{PASSWORD}\nn\n".encode()), "utf-8", terminal=False)
    monkeypatch.setattr(keyboard, "standard_input", lambda: lines)
    if not keeps:
        keyring._secrets.clear()
    opened: list[Account] = []
    monkeypatch.setattr(call_screen, "call", lambda laptop, account, known=None: _call(opened, account, known))
    assert shell.run("--plain", "--password-stdin") == 0
    assert [account.campaign_id for account in opened] == ["weekend-turnout"]
    assert asyncio.run(lines.line()) == "n"
    assert shell.err == ""


@pytest.mark.usefixtures("joined")
@pytest.mark.parametrize("said_yes", [True, False])
def test_whether_to_start_without_a_network_is_asked_once(
    shell: Shell, types: Types, monkeypatch: pytest.MonkeyPatch, said_yes: bool
) -> None:
    opened: list[Account] = []
    monkeypatch.setattr(call_screen, "SystemKeyring", NullKeyring)
    monkeypatch.setattr(account_command, "at_terminal", lambda: True)
    monkeypatch.setattr(call_screen, "call", lambda laptop, account, known=None: _call(opened, account, known))
    types("1" if said_yes else "2", passwords=(PASSWORD,))
    assert shell.run("login") == 0
    assert "Start without a network too?" in shell.err
    types(passwords=(PASSWORD,))
    assert shell.run("login") == 0
    assert shell.err == ""
    assert [account.campaign_id for account in opened] == ["weekend-turnout"] * 2


class NullKeyring(SecretsInMemory):
    """Takes everything and keeps nothing."""

    async def put(self, name: str, secret: str) -> bool:
        return False


@pytest.mark.usefixtures("joined")
def test_a_password_is_asked_for_by_account_and_server(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(sys, "stdin", Keyboard())

    def unseen(question: str) -> str:
        asked.append(question)
        return PASSWORD

    monkeypatch.setattr(asking, "getpass", unseen)
    assert shell.run("login") == 0
    assert asked == [f"Password of dana@example.org at {address.removeprefix('http://')}: "]


def _call(opened: list[Account], account: Account, known: SignedIn | None) -> None:
    if known is None:
        raise call_screen.PasswordNeeded("The password is needed.")
    opened.append(account)


def test_join_prints_facts_but_no_secret(shell: Shell, types: Types, invite: Callable[[], str]) -> None:
    types(invite(), "Dana Reyes", "Dana@example.org", passwords=(PASSWORD, PASSWORD))
    facts = shell.facts("join")
    assert (facts["name"], facts["email"], facts["opens"]) == ("Dana Reyes", "dana@example.org", "weekend-turnout")
    assert set(facts) == {"server", "name", "email", "campaigns", "opens", "in_keyring"}


def test_an_invitation_is_good_once(shell: Shell, types: Types, invite: Callable[[], str]) -> None:
    link = invite()
    types(link, "Dana Reyes", "dana@example.org", passwords=(PASSWORD, PASSWORD))
    assert shell.run("join") == 0
    types(link, "Ana Ruiz", "ana@example.org", passwords=(PASSWORD, PASSWORD))
    assert shell.refusal("join").endswith(
        "This invitation has been used, has expired or was ended; ask the campaign for a new one."
    )


def test_what_is_no_join_link_is_asked_for_again(shell: Shell, types: Types, invite: Callable[[], str]) -> None:
    types(
        "https://calls.example.org/join/",
        "",
        invite(),
        "Dana Reyes",
        "dana@example.org",
        passwords=(PASSWORD, PASSWORD),
    )
    assert shell.run("join") == 0, shell.err
    assert (
        "Paste the invitation's link: This is not a join link; paste the whole of it, with the part after the #: "
        "it looks like https://calls.example.org/join/#…\n"
        "Paste the invitation's link: Type an answer, or leave with Ctrl-C.\n"
    ) in shell.err


def test_from_a_pipe_a_link_that_is_none_ends_it(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("https://calls.example.org/join/\n"))
    assert shell.refusal("join", "--password-stdin").endswith("it looks like https://calls.example.org/join/#…")


def test_a_number_that_stands_for_nothing_is_asked_for_again(
    shell: Shell, types: Types, capsys: pytest.CaptureFixture[str]
) -> None:
    types("xyz", "3", "2")
    assert asking.choose("Which?", ("this", "that")) == 1
    assert capsys.readouterr().err == (
        "Which?\n  1  this\n  2  that\n1 to 2: “xyz” is none of them; type a number, such as 1.\n"
        "1 to 2: “3” is none of them; type a number, such as 1.\n1 to 2: "
    )


def test_no_password_chosen_makes_no_account(shell: Shell, types: Types, invite: Callable[[], str]) -> None:
    link = invite()
    types(link, "Dana Reyes", "dana@example.org", passwords=("short", "long enough", "not the same", ""))
    assert shell.run("join") == 1
    assert shell.err.endswith("No password was chosen, so no account was made; the invitation is still good.\n")
    types(link, "Dana Reyes", "dana@example.org", passwords=(PASSWORD, PASSWORD))
    assert shell.run("join") == 0


def test_joining_takes_all_of_it_from_a_pipe(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, invite: Callable[[], str]
) -> None:
    link = invite()
    told = (link, "Dana Reyes", "dana@example.org", "")
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join([*told, "short\n"])))
    assert shell.run("join", "--password-stdin") == 1
    assert shell.err.endswith(
        "That is too short.\nNo password was chosen, so no account was made; the invitation is still good.\n"
    )
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join([*told, f"{PASSWORD}\n"])))
    assert shell.run("join", "--password-stdin") == 0
    assert "`phonetui` opens Weekend turnout." in shell.out


def test_a_password_that_was_typed_as_a_name_is_told_to_nobody(
    shell: Shell, types: Types, invite: Callable[[], str]
) -> None:
    link = invite()
    types(link, "Dana Reyes", "dana@example.org", PASSWORD, passwords=(PASSWORD, PASSWORD))
    assert shell.refusal("join").endswith(
        "The password is what voters would have been told that you are called, so no account was made; type "
        "`phonetui join` again."
    )
    types(link, "Dana Reyes", "dana@example.org", "", passwords=(PASSWORD, PASSWORD))
    assert shell.run("join") == 0


@pytest.mark.usefixtures("joined")
def test_logging_in_takes_a_password_from_a_script(shell: Shell, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{PASSWORD}\n"))
    facts = shell.facts("login", address, "--email", "dana@example.org", "--password-stdin")
    assert facts["server"] == address


@pytest.mark.usefixtures("joined")
def test_logging_in_again_needs_the_password_alone(shell: Shell, types: Types, address: str) -> None:
    types(passwords=(PASSWORD,))
    assert shell.facts("login")["server"] == address


def test_logging_in_for_the_first_time_needs_an_address(shell: Shell) -> None:
    assert shell.refusal("login") == (
        "Nobody is logged in on this computer; type `phonetui login URL` or `phonetui join`."
    )


@pytest.mark.usefixtures("joined")
def test_a_wrong_password_is_refused(shell: Shell, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("not this one\n"))
    assert shell.refusal("login", address, "--email", "dana@example.org", "--password-stdin") == (
        f"{address.removeprefix('http://')} knows no account with this e-mail and password; type them again, "
        "or ask the campaign for an invitation."
    )


def test_a_password_is_not_read_from_a_pipe_by_mistake(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{PASSWORD}\n"))
    assert shell.refusal("login", "calls.example.org", "--email", "dana@example.org") == (
        "A password is typed at a terminal; run this in one, or with --password-stdin."
    )


@pytest.mark.usefixtures("joined")
def test_where_a_password_can_be_typed_alone_no_other_way_is_promised(
    shell: Shell, keyring: SecretsInMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring._secrets.clear()
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{PASSWORD}\n"))
    assert shell.refusal("me") == "A password is typed at a terminal; run this in one."
    assert shell.refusal("--password-stdin", "me") == "A password is typed at a terminal; run this in one."


@pytest.mark.parametrize("address", ["", "calls example org", "ftp://calls.example.org", "https://"])
def test_what_is_no_address_is_refused(shell: Shell, address: str) -> None:
    assert shell.refusal("login", address) == (
        f"“{address}” is not the address of a campaign server; one looks like https://calls.example.org."
    )


def test_a_server_that_is_not_there_is_named(shell: Shell, types: Types) -> None:
    types("dana@example.org", passwords=(PASSWORD,))
    assert shell.run("login", "http://127.0.0.1:1") == 1
    assert shell.err.endswith(
        "Nothing answers at 127.0.0.1:1; check the address, or ask whether the server is running.\n"
    )


class Hotel(http.server.BaseHTTPRequestHandler):
    """Answers everything with its log-in page."""

    def do_POST(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<h1>Welcome to the Grand Hotel</h1>")

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Quietly."""


@pytest.fixture
def hotel() -> Iterator[str]:
    """A web server that is no campaign server."""
    server = http.server.HTTPServer(("127.0.0.1", 0), Hotel)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_server_that_is_not_phonetui_is_named(shell: Shell, types: Types, hotel: str) -> None:
    types("dana@example.org", passwords=(PASSWORD,))
    assert shell.run("login", hotel) == 1
    assert shell.err.splitlines()[-1].endswith(
        f"What answers at {hotel.removeprefix('http://')} is not a phonetui campaign server; check the address, "
        "and log in to the network in a browser if it asks for that."
    )


@pytest.mark.usefixtures("joined")
def test_logging_out_leaves_nothing(shell: Shell, keyring: SecretsInMemory, tmp_path: Path, address: str) -> None:
    assert shell.run("logout") == 0
    assert shell.out == (
        f"Dana Reyes is logged out of {address.removeprefix('http://')}; nothing of it is left on this computer.\n"
    )
    assert shell.refusal("logout") == "Nobody is logged in on this computer; there is nothing to remove."
    assert vars(keyring)["_secrets"] == {}


@pytest.mark.usefixtures("joined")
def test_a_log_out_stopped_by_ctrl_c_is_done_again(shell: Shell, types: Types, monkeypatch: pytest.MonkeyPatch) -> None:
    def ctrl_c(laptop: Laptop, account: Account) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(log_out, "_remove_folder", ctrl_c)
        assert shell.run("logout") == 130
    assert shell.err == "Stopped; `phonetui logout` again removes what is left.\n"
    assert shell.run("logout") == 0, shell.err
    assert shell.refusal("logout") == "Nobody is logged in on this computer; there is nothing to remove."


def test_a_home_that_cannot_be_used_is_named_before_the_invitation_is_spent(
    shell: Shell, types: Types, invite: Callable[[], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("PHONETUI_HOME", str(tmp_path / "file"))
    types(invite(), "Dana Reyes", "dana@example.org", passwords=(PASSWORD, PASSWORD))
    assert shell.run("join") == 1
    assert shell.err.endswith(
        f"The file {tmp_path / 'file' / 'accounts.json'} cannot be read (Not a directory); make it readable.\n"
    )


def test_without_a_terminal_the_first_time_says_what_to_type(shell: Shell) -> None:
    assert shell.refusal() == (
        "Nobody has logged in on this computer yet; type `phonetui join`, `phonetui login URL` or `phonetui demo`."
    )
