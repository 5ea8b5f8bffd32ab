"""Codes sent by mail: whoever types one reads the mail of that address. Each is good once, for a short time.

Without mail, a code for a forgotten password is given out by the campaign itself, to whoever it knows by voice or face.

What is stored and counted, and how long it takes, is the same whether or not an address has an account.
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, Connection, and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from phonetui.core.refusal import Refused
from phonetui.server import mail
from phonetui.server.engine import Database, insert
from phonetui.server.log import log_failure
from phonetui.server.problems import RequestRefused
from phonetui.server.sign_in_tables import mailed_codes
from phonetui.server.sign_in_tries import count_mail, hash_email
from phonetui.server.tables import accounts, settings

Purpose = Literal["join", "password"]

DIGITS = 8
GOOD_FOR = timedelta(minutes=15)
TRIES = 5
SUBJECT = "Your phonetui code"
TEXT = """Your code is {code}

Type it where phonetui asks for it. It is good for {minutes} minutes, and once.
It was asked for at {host}, {why}.

If that was not you, do nothing: without the code nothing happens.
"""
WHY: dict[Purpose, str] = {"join": "to join a phone bank", "password": "to choose a new password"}


class MailedCodes:
    """Makes, sends and checks codes. `password` gives the mail server's password."""

    def __init__(
        self, database: Database, key: bytes, clock: Callable[[], datetime], password: Callable[[], str]
    ) -> None:
        self._database = database
        self._key = key
        self._clock = clock
        self._password = password
        self._on_their_way: set[asyncio.Task[None]] = set()

    async def are_sent(self) -> bool:
        """Whether this server can send mail."""
        async with self._database.read() as connection:
            return await mail.find_soon(connection) is not None

    async def send(self, email: str, purpose: Purpose, address: str) -> None:
        """A new code by mail, in place of the one before; raises `mail-failed` unless the mail server takes it.

        `address` is the network address that asks. Raises `too-many-tries`, and `bad-request` for what is no address.
        """
        await self._deliver(email, await self._make(email, purpose, address), purpose)

    async def send_later(self, email: str, purpose: Purpose, address: str, *, known: bool) -> None:
        """The same, for an account alone, and without waiting: how long it takes tells nobody whether there is one."""
        code = await self._make(email, purpose, address)
        if known:
            task = asyncio.create_task(self._deliver_or_log(email, code, purpose))
            self._on_their_way.add(task)
            task.add_done_callback(self._on_their_way.discard)

    async def check(self, email: str, purpose: Purpose, code: str) -> None:
        """Counts a try; raises `wrong-code` unless this is the address's code. `spend` then ends it."""
        this = and_(_of(email, purpose), mailed_codes.c.tries_left > 0, mailed_codes.c.expires_at > self._clock())
        left = mailed_codes.c.tries_left
        counted = update(mailed_codes).where(this).values(tries_left=left - 1).returning(mailed_codes.c.code_hash)
        async with self._database.write() as connection:
            stored: str | None = (await connection.execute(counted)).scalar()
        if not hmac.compare_digest(stored or "", _hashed(self._key, email, code)):
            raise RequestRefused("wrong-code")

    async def spend(self, connection: AsyncConnection, email: str, purpose: Purpose) -> None:
        """Ends a code that was right, in one transaction with what it is for; raises `wrong-code` if it has ended."""
        if (await connection.execute(delete(mailed_codes).where(_of(email, purpose)))).rowcount != 1:
            raise RequestRefused("wrong-code")

    async def close(self) -> None:
        """Waits for the mails that are on their way."""
        await asyncio.gather(*self._on_their_way)

    async def _make(self, email: str, purpose: Purpose, address: str) -> str:
        if not mail.is_address(email):
            raise RequestRefused("bad-request", f"No mail can be sent to {email}; use another address.")
        now = self._clock()
        async with self._database.write() as connection:
            await count_mail(connection, email, address, now)
            return await connection.run_sync(_new_code, self._key, email, purpose, now)

    async def _deliver(self, email: str, code: str, purpose: Purpose) -> None:
        async with self._database.read() as connection:
            server = await mail.find_soon(connection)
            url = await connection.scalar(select(settings.c.value).where(settings.c.name == "url"))
        if server is None:
            raise RequestRefused("no-mail")
        text = TEXT.format(
            code=code, minutes=GOOD_FOR // timedelta(minutes=1), host=urlsplit(url or "").netloc, why=WHY[purpose]
        )
        try:
            await mail.send(
                server, self._password(), mail.message(server.sender, email, SUBJECT, text, self._clock()), email
            )
        except mail.MailNotTaken as failed:
            log_failure(failed)
            raise RequestRefused("mail-failed") from None

    async def _deliver_or_log(self, email: str, code: str, purpose: Purpose) -> None:
        try:
            await self._deliver(email, code, purpose)
        except RequestRefused:  # logged; whoever waits for the code may ask again
            return


def code_for_password(connection: Connection, key: bytes, email: str, now: datetime) -> str:
    """A code for a new password, to be told to the account's owner in person; raises `Refused` without an account."""
    if connection.scalar(select(accounts.c.caller_id).where(accounts.c.email == email)) is None:
        raise Refused(f"There is no account with the e-mail {email}; check how it is spelled.")
    return _new_code(connection, key, email, "password", now)


def _new_code(connection: Connection, key: bytes, email: str, purpose: Purpose, now: datetime) -> str:
    """In place of the address's code before."""
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    connection.execute(delete(mailed_codes).where(mailed_codes.c.expires_at <= now))
    row = insert(connection, mailed_codes).values(
        email_hash=hash_email(email),
        purpose=purpose,
        code_hash=_hashed(key, email, code),
        tries_left=TRIES,
        expires_at=now + GOOD_FOR,
    )
    newer = {name: row.excluded[name] for name in ("code_hash", "tries_left", "expires_at")}
    connection.execute(row.on_conflict_do_update(index_elements=list(mailed_codes.primary_key), set_=newer))
    return code


def _hashed(key: bytes, email: str, code: str) -> str:
    digits = "".join(filter(str.isalnum, code))
    return hmac.digest(key, f"{email}\n{digits}".encode("utf-8", "replace"), "sha256").hex()


def _of(email: str, purpose: Purpose) -> ColumnElement[bool]:
    return and_(mailed_codes.c.email_hash == hash_email(email), mailed_codes.c.purpose == purpose)
