"""A campaign server with one campaign, and a person who joins it."""

from __future__ import annotations

import io
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from phonetui import cli
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
def many_sign_in(cheap_passwords: None) -> None:
    """Most of these tests do."""


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


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a campaign file and a campaign server that has it, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("prepared")
    file, data = str(folder / "weekend.yaml"), ("--data", str(folder / "server"))
    with pytest.MonkeyPatch.context() as environment, redirect_stdout(io.StringIO()):
        environment.delenv("LC_ALL", raising=False)
        environment.setenv("LC_MESSAGES", "C")
        assert cli.main(["server", "init", *data]) == 0
        assert cli.main(["server", "campaign", "new", file, *data]) == 0
        assert cli.main(["server", "campaign", "add", file, *data]) == 0
    return folder


@pytest.fixture
def server(shell: Shell, tmp_path: Path, prepared: Path) -> Path:
    """The folder of a campaign server with one campaign, `weekend-turnout`; its file is where the shell stands."""
    shutil.copy(prepared / "weekend.yaml", tmp_path)
    return Path(shutil.copytree(prepared / "server", tmp_path / "server"))
