"""A keyring that holds one secret under every name: a benchmark may not touch the user's own."""

from __future__ import annotations

import os

from keyring.backend import KeyringBackend
from keyring.compat import properties

#: Holds the secret, in the environment.
VARIABLE = "BENCHMARK_SECRET"


class OneSecretKeyring(KeyringBackend):
    """Gives it for the token as well as for the journals' key."""

    @properties.classproperty
    def priority(cls) -> float:  # noqa: N805 - keyring asks the class
        """Chosen only by name."""
        return 0.0

    def get_password(self, service: str, username: str) -> str | None:
        """The secret."""
        return os.environ[VARIABLE]

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keeps nothing: the only secret is there already."""
