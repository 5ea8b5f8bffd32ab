"""Passwords: Argon2id, on threads, since one check takes a tenth of a second and 64 MiB."""

from __future__ import annotations

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from phonetui.server.problems import RequestRefused

SHORTEST = 10
LONGEST = 1000

#: Checks at the same time; more would only take memory, one process has few cores.
AT_ONCE = 2

_hasher = PasswordHasher()


class Passwords:
    """Hashes and checks passwords without holding up the event loop."""

    def __init__(self) -> None:
        self._places = asyncio.Semaphore(AT_ONCE)

    def check(self, password: str) -> None:
        """Raises the problem `weak-password` for one that cannot be chosen."""
        if not SHORTEST <= len(password) <= LONGEST:
            raise RequestRefused("weak-password", f"The password needs {SHORTEST} characters or more.")

    async def hash(self, password: str) -> str:
        """The Argon2id hash to store; raises the problem `weak-password`."""
        self.check(password)
        async with self._places:
            return await asyncio.to_thread(_hasher.hash, password)

    async def match(self, stored: str | None, password: str) -> bool:
        """Whether `password` is the one that `stored` was made from; always False, as slowly, for None."""
        async with self._places:
            return await asyncio.to_thread(_match, stored, password)


def _match(stored: str | None, password: str) -> bool:
    try:
        return _hasher.verify(stored or _nobodys(), password[:LONGEST]) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def _nobodys() -> str:
    """A hash of nothing, checked in place of an unknown account's, so that both take the same time."""
    costs = f"m={_hasher.memory_cost},t={_hasher.time_cost},p={_hasher.parallelism}"
    return f"$argon2id$v=19${costs}${'A' * 22}${'A' * 43}"
