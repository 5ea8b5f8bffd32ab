"""Logging in to Zetkin: with a browser here or elsewhere, with a keyring or without."""

from __future__ import annotations

import asyncio
import io
import sys
import urllib.request
import webbrowser
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit

import pytest

from phonetui.client import account_server
from phonetui.client.credentials import SecretsInMemory
from phonetui.client.zetkin_login import PORT, REDIRECT, Asked, Listener, NotLoggedIn, ask, listening
from phonetui.commands import asking, call_screen
from phonetui.commands import zetkin as zetkin_command
from phonetui.core.refusal import Refused
from tests.shell import Shell
from tests.zetkin.stand_in import StandIn, zetkin
from tests.zetkin.world import CLIENT, SECRET

PASSWORD = "correct horse battery"


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """A browser that has come to an address on a computer which is not this one."""

    def redirect_request(self, *arguments: object) -> None:
        return None


def browse(address: str) -> str:
    """Logs in in a browser; the address at which it is then."""
    try:
        urllib.request.build_opener(NoRedirect).open(address)
    except HTTPError as gone:
        with gone:
            return str(gone.headers["Location"])
    raise AssertionError("the browser was sent nowhere")


class Browser:
    """Standard input of somebody who opens the address that stands on the screen, and pastes where it led."""

    def __init__(self, screen: Callable[[], str]) -> None:
        self._screen = screen

    def isatty(self) -> bool:
        return False

    def readline(self) -> str:
        address = [word for word in self._screen().split() if "/oauth/authorize/" in word][-1]
        return f"{browse(address)}\n"


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """A Zetkin; what is left of other log-ins in this process is forgotten."""
    monkeypatch.setattr(account_server, "_TOKENS", {})
    with zetkin() as stand_in:
        yield stand_in


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> SecretsInMemory:
    secrets = SecretsInMemory()
    monkeypatch.setattr(call_screen, "SystemKeyring", lambda: secrets)
    return secrets


class NoKeyring(SecretsInMemory):
    """Keeps nothing."""

    async def put(self, name: str, secret: str) -> bool:
        return False


@pytest.fixture
def known(shell: Shell) -> None:
    """The settings have what the Zetkin Foundation gave out."""
    assert shell.run("settings", "set", "zetkin_client_id", CLIENT) == 0
    assert shell.run("settings", "set", "zetkin_client_secret", SECRET) == 0


