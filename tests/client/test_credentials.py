"""Keyrings of every kind: none of them stops a caller."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest
from keyring.errors import KeyringLocked, NoKeyringError, PasswordDeleteError

from phonetui.client import credentials
from phonetui.client.credentials import Secrets, SecretsInMemory, SystemKeyring

Result = TypeVar("Result")


class Keyring:
    """One that works."""

    def __init__(self) -> None:
        self.secrets: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, name: str) -> str | None:
        return self.secrets.get((service, name))

    def set_password(self, service: str, name: str, secret: str) -> None:
        self.secrets[service, name] = secret

    def delete_password(self, service: str, name: str) -> None:
        if (service, name) not in self.secrets:
            raise PasswordDeleteError
        del self.secrets[service, name]


class Null(Keyring):
    """Takes everything, keeps nothing."""

    def set_password(self, service: str, name: str, secret: str) -> None:
        pass


class Failing(Keyring):
    """Raises whatever it is made of."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def get_password(self, service: str, name: str) -> str | None:
        raise self.error

    set_password = delete_password = get_password  # type: ignore[assignment]


class Hanging(Keyring):
    """Waits for a window that nobody sees."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0
        self.unlocked = threading.Event()

    def get_password(self, service: str, name: str) -> str | None:
        self.asked += 1
        self.unlocked.wait(5)
        return None

    def set_password(self, service: str, name: str, secret: str) -> None:
        self.get_password(service, name)


def use(monkeypatch: pytest.MonkeyPatch, keyring: Keyring) -> SystemKeyring:
    monkeypatch.setattr(credentials, "_keyring", lambda: keyring)
    return SystemKeyring()


def run(story: Callable[[], Awaitable[Result]]) -> Result:
    async def told() -> Result:
        return await story()

    return asyncio.run(told())


@pytest.mark.parametrize("memory", [True, False])
def test_a_secret_is_kept_found_and_forgotten(monkeypatch: pytest.MonkeyPatch, memory: bool) -> None:
    secrets: Secrets = SecretsInMemory() if memory else use(monkeypatch, Keyring())

    async def story() -> None:
        assert await secrets.get("token") is None
        assert await secrets.put("token", "s3cret")
        assert await secrets.get("token") == "s3cret"
        await secrets.drop("token")
        await secrets.drop("token")
        assert await secrets.get("token") is None

    run(story)


@pytest.mark.parametrize(
    "keyring",
    [Null(), Failing(NoKeyringError()), Failing(KeyringLocked()), Failing(RuntimeError("dbus is gone"))],
    ids=["null", "absent", "locked", "broken"],
)
def test_a_keyring_that_keeps_nothing_is_said_to_keep_nothing(
    monkeypatch: pytest.MonkeyPatch, keyring: Keyring
) -> None:
    secrets = use(monkeypatch, keyring)

    async def story() -> None:
        assert not await secrets.put("token", "s3cret")
        assert await secrets.get("token") is None
        await secrets.drop("token")

    run(story)


def test_a_keyring_that_hangs_is_waited_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(credentials, "LIMIT", 0.05)
    keyring = Hanging()
    secrets = use(monkeypatch, keyring)

    async def story() -> None:
        assert await secrets.get("token") is None
        assert not await secrets.put("token", "s3cret")
        await secrets.drop("token")

    run(story)
    keyring.unlocked.set()
    assert keyring.asked == 1


def test_a_keyring_is_given_three_seconds() -> None:
    assert credentials.LIMIT == 3.0
