"""A campaign server with one campaign, and a person who joins it."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from phonetui.client.credentials import SecretsInMemory
from phonetui.commands import asking, call_screen
from phonetui.server import admin
from phonetui.server.app import create_app
from phonetui.server.clock import utc_now
from phonetui.server.engine import database_url
from phonetui.server.run import serve_in_background
from tests.shell import Shell

PASSWORD = "correct horse battery"


class Keyboard(io.StringIO):
    """What is typed at a terminal."""

    def isatty(self) -> bool:
        return True


Types = Callable[..., None]


@pytest.fixture
def types(monkeypatch: pytest.MonkeyPatch) -> Types:
    """Types these lines, and these passwords unseen, at what a command asks."""

    def typed(*lines: str, passwords: tuple[str, ...] = ()) -> None:
        monkeypatch.setattr(sys, "stdin", Keyboard("".join(f"{line}\n" for line in lines)))
        unseen = iter(passwords)
        monkeypatch.setattr(asking, "getpass", lambda question: next(unseen))

    return typed


@pytest.fixture(autouse=True)
def keyring(monkeypatch: pytest.MonkeyPatch) -> SecretsInMemory:
    """A keyring that holds nothing of the user's own."""
    secrets = SecretsInMemory()
    monkeypatch.setattr(call_screen, "SystemKeyring", lambda: secrets)
    return secrets


@pytest.fixture
def address(server: Path) -> Iterator[str]:
    """Where the campaign server is served."""
    running = serve_in_background(create_app(*admin.open_server(database_url(server, None), server, {}), utc_now))
    yield running.url
    running.stop()


@pytest.fixture
def invite(shell: Shell, server: Path, address: str) -> Callable[[], str]:
    """Asks one person in; the link."""

    def link() -> str:
        facts = shell.facts("server", "invite", "weekend-turnout", "--data", server)
        return f"{address}/join/#{str(facts['join']).partition('#')[2]}"

    return link


@pytest.fixture
def joined(shell: Shell, types: Types, invite: Callable[[], str]) -> None:
    """Dana has joined on this laptop."""
    types(invite(), "Dana Reyes", "dana@example.org", passwords=(PASSWORD, PASSWORD))
    assert shell.run("join") == 0, shell.err


@pytest.fixture
def server(shell: Shell, tmp_path: Path) -> Path:
    """The folder of a campaign server with one campaign, `weekend-turnout`."""
    folder = tmp_path / "server"
    shell.facts("server", "init", "--data", folder)
    shell.facts("server", "campaign", "new", "weekend.yaml", "--data", folder)
    shell.facts("server", "campaign", "add", "weekend.yaml", "--data", folder)
    return folder
