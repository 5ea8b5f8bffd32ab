"""The key of a caller's journals: 256 random bits, used raw.

Its fingerprint lies beside each journal and names the key wherever it is kept, so that a lost keyring, or a lost list
of accounts, does not lose the way to it.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from pathlib import Path

import msgspec
from msgspec import Struct

from phonetui.client.private_files import write_private
from phonetui.core.refusal import Refused
from phonetui.core.translation import tr

LENGTH = 32
SHORTEST_PASSWORD = 10

#: Argon2id, RFC 9106 section 4: its second recommended choice.
MEMORY_KIB = 64 << 10
PASSES = 3
LANES = 4
SALT_LENGTH = 16

_FINGERPRINT = re.compile("[0-9a-f]{64}")


class WrongPassword(Refused):
    """Another password than the one that the key was wrapped with."""


class WrappedKey(Struct, frozen=True):
    """A key that a password opens. `pad` hides it, `mark` shows a wrong password or a damaged file."""

    salt: bytes
    pad: bytes
    mark: bytes


_read_wrapped = msgspec.json.Decoder(WrappedKey).decode


def new_key() -> bytes:
    """A key that was never used before."""
    return secrets.token_bytes(LENGTH)


def fingerprint(key: bytes) -> str:
    """64 hex digits that name the key and tell nothing of it."""
    return hashlib.sha256(b"phonetui journal key\0" + key).hexdigest()


def fingerprint_file(journal: Path) -> Path:
    """The file beside a journal that holds its key's fingerprint."""
    return journal.with_suffix(".fingerprint")


def read_fingerprint(journal: Path) -> str:
    """The fingerprint beside a journal; empty where there is none that can be read as one. Raises `OSError`."""
    file = fingerprint_file(journal)
    text = file.read_text("ascii", "replace").strip() if file.exists() else ""
    return text if _FINGERPRINT.fullmatch(text) else ""


def wrap(key: bytes, password: str) -> WrappedKey:
    """The key under a password. Takes a tenth of a second and 64 MiB; raises `Refused` for a short password.

    Argon2id makes 64 bytes of the password and a salt that is never used again: the key is XORed with the first half,
    a pad used once, and the second half signs salt and pad with HMAC-SHA256.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise Refused(
            tr(
                "This password is too short to lock your calls with; use {least} characters or more.",
                least=SHORTEST_PASSWORD,
            )
        )
    salt = secrets.token_bytes(SALT_LENGTH)
    hiding, signing = _derive(password, salt)
    pad = _xor(key, hiding)
    return WrappedKey(salt, pad, _sign(signing, salt, pad))


def unwrap(wrapped: WrappedKey, password: str) -> bytes:
    """The key; raises `WrongPassword`."""
    hiding, signing = _derive(password, wrapped.salt)
    if not hmac.compare_digest(_sign(signing, wrapped.salt, wrapped.pad), wrapped.mark):
        raise WrongPassword(
            tr("This is not the password that the calls on this computer are locked with; type it again.")
        )
    return _xor(wrapped.pad, hiding)


def save_wrapped(file: Path, wrapped: WrappedKey) -> None:
    """Keep a wrapped key. Raises `OSError`."""
    write_private(file, msgspec.json.encode(wrapped))


def load_wrapped(file: Path) -> WrappedKey | None:
    """A wrapped key that was kept; None where there is none, or none that can be read."""
    try:
        wrapped = _read_wrapped(file.read_bytes())
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None
    return wrapped if len(wrapped.pad) == LENGTH and len(wrapped.salt) == SALT_LENGTH else None


def _derive(password: str, salt: bytes) -> tuple[bytes, bytes]:
    from argon2.low_level import Type, hash_secret_raw

    made = hash_secret_raw(password.encode(), salt, PASSES, MEMORY_KIB, LANES, 2 * LENGTH, Type.ID)
    return made[:LENGTH], made[LENGTH:]


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))


def _sign(key: bytes, salt: bytes, pad: bytes) -> bytes:
    return hmac.digest(key, b"phonetui wrapped key 1\0" + salt + pad, "sha256")
