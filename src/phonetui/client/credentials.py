"""Where a caller's secrets are held on this laptop: the token, and the journals' key.

A system's keyring may be absent, locked, or hang, so that it is asked on a thread and given up after a time; then the
password is asked for at each start, and the campaign server gives the key back for it.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Protocol, TypeVar

from phonetui.client.patience import within
from phonetui.core.translation import later

Result = TypeVar("Result")

#: Seconds for which a keyring may keep a caller waiting, once.
LIMIT = 3.0
SERVICE = "phonetui"

#: Said once, when a caller signs in.
NOT_KEPT = later(
    "This computer has no keyring that phonetui can use, so it asks for your password at each start; "
    "no call is lost by that."
)


class Secrets(Protocol):
    """A place for secrets, by name. Nothing here raises or takes long."""

    async def get(self, name: str) -> str | None:
        """The secret; None where there is none, or no place for any."""

    async def put(self, name: str, secret: str) -> bool:
        """Keep the secret; says whether it is really kept."""

    async def drop(self, name: str) -> None:
        """Forget the secret."""


class SecretsInMemory:
    """Secrets that are gone when the program ends."""

    def __init__(self) -> None:
        self._secrets: dict[str, str] = {}

    async def get(self, name: str) -> str | None:
        """The secret, if there is one."""
        return self._secrets.get(name)

    async def put(self, name: str, secret: str) -> bool:
        """Keep the secret until the program ends."""
        self._secrets[name] = secret
        return True

    async def drop(self, name: str) -> None:
        """Forget the secret."""
        self._secrets.pop(name, None)


class SystemKeyring:
    """The system's keyring. Once it has hung, it is not asked again."""

    def __init__(self) -> None:
        self._hangs = False

    async def get(self, name: str) -> str | None:
        """The secret; None as well where the keyring is absent, locked or hangs."""
        return await self._ask(lambda: _keyring().get_password(SERVICE, name), None)

    async def put(self, name: str, secret: str) -> bool:
        """Keep the secret, and read it back: a null keyring takes everything and keeps nothing."""

        def put() -> bool:
            _keyring().set_password(SERVICE, name, secret)
            return bool(_keyring().get_password(SERVICE, name) == secret)

        return await self._ask(put, False)

    async def drop(self, name: str) -> None:
        """Forget the secret."""
        await self._ask(lambda: _keyring().delete_password(SERVICE, name), None)

    async def _ask(self, work: Callable[[], Result], otherwise: Result) -> Result:
        if self._hangs:
            return otherwise
        try:
            return await within(LIMIT, work)
        except TimeoutError:
            self._hangs = True
            return otherwise
        except Exception:  # noqa: BLE001 - keyring backends raise anything; the caller is asked for the password
            return otherwise


def _keyring() -> ModuleType:
    import keyring  # on the thread: it takes longer than a frame

    return keyring
