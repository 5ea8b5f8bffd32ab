"""The secrets of other systems: in the environment, else in a 0600 file beside the server's own, else in a keyring."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from types import ModuleType

from phonetui.core.refusal import Refused
from phonetui.server.connectors.system import System
from phonetui.server.kept_secret import KeptSecret

SERVICE = "phonetui server"
#: Seconds for which a keyring may keep an organiser waiting.
LIMIT = 5.0


def secret(name: str, which: str) -> KeptSecret:
    """Where a connection's secret is kept."""
    variable = f"PHONETUI_CONNECT_{name}_{which}".upper().replace("-", "_")
    return KeptSecret("The connection's secret", f"connection-{name}-{which}", variable)


def read_secrets(name: str, system: System, data: Path | None, environment: Mapping[str, str]) -> dict[str, str]:
    """All that the system needs; raises `Refused` for the first that is kept nowhere."""
    return {which: _read(name, which, words, data, environment) for which, words in system.secrets.items()}


def keep_in_keyring(name: str, which: str, value: str) -> None:
    """Puts it in the keyring, and reads it back; raises `Refused` where there is none that keeps it."""

    def put(keyring: ModuleType) -> str | None:
        keyring.set_password(SERVICE, f"{name} {which}", value)
        found: str | None = keyring.get_password(SERVICE, f"{name} {which}")
        return found

    if _asked(put) != value:
        raise Refused("This machine has no keyring that keeps it; leave out --keyring, and it is kept in a file.")


def _read(name: str, which: str, words: str, data: Path | None, environment: Mapping[str, str]) -> str:
    kept = secret(name, which)
    found = kept.read(data, environment) or _asked(lambda keyring: keyring.get_password(SERVICE, f"{name} {which}"))
    if not found:
        raise Refused(
            f"Give {words}: phonetui server connect {name} secret {which}, or set {kept.variable} in the environment."
        )
    return found


def _asked(ask: Callable[[ModuleType], str | None]) -> str | None:
    """What the keyring says; None where it is absent, locked or hangs."""
    answers: SimpleQueue[str | None] = SimpleQueue()

    def work() -> None:
        try:
            answers.put(ask(_keyring()))
        except Exception:  # noqa: BLE001 - keyring backends raise anything; a secret may be kept elsewhere
            answers.put(None)

    Thread(target=work, name="keyring", daemon=True).start()
    try:
        return answers.get(timeout=LIMIT)
    except Empty:
        return None


def _keyring() -> ModuleType:
    import keyring  # on the thread: looking for one takes time

    return keyring
