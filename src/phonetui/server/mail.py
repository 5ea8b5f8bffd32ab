"""The campaign's own mail server: where it is, and a plain message handed to it.

Its address is kept in the database, its password in a 0600 file beside the server's secret, or in the environment.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from ssl import SSLError
from urllib.parse import unquote, urlsplit

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
)
from msgspec import Struct
from sqlalchemy import Connection, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from phonetui.core.refusal import Refused
from phonetui.server.engine import insert
from phonetui.server.kept_secret import KeptSecret
from phonetui.server.tables import settings

PASSWORD = KeptSecret("The mail server's password", "mail-password", "PHONETUI_SMTP_PASSWORD")
#: Settings of the database.
URL, SENDER = "mail_url", "mail_from"
#: Seconds for one message, from the first packet to the last.
LONGEST = 20.0
#: Where mail need not be encrypted on its way to.
THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
PORTS = {"smtp": 587, "smtps": 465}
EXAMPLE = "smtp://calls@mail.example.org:587"


class MailServer(Struct, frozen=True):
    """Where mail is handed in, as `user`, if there is one, and from which address it comes.

    Mail is encrypted on its way there, by `STARTTLS` or, with `smtps`, from the first byte; on this machine it need
    not be.
    """

    url: str
    sender: str

    @property
    def host(self) -> str:
        """The server's name."""
        return urlsplit(self.url).hostname or ""

    @property
    def port(self) -> int:
        """The one named, else the usual one."""
        parts = urlsplit(self.url)
        return parts.port or PORTS[parts.scheme]

    @property
    def user(self) -> str:
        """Who logs in there; empty where nobody has to."""
        return unquote(urlsplit(self.url).username or "")


class MailNotTaken(Refused):
    """The mail server could not be reached, or did not take the message."""


def mail_server(url: str, sender: str) -> MailServer:
    """What an organiser typed; raises `Refused` for what is none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Refused(f"{url} is not the address of a mail server; one looks like {EXAMPLE}.") from None
    if parts.password is not None:
        raise Refused(f"Leave the password out of the address, and give it in the environment as {PASSWORD.variable}.")
    odd = parts.path.strip("/") or parts.query or parts.fragment or port == 0
    if parts.scheme not in PORTS or not parts.hostname or odd or not url.isprintable() or " " in url:
        raise Refused(f"{url} is not the address of a mail server; one looks like {EXAMPLE}.")
    if not is_address(sender):
        raise Refused(f"{sender} is not an e-mail address; one looks like calls@example.org.")
    return MailServer(url, sender)


def is_address(text: str) -> bool:
    """Whether the text is one e-mail address, and nothing that a header or another address could hide in."""
    try:
        address = Address(addr_spec=text)
    except (HeaderParseError, ValueError, IndexError):
        return False
    return text.isascii() and text == f"{address.username}@{address.domain}"


# -- what is kept ------------------------------------------------------------------------------------------------------


def keep(connection: Connection, kept: MailServer | None) -> None:
    """Uses this mail server from now on; none ends all mail."""
    connection.execute(delete(settings).where(settings.c.name.in_((URL, SENDER))))
    if kept is not None:
        for name, value in ((URL, kept.url), (SENDER, kept.sender)):
            connection.execute(insert(connection, settings).values(name=name, value=value))


def find(connection: Connection) -> MailServer | None:
    """The mail server in use; None where there is none."""
    found = {row.name: row.value for row in connection.execute(select(settings))}
    return MailServer(found[URL], found[SENDER]) if URL in found and SENDER in found else None


async def find_soon(connection: AsyncConnection) -> MailServer | None:
    """The same, without holding up the event loop."""
    return await connection.run_sync(find)


# -- sending -----------------------------------------------------------------------------------------------------------


def message(sender: str, to: str, subject: str, text: str, now: datetime) -> EmailMessage:
    """A plain message. `to` is an address as `is_address` has it; nothing else in it comes from outside."""
    made = EmailMessage()
    made["From"] = Address(addr_spec=sender)
    made["To"] = Address(addr_spec=to)
    made["Subject"] = subject
    made["Date"] = format_datetime(now)
    made["Message-ID"] = f"<{secrets.token_hex(16)}@{sender.rpartition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answer by a machine
    made.set_content(text)
    return made


async def send(server: MailServer, password: str, mail: EmailMessage, to: str) -> None:
    """Hands one message in; raises `MailNotTaken`."""
    async with _open(server, password) as client:
        await client.send_message(mail, sender=server.sender, recipients=[to])


async def check(server: MailServer, password: str) -> None:
    """Logs in, and out again; raises `MailNotTaken`."""
    async with _open(server, password):
        pass


@asynccontextmanager
async def _open(server: MailServer, password: str) -> AsyncIterator[SMTP]:
    encrypted = server.url.startswith("smtps:")
    client = SMTP(
        hostname=server.host,
        port=server.port,
        local_hostname=server.sender.rpartition("@")[2],
        use_tls=encrypted,
        start_tls=not encrypted and server.host not in THIS_MACHINE,
        timeout=LONGEST,
    )
    try:
        async with asyncio.timeout(LONGEST):
            await client.connect()
            if server.user:
                await client.login(server.user, password)
            yield client
    except (SMTPException, OSError, TimeoutError) as error:
        raise MailNotTaken(f"The mail server {server.host}:{server.port} {_reason(error)}.") from None
    finally:
        client.close()


def _reason(error: Exception) -> str:
    match error:
        case SMTPAuthenticationError():
            return "does not take the user and password"
        case SMTPRecipientsRefused():
            return f"refused with {error.recipients[0].code}"
        case SMTPResponseException():
            return f"refused with {error.code}"
        case SSLError():
            return "cannot prove who it is"
        case TimeoutError():
            return "did not answer in time"
        case OSError():
            return "cannot be reached"
        case _:
            return "does not offer what is needed, such as STARTTLS"
