"""The server's keys, made from one secret of 32 bytes in a file or the environment, never in the database."""

from __future__ import annotations

import binascii
import hmac
import os
import secrets
from base64 import b64decode, b64encode
from collections.abc import Mapping
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec import Struct

from phonetui.core.refusal import Refused

FILE_NAME = "secret"
VARIABLE = "PHONETUI_SERVER_SECRET"
LENGTH = 32
NONCE = 12


class ServerKeys(Struct, frozen=True):
    """One key a purpose: tickets, sealing of journal keys, hashes of erased voters, ids of callers, mailed codes.

    `fingerprint` is kept in the database, so that another server's secret is noticed before it is used.
    """

    ticket: bytes
    sealing: bytes
    erasing: bytes
    naming: bytes
    mailing: bytes
    fingerprint: str

    def __repr__(self) -> str:
        return f"ServerKeys({self.fingerprint})"


def keys_from(secret: bytes) -> ServerKeys:
    """The keys that follow from the server's secret."""

    def derived(purpose: str) -> bytes:
        return hmac.digest(secret, f"phonetui {purpose}".encode(), "sha256")

    return ServerKeys(
        ticket=derived("ticket"),
        sealing=derived("sealing"),
        erasing=derived("erasing"),
        naming=derived("naming"),
        mailing=derived("mailing"),
        fingerprint=derived("fingerprint").hex()[:16],
    )


def make_keys(data: Path | None, environment: Mapping[str, str]) -> ServerKeys:
    """The keys of a new server: from the environment, else of a new secret in the folder `data`, made if need be."""
    if VARIABLE in environment or data is None or (data / FILE_NAME).exists():
        return read_keys(data, environment)
    secret = secrets.token_bytes(LENGTH)
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(data / FILE_NAME, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(b64encode(secret) + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise Refused(f"The folder {data} cannot be written ({error.strerror}); choose another --data.") from None
    return keys_from(secret)


def read_keys(data: Path | None, environment: Mapping[str, str]) -> ServerKeys:
    """The keys of a server made earlier; raises `Refused` where its secret is missing, damaged or open to others."""
    if VARIABLE in environment:
        return keys_from(_decoded(environment[VARIABLE], VARIABLE))
    if data is None:
        raise Refused(
            f"The server's secret is missing: set {VARIABLE} to what `openssl rand -base64 32` prints, and keep it."
        )
    file = data / FILE_NAME
    try:
        text = file.read_text("ascii", errors="replace")
        open_to_others = os.name == "posix" and file.stat().st_mode & 0o077
    except OSError as error:
        raise Refused(f"The server's secret {file} cannot be read ({error.strerror}); put its copy back.") from None
    if open_to_others:
        raise Refused(f"The server's secret {file} is open to other users; run `chmod 600 {file}`.")
    return keys_from(_decoded(text, str(file)))


def seal(keys: ServerKeys, journal_key: bytes, caller_id: str, journal_id: str) -> bytes:
    """A journal's key as the database may hold it: of use only with the server's secret, for that journal."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(keys.sealing).encrypt(nonce, journal_key, _owner(caller_id, journal_id))


def unseal(keys: ServerKeys, sealed: bytes, caller_id: str, journal_id: str) -> bytes:
    """What `seal` was given; raises `cryptography.exceptions.InvalidTag` for another caller, journal or secret."""
    return AESGCM(keys.sealing).decrypt(sealed[:NONCE], sealed[NONCE:], _owner(caller_id, journal_id))


def _owner(caller_id: str, journal_id: str) -> bytes:
    return f"{caller_id}/{journal_id}".encode()


def _decoded(text: str, where: str) -> bytes:
    try:
        secret = b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if len(secret) != LENGTH:
        raise Refused(f"The server's secret in {where} is not {LENGTH} bytes in base64; put its copy back.")
    return secret
