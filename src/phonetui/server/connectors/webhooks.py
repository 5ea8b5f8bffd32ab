"""Webhooks: each outcome is posted to an address of the organiser's, signed as Standard Webhooks does it."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec
from msgspec import Struct

from phonetui.core.marked_yaml import Entry
from phonetui.core.push import Lost, Outgoing, Pushed
from phonetui.core.refusal import Refused
from phonetui.server.connectors.connector import Connector, Setup
from phonetui.server.connectors.system import System
from phonetui.server.connectors.webhooks_address import check_host, check_url
from phonetui.server.connectors.webhooks_body import CHECK, body_of
from phonetui.server.connectors.webhooks_post import Poster

#: Bytes of a key: what Standard Webhooks asks for.
SHORTEST_KEY, LONGEST_KEY = 24, 64
PREFIX = "whsec_"

KEYS = {"url": "https://example.org/phonetui"}
TEMPLATE = """\
# Each outcome is posted as JSON, once it is ten minutes old; what comes, and how to check the signature:
# phonetui help webhooks
# With some services the address is all that a receiver asks for, so it is a secret, and not in this file.
"""


class NoSettings(Struct, frozen=True):
    """Nothing but what every connection's file has."""


def read(found: Mapping[str, Entry]) -> NoSettings:
    """Nothing; an address is refused, for the file is in the database, and in its backups."""
    if "url" in found:
        found["url"].refuse(
            "the address is a secret; take it out of the file, and give it with "
            "`phonetui server connect NAME secret url`"
        )
    return NoSettings()


class Webhooks:
    """One address, and the key that what is posted there is signed with."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._url = setup.secrets["url"].strip()
        check_url(self._url)
        self._key = read_key(setup.secrets["key"])
        self._poster = Poster(self._url)
        self._host_checked = False

    def check(self) -> Iterable[str]:
        """Posts a `check`, which the receiver answers like any other, and which tells it nothing."""
        self._post("check", msgspec.json.encode(CHECK))
        yield f"{self._poster.name} took a signed check."
        yield from self.losses()

    def losses(self) -> Iterable[str]:
        """Nothing: corrections and undos have kinds of their own."""
        return ()

    def close(self) -> None:
        """Ends the connection."""
        self._poster.close()

    def send(self, one: Outgoing, *, doubt_since: datetime | None) -> Pushed | Lost:
        """Posts it; what is in doubt is posted again under the same id, which the receiver knows."""
        self._post(one.event_id, msgspec.json.encode(body_of(self._setup, one)))
        return Pushed()

    def _post(self, event_id: str, body: bytes) -> None:
        if not self._host_checked:
            check_host(self._url)
            self._host_checked = True
        at = int(self._setup.clock().timestamp())
        self._poster.post(body, signed(self._key, event_id, at, body))


def read_key(secret: str) -> bytes:
    """The key in a secret of Standard Webhooks; raises `Refused` for what is none."""
    try:
        key = base64.b64decode(secret.strip().removeprefix(PREFIX), validate=True)
    except ValueError:  # binascii.Error, or a letter outside ASCII
        key = b""
    if SHORTEST_KEY <= len(key) <= LONGEST_KEY:
        return key
    raise Refused(
        f"The webhook's key must be {PREFIX} and {SHORTEST_KEY} to {LONGEST_KEY} random bytes in base64; "
        'make one: echo "whsec_$(openssl rand -base64 32)".'
    )


def signed(key: bytes, event_id: str, at: int, body: bytes) -> dict[str, str]:
    """The headers that go with a body; `at` is in seconds since 1970."""
    signature = hmac.digest(key, f"{event_id}.{at}.".encode() + body, "sha256")
    return {
        "Content-Type": "application/json",
        "webhook-id": event_id,
        "webhook-timestamp": str(at),
        "webhook-signature": f"v1,{base64.b64encode(signature).decode()}",
    }


def connect(setup: Setup) -> Connector:
    """A way to the receiver; raises `Refused` for a key or an address that is none."""
    return Webhooks(setup)


SYSTEM = System(
    title="Webhooks",
    keys=KEYS,
    template=TEMPLATE,
    read=read,
    connect=connect,
    secrets={"url": "the address that results are posted to", "key": "the key that webhooks are signed with"},
)