def paste(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is said before the browser is opened, which it is at the first question."""
    said: list[str] = []
    monkeypatch.setattr(asking, "say", said.append)
    monkeypatch.setattr(sys, "stdin", Browser(lambda: " ".join(said)))
    return said


def test_the_code_is_pasted_and_the_call_assignments_are_listed(
    shell: Shell, there: StandIn, known: None, keyring: SecretsInMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = paste(monkeypatch)
    assert shell.run("login", f"zetkin:{there.domain}") == 0, shell.err
    assert shell.out == f"Dana Reyes is logged in to {there.domain}. `phonetui` opens Autumn calls.\n"
    assert "Zetkin keeps no copy of it" in said[-1]
    assert SECRET not in "".join(said)
    assert shell.run("campaigns") == 0
    assert shell.out.startswith("Autumn calls, Riverside Union\n  ")
    assert "left to call" not in shell.out
    assert shell.run("doctor") in (0, 1)
    assert f"{there.domain} is a Zetkin and has a call assignment for you" in " ".join(shell.out.split())
    assert shell.run("me") == 1
    assert shell.err == "Zetkin has no such thing; it is for campaign servers of phonetui alone.\n"
    assert shell.run("logout") == 0
    assert there.world.tokens == set()
    assert there.world.complaints == []


def test_without_a_client_id_zetkin_lets_nobody_in(shell: Shell, keyring: SecretsInMemory) -> None:
    assert shell.run("login", "zetkin:zetk.in") == 1
    assert shell.err == (
        "Zetkin lets in only programs that it knows, and this phonetui has no client id; the Zetkin "
        "Foundation gives one out to your organisation. Then type `phonetui settings set zetkin_client_id ID`, and "
        "the same with zetkin_client_secret.\n"
    )


def test_a_wrong_secret_is_told_in_zetkins_words(
    shell: Shell, there: StandIn, known: None, keyring: SecretsInMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shell.run("settings", "set", "zetkin_client_secret", "another") == 0
    paste(monkeypatch)
    assert shell.run("login", f"zetkin:{there.domain}") == 1
    assert shell.err == "Paste it here: Zetkin says: invalid_client.\n"


def test_the_secret_is_shown_nowhere(shell: Shell, known: None) -> None:
    assert shell.run("settings") == 0
    assert SECRET not in shell.out
    assert "zetkin_client_secret: (hidden)  (file)" in shell.out
    facts = shell.facts("settings", "set", "zetkin_client_secret", "newer")
    assert facts["value"] == "(hidden)"


@pytest.mark.parametrize("address", ["zetkin:", "zetkin:a b", "zetkin:-x", "zetkin:https://zetk.in"])
def test_an_address_that_names_no_zetkin(shell: Shell, keyring: SecretsInMemory, address: str) -> None:
    assert shell.run("login", address) == 1
    assert shell.err == f"“{address}” names no Zetkin; type its domain, such as zetkin:zetk.in.\n"


def test_zetkin_keeps_its_own_passwords(shell: Shell, keyring: SecretsInMemory) -> None:
    assert shell.run("login", "zetkin:zetk.in", "--forgotten") == 1
    assert shell.err == "Zetkin keeps its passwords itself; choose a new one there, in a browser.\n"


def test_without_a_keyring_a_password_locks_the_calls(
    shell: Shell, there: StandIn, known: None, cheap_passwords: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(call_screen, "SystemKeyring", NoKeyring)
    said = paste(monkeypatch)
    typed: list[str] = []

    def unseen(question: str, *, or_stdin: bool = False) -> str:
        typed.append(question)
        return PASSWORD

    monkeypatch.setattr(asking, "_unseen", unseen)
    assert shell.run("login", f"zetkin:{there.domain}") == 0, shell.err
    assert any("Zetkin keeps no copy of the key to your calls" in each for each in said)
    assert typed == ["Choose a password, 10 characters or more:", "The same again:"]
    typed.clear()
    assert shell.run("campaigns") == 1  # the password opens the calls; Zetkin is logged in to at a start alone
    assert typed == [f"Password of dana@example.org at {there.domain}:"]
    assert shell.err == ("Zetkin has ended your log-in; leave with q and type `phonetui login`, nothing is lost.\n")
    typed.clear()
    assert shell.run("login") == 0, shell.err  # again, with the key that the password opens
    assert typed == ["The password that locks your calls on this computer:"]
    monkeypatch.setattr(asking, "_unseen", lambda question, **where: "another password")
    assert shell.run("login") == 1
    assert shell.err == (
        "Paste it here: This is not the password that the calls on this computer are locked with; type it again.\n"
    )


def test_where_no_browser_comes_back_the_code_is_pasted(
    shell: Shell, there: StandIn, known: None, keyring: SecretsInMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = paste(monkeypatch)
    monkeypatch.setattr(zetkin_command, "_opens_browser", lambda environ: True)
    monkeypatch.setattr(zetkin_command, "listening", lambda asked: listening(asked, 0))
    monkeypatch.setattr(webbrowser, "open", lambda address: False)
    assert shell.run("login", f"zetkin:{there.domain}") == 0, shell.err
    assert said[:2] == [
        "Log in in the browser that opens now; phonetui goes on by itself.",
        "The browser did not come back here.",
    ]


def test_the_browser_comes_back_by_itself(
    shell: Shell, there: StandIn, known: None, keyring: SecretsInMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    ports: list[int] = []

    @asynccontextmanager
    async def listening_anywhere(asked: Asked) -> AsyncIterator[Listener]:
        async with listening(asked, 0) as listener:
            ports.append(listener.port)
            yield listener

    def browser(address: str) -> bool:
        came_to = browse(address).replace(f":{PORT}/", f":{ports[0]}/")
        with urllib.request.urlopen(came_to) as page:
            return bool(page.status == 200)

    said = paste(monkeypatch)
    monkeypatch.setattr(zetkin_command, "_opens_browser", lambda environ: True)
    monkeypatch.setattr(zetkin_command, "listening", listening_anywhere)
    monkeypatch.setattr(webbrowser, "open", browser)
    assert shell.run("login", f"zetkin:{there.domain}") == 0, shell.err
    assert len(said) == 2  # that a browser opens, and where the key is


# -- what the browser brings back --------------------------------------------------------------------------------------


def asked() -> Asked:
    return ask("zetkin://zetk.in", CLIENT)


def test_the_browser_is_sent_to_zetkin_with_all_that_it_asks() -> None:
    one, another = asked(), asked()
    address = urlsplit(one.address)
    assert f"{address.scheme}://{address.netloc}{address.path}" == "https://api.zetk.in/v1/oauth/authorize/"
    assert parse_qs(address.query) == {
        "client_id": [CLIENT],
        "redirect_uri": [REDIRECT],
        "response_type": ["code"],
        "state": [one.state],
    }
    assert one.state != another.state


def test_a_code_is_found_in_whatever_was_pasted() -> None:
    log_in = asked()
    assert log_in.code(f"  {REDIRECT}?code=abc%2F1&state={log_in.state} ") == "abc/1"
    assert log_in.code("abc/1") == "abc/1"


@pytest.mark.parametrize("pasted", ["two words", "https://zetk.in", f"{REDIRECT}?state=STATE", "x" * 3000, "\x1b[31m"])
def test_what_holds_no_code_is_told(pasted: str) -> None:
    log_in = asked()
    with pytest.raises(Refused) as refused:
        log_in.code(pasted.replace("STATE", log_in.state))
    assert str(refused.value) == (
        "There is no code in that; paste the whole address at which the browser is now, or the code alone."
    )


def test_an_answer_to_another_log_in_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        asked().code(f"{REDIRECT}?code=abc&state=another")
    assert str(refused.value) == (
        "This answers another log-in than the one just begun; open the address that stands here, once more."
    )


def test_who_declines_is_not_logged_in() -> None:
    log_in = asked()
    with pytest.raises(NotLoggedIn, match="Zetkin did not log you in; begin again with `phonetui login`"):
        log_in.code(f"{REDIRECT}?error=access_denied&state={log_in.state}")


async def visit(port: int, path: str) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    return answer


def test_the_listener_takes_the_answer_to_this_log_in_alone() -> None:
    async def story() -> str:
        log_in = asked()
        async with listening(log_in, 0) as listener:
            port = listener.port
            assert (await visit(port, "/favicon.ico")).startswith(b"HTTP/1.1 404")
            assert (await visit(port, "/zetkin?code=evil&state=guessed")).startswith(b"HTTP/1.1 400")
            assert (await visit(port, "/zetkin?error=x&state=guessed")).startswith(b"HTTP/1.1 400")
            answer = await visit(port, f"/zetkin?code=abc&state={log_in.state}")
            assert answer.endswith(b"You are logged in. Go back to the terminal; this page can be closed.")
            return await listener.code()

    assert asyncio.run(story()) == "abc"


def test_a_browser_opens_only_where_somebody_sees_it(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr(sys, "platform", "linux")
    opens = zetkin_command._opens_browser
    assert opens({"DISPLAY": ":0"})
    assert not opens({})
    assert not opens({"DISPLAY": ":0", "SSH_CONNECTION": "x"})
    monkeypatch.setattr(sys, "platform", "darwin")
    assert opens({})
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert not opens({})
