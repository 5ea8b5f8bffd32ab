"""A system's keyring that goes wrong in each of the ways that keyrings do, in this process or in another."""

from __future__ import annotations

import os
from pathlib import Path
from threading import Event

import msgspec
from keyring.backend import KeyringBackend
from keyring.compat import properties
from keyring.errors import KeyringLocked, NoKeyringError, PasswordDeleteError

#: Names the folder of the keyring; for another process `PYTHON_KEYRING_BACKEND` goes with it.
VARIABLE = "PHONETUI_TEST_KEYRING"
BACKEND = "tests.keyrings.TurningKeyring"

WORKING = "working"
WRONG = ("absent", "locked", "hanging", "null", "wiped")
#: Seconds for which a keyring hangs: longer than any test waits.
FOR_EVER = 60


def turn(folder: Path, kind: str) -> None:
    """From now on the keyring in `folder` is of this kind. A wiped one works, and has lost everything."""
    folder.mkdir(exist_ok=True)
    (folder / "kind").write_text(kind)
    if kind == "wiped":
        (folder / "secrets").unlink(missing_ok=True)


class TurningKeyring(KeyringBackend):
    """Keeps its secrets in a folder, and looks at each call what kind it is now."""

    @properties.classproperty
    def priority(cls) -> float:  # noqa: N805 - keyring asks the class
        """Chosen only by name."""
        return 0.0

    def get_password(self, service: str, username: str) -> str | None:
        """The secret."""
        self._go_wrong()
        return self._secrets().get(username)

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep it, unless this is a null keyring."""
        self._go_wrong()
        if self._kind() != "null":
            self._write({**self._secrets(), username: password})

    def delete_password(self, service: str, username: str) -> None:
        """Forget it."""
        self._go_wrong()
        left = self._secrets()
        if left.pop(username, None) is None:
            raise PasswordDeleteError
        self._write(left)

    @property
    def _folder(self) -> Path:
        return Path(os.environ[VARIABLE])

    def _kind(self) -> str:
        return (self._folder / "kind").read_text()

    def _go_wrong(self) -> None:
        match self._kind():
            case "absent":
                raise NoKeyringError
            case "locked":
                raise KeyringLocked
            case "hanging":
                Event().wait(FOR_EVER)

    def _secrets(self) -> dict[str, str]:
        file = self._folder / "secrets"
        if self._kind() == "null" or not file.exists():
            return {}
        return msgspec.json.decode(file.read_bytes(), type=dict[str, str])

    def _write(self, secrets: dict[str, str]) -> None:
        (self._folder / "secrets").write_bytes(msgspec.json.encode(secrets))
