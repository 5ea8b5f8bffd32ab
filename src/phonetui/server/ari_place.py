"""Where the campaign's Asterisk is: its REST interface (ARI), our name there, the way to a carrier, the number shown.

All of it is kept in the database; the secret in a 0600 file beside the server's own, or in the environment.
"""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from msgspec import Struct
from sqlalchemy import Connection, delete, select

from phonetui.core.refusal import Refused
from phonetui.server.engine import insert
from phonetui.server.kept_secret import KeptSecret
from phonetui.server.loopback import is_loopback
from phonetui.server.tables import settings

SECRET = KeptSecret("The secret of the phone system", "ari-secret", "PHONETUI_ARI_SECRET")
#: Settings of the database.
NAMES = ("ari_url", "ari_application", "ari_trunk", "ari_number")
EXAMPLE = "http://phonetui@127.0.0.1:8088/ari"
TRUNK_EXAMPLE = "PJSIP/{number}@carrier"
NUMBER_EXAMPLE = "+18125550111"
#: The name that `Stasis` and the ids of our channels begin with; a point in it would make the ids ambiguous.
_NAME = re.compile(r"[A-Za-z0-9_-]{1,40}", re.ASCII)
#: A technology and, somewhere after it, the number; a comma or an `&` would dial more than one.
_TRUNK = re.compile(r"[A-Za-z0-9]+/[A-Za-z0-9_./:@{}+;=-]+", re.ASCII)
_E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)


class AriPlace(Struct, frozen=True):
    """`url` ends in `/ari` and names the user. `trunk` is what is dialed, with `{number}` or `{digits}` in it.

    `number` is the campaign's, in E.164: voters and volunteers see it.
    """

    url: str
    application: str
    trunk: str
    number: str

    @property
    def user(self) -> str:
        """Who asks there, as `ari.conf` calls them."""
        return unquote(urlsplit(self.url).username or "")

    @property
    def address(self) -> str:
        """The address without the user."""
        parts = urlsplit(self.url)
        return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl().rstrip("/")

    @property
    def shown(self) -> str:
        """Host and port, for a sentence."""
        return urlsplit(self.address).netloc

    def endpoint(self, number: str) -> str:
        """What Asterisk dials for a number in E.164; raises `Refused` for what is none."""
        if not _E164.fullmatch(number):
            raise Refused("This number cannot be dialed by the phone system; dial it by hand.")
        return self.trunk.replace("{number}", number).replace("{digits}", number[1:])


def ari_place(url: str, application: str, trunk: str, number: str) -> AriPlace:
    """What an organiser typed; raises `Refused` for what cannot be used."""
    _check_url(url)
    if not _NAME.fullmatch(application):
        raise Refused(f"{application} is not a name for the application: use letters, digits, - and _, 40 at most.")
    numbers = trunk.count("{number}") + trunk.count("{digits}")
    if not _TRUNK.fullmatch(trunk) or numbers != 1 or trunk.count("{") != 1:
        raise Refused(f"{trunk} does not say what to dial; it looks like {TRUNK_EXAMPLE}.")
    if not _E164.fullmatch(number):
        raise Refused(f"{number} is not a number to show to those who are called; write it as {NUMBER_EXAMPLE}.")
    return AriPlace(url, application, trunk, number)


def _check_url(url: str) -> None:
    wrong = Refused(f"{url} is not the address of an ARI; one looks like {EXAMPLE}.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise wrong from None
    if parts.password is not None:
        raise Refused(f"Leave the secret out of the address, and give it in the environment as {SECRET.variable}.")
    known = parts.scheme in ("http", "https") and parts.hostname and parts.username
    if not known or parts.query or parts.fragment or port == 0 or not url.isprintable() or " " in url:
        raise wrong
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        raise Refused(f"Over http to {parts.hostname} secret and numbers could be read on the way: use https.")


# -- what is kept ------------------------------------------------------------------------------------------------------


def keep(connection: Connection, kept: AriPlace | None) -> None:
    """Uses this phone system from the server's next start on; none uses no phone system."""
    connection.execute(delete(settings).where(settings.c.name.in_(NAMES)))
    if kept is not None:
        for name, value in zip(NAMES, (kept.url, kept.application, kept.trunk, kept.number), strict=True):
            connection.execute(insert(connection, settings).values(name=name, value=value))


def find(connection: Connection) -> AriPlace | None:
    """The phone system in use; None where there is none."""
    found = {row.name: row.value for row in connection.execute(select(settings))}
    return AriPlace(*(found[name] for name in NAMES)) if found.keys() >= set(NAMES) else None
