"""Journals' keys, kept sealed for callers and given for the password, so that a lost keyring loses no call."""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode

from cryptography.exceptions import InvalidTag
from sqlalchemy import ColumnElement, Connection, delete, select, update

from phonetui.core.refusal import Refused
from phonetui.server.accounts import Accounts, Caller, checked_id
from phonetui.server.engine import Database, insert
from phonetui.server.keys import ServerKeys, seal, unseal
from phonetui.server.problems import RequestRefused
from phonetui.server.tables import accounts, journal_keys
from phonetui.wire import JournalKey, KeyRelease

LENGTH = 32
LONGEST_ID = 64


class JournalKeys:
    """Keeps, releases and drops the keys of one server's journals."""

    def __init__(self, database: Database, keys: ServerKeys, accounts: Accounts) -> None:
        self._database = database
        self._keys = keys
        self._accounts = accounts

    async def keep(self, caller: Caller, journal_id: str, journal_key: JournalKey) -> None:
        """Keeps a journal's key; one that is kept already is never replaced. Raises the problem `bad-request`."""
        checked_id(journal_id, "journal_id", LONGEST_ID)
        key = _decoded(journal_key)
        async with self._database.write() as connection:
            sealed = seal(self._keys, key, caller.caller_id, journal_id)
            row = insert(connection, journal_keys).values(
                caller_id=caller.caller_id, journal_id=journal_id, sealed=sealed
            )
            await connection.execute(row.on_conflict_do_nothing())
        kept, withheld = await self._kept(caller, journal_id)
        if kept != key:
            raise RequestRefused(
                "bad-request", "Another key is kept for this journal; drop that one first.", status=409
            )
        if withheld:  # from whoever shows the key there is nothing to withhold
            async with self._database.write() as connection:
                await connection.execute(update(journal_keys).where(_of(caller, journal_id)).values(withheld=False))

    async def release(self, caller: Caller, journal_id: str, asked: KeyRelease) -> JournalKey:
        """The key, for the caller's password; raises `wrong-password`, `too-many-tries` and `no-such-key`.

        Raises `key-withheld` where the password was chosen anew by mail since, until an owner has allowed it.
        """
        await self._accounts.check_password(caller, asked.password)
        key, withheld = await self._kept(caller, journal_id)
        if withheld:
            raise RequestRefused("key-withheld")
        return JournalKey(b64encode(key).decode())

    async def drop(self, caller: Caller, journal_id: str) -> None:
        """Forgets the key, if there is one."""
        async with self._database.write() as connection:
            await connection.execute(delete(journal_keys).where(_of(caller, journal_id)))

    async def _kept(self, caller: Caller, journal_id: str) -> tuple[bytes, bool]:
        """The key, and whether it is withheld."""
        async with self._database.read() as connection:
            wanted = select(journal_keys.c.sealed, journal_keys.c.withheld).where(_of(caller, journal_id))
            row = (await connection.execute(wanted)).first()
        if row is None:
            raise RequestRefused("no-such-key")
        try:
            return unseal(self._keys, row.sealed, caller.caller_id, journal_id), row.withheld
        except InvalidTag:
            raise RequestRefused("no-such-key", "The key was sealed with another server's secret.") from None


def _of(caller: Caller, journal_id: str) -> ColumnElement[bool]:
    return (journal_keys.c.caller_id == caller.caller_id) & (journal_keys.c.journal_id == journal_id)


def _decoded(journal_key: JournalKey) -> bytes:
    try:
        key = b64decode(journal_key.key, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != LENGTH:
        raise RequestRefused("bad-request", f"A journal's key is {LENGTH} bytes in base64.")
    return key


def allow_release(connection: Connection, email: str) -> int:
    """How many keys of this account were withheld since its password was chosen anew; from now on none is.

    Raises `Refused` where there is no such account.
    """
    caller_id = connection.execute(select(accounts.c.caller_id).where(accounts.c.email == email)).scalar()
    if caller_id is None:
        raise Refused(f"There is no account with the e-mail {email}; check how it is spelled.")
    theirs = journal_keys.c.caller_id == caller_id
    withheld = update(journal_keys).where(theirs, journal_keys.c.withheld)
    return connection.execute(withheld.values(withheld=False)).rowcount
