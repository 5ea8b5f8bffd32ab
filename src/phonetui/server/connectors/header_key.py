"""A key that goes into a header, as it was pasted."""

from __future__ import annotations

from phonetui.server.connectors.connector import Setup, WrongKey


def header_key(setup: Setup, title: str) -> str:
    """The connection's key; raises `WrongKey` for what no header can hold, such as a dot of an ellipsis."""
    key = setup.secrets.get("key", "").strip()
    if key.isascii() and key.isprintable() and key:
        return key
    raise WrongKey(
        f"The key for {title} is empty, or has characters that no key has; copy it once more "
        f"and give it with `phonetui server connect {setup.name} secret`."
    )
