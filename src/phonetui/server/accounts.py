"""Who calls: accounts made from invitations, and one opaque token for each of a caller's devices."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime

import msgspec
from msgspec import Struct
from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from phonetui.core.calling_name import LONGEST, calling_name
from phonetui.server import invitations
from phonetui.server.engine import Database
from phonetui.server.invitations import Invitation
from phonetui.server.mailed_codes import MailedCodes
from phonetui.server.passwords import Passwords
from phonetui.server.problems import RequestRefused
from phonetui.server.sign_in_tries import count_try, forget_tries, network
from phonetui.server.tables import accounts, campaigns, devices, members
from phonetui.wire import Join, Membership, NewPassword, Role, Session, SignIn

LONGEST_EMAIL = 254
LONGEST_NAME = 200

_ID = re.compile(r"[\w-]+", re.ASCII)

#: Whoever a token belongs to, once for each of their campaigns.
_CALLER = (
    select(accounts.c.caller_id, accounts.c.name, accounts.c.email, accounts.c.owner, accounts.c.calling_name)
    .add_columns(devices.c.device_id, members.c.campaign_id, members.c.role)
    .select_from(devices.join(accounts, accounts.c.caller_id == devices.c.caller_id))
    .join(members, members.c.caller_id == accounts.c.caller_id, isouter=True)
    .where(devices.c.token_hash == bindparam("token"), devices.c.ended_at.is_(None))
)


class Caller(Struct, frozen=True):
    """Whoever a token belongs to. `roles` is by campaign; an owner is one in every campaign."""

    caller_id: str
    name: str
    email: str
    owner: bool
    roles: dict[str, Role]
    device_id: str
    token_hash: str
    calling_name: str = ""

    def role(self, campaign_id: str) -> Role | None:
        """What the caller is in this campaign; None where it is not open to them."""
        return "owner" if self.owner else self.roles.get(campaign_id)


async def caller_of(connection: AsyncConnection, token_hash: str) -> Caller:
    """The caller behind a token as things stand now; raises the problem `signed-out` once it has ended."""
    rows = (await connection.execute(_CALLER, {"token": token_hash})).all()
    if not rows:
        raise RequestRefused("signed-out")
    first = rows[0]
    roles = {row.campaign_id: row.role for row in rows if row.campaign_id}
    return Caller(
        first.caller_id,
        first.name,
        first.email,
        first.owner,
        roles,
        first.device_id,
        token_hash,
        first.calling_name,
    )


def hash_token(token: str) -> str:
    """How a token is stored: whoever reads the database cannot sign in with it."""
    return hashlib.sha256(token.encode()).hexdigest()


class Accounts:
    """Joining, signing in and out. `origin` is the network address that a request came from.

    A caller's id follows from the e-mail and a key outside the database: whoever joins again, because the server was
    restored from a backup before they did, is the same caller, and what they recorded meanwhile is taken.
    """

    def __init__(
        self,
        database: Database,
        naming_key: bytes,
        clock: Callable[[], datetime],
        passwords: Passwords,
        codes: MailedCodes,
    ) -> None:
        self._database = database
        self._naming_key = naming_key
        self._clock = clock
        self._passwords = passwords
        self._codes = codes

    async def join(self, asked: Join, origin: str) -> Session:
        """Spends one use of an invitation on a new account, or on adding a campaign to an account that exists.

        Where mail can be sent, an address is proved by a code first, and who has none hears no more of it than that:
        whether there is an account with the address is told only to whoever reads its mail, or knows its password.
        Repeating it after a lost reply spends nothing more. Raises the problems `invitation-ended`, `account-exists`,
        `weak-password`, `too-many-tries` and `bad-request`; `code-sent`, `wrong-code` and `mail-failed`.
        """
        email = checked_email(asked.email)
        name = checked_name(asked.name, "name", LONGEST_NAME)
        told = checked_name(asked.calling_name or calling_name("", name)[:LONGEST], "calling name", LONGEST)
        proved = await self._codes.are_sent()
        async with self._database.read() as connection:
            invitation = await invitations.find(connection, asked.secret)
            known = await account_of(connection, email) is not None
        if known or proved:
            try:
                return await self._join_again(asked, email, invitation, origin)
            except RequestRefused as refused:
                if refused.problem.type != "account-exists" or not proved:
                    raise
                await self._prove(asked, email, invitation, origin)
                if known:
                    raise
        password_hash = await self._passwords.hash(asked.password)
        row = {"email": email, "name": name, "calling_name": told, "password_hash": password_hash}
        return await self._add(asked, row, invitation, proved=proved, origin=origin)

    async def _prove(self, asked: Join, email: str, invitation: Invitation, origin: str) -> None:
        """Raises `code-sent` where no code was given, and `wrong-code`."""
        self._passwords.check(asked.password)
        if asked.code:
            await self._codes.check(email, "join", asked.code)
            return
        async with self._database.read() as connection:
            await invitations.check(connection, invitation, self._clock())
        await self._codes.send(email, "join", origin)
        raise RequestRefused("code-sent")

    async def _add(
        self, asked: Join, row: Mapping[str, str], invitation: Invitation, *, proved: bool, origin: str
    ) -> Session:
        caller_id = hmac.digest(self._naming_key, row["email"].encode(), "sha256")[:16].hex()
        try:
            async with self._database.write() as connection:
                await invitations.spend(connection, invitation, self._clock())
                if proved:
                    await self._codes.spend(connection, row["email"], "join")
                    await forget_tries(connection, row["email"], network(origin))
                await connection.execute(accounts.insert().values(caller_id=caller_id, added_at=self._clock(), **row))
                await invitations.grant(connection, invitation, caller_id)
                return await self._start_joined(connection, caller_id, asked, invitation)
        except IntegrityError:
            raise RequestRefused("account-exists") from None

    async def _join_again(self, asked: Join, email: str, invitation: Invitation, origin: str) -> Session:
        try:
            caller_id = await self._check(email, asked.device_id, asked.password, origin)
        except RequestRefused as refused:
            if refused.problem.type != "wrong-password":
                raise
            detail = f"{email} has an account already; give that account's password."
            raise RequestRefused("account-exists", detail) from None
        async with self._database.write() as connection:
            if not await invitations.granted(connection, invitation, caller_id):
                await invitations.spend(connection, invitation, self._clock())
                await invitations.grant(connection, invitation, caller_id)
            return await self._start_joined(connection, caller_id, asked, invitation)

    async def _start_joined(
        self, connection: AsyncConnection, caller_id: str, asked: Join, invitation: Invitation
    ) -> Session:
        session = await self.start_session(connection, caller_id, asked)
        return msgspec.structs.replace(session, joined=invitation.campaign_id or "")

    async def sign_in(self, asked: SignIn, origin: str) -> Session:
        """A token for this device, whose former one ends; raises `wrong-password` and `too-many-tries`."""
        caller_id = await self._check(checked_email(asked.email), asked.device_id, asked.password, origin)
        async with self._database.write() as connection:
            return await self.start_session(connection, caller_id, asked)

    async def caller(self, token: str) -> Caller:
        """The caller who holds `token`; raises `signed-out`."""
        async with self._database.read() as connection:
            return await caller_of(connection, hash_token(token))

    async def session(self, caller: Caller, token: str) -> Session:
        """What the caller's token opens now."""
        async with self._database.read() as connection:
            return await _session(connection, caller, token)

    async def sign_out(self, caller: Caller) -> None:
        """Ends the caller's token."""
        async with self._database.write() as connection:
            ended = update(devices).where(devices.c.token_hash == caller.token_hash)
            await connection.execute(ended.values(ended_at=self._clock()))

    async def check_password(self, caller: Caller, password: str) -> None:
        """Raises `wrong-password` or `too-many-tries` unless the password is this caller's."""
        await self._check(caller.email, caller.device_id, password, caller.device_id)

    async def _check(self, email: str, device_id: str, password: str, origin: str) -> str:
        """The id of the account that has this e-mail and password, with the try counted."""
        checked_id(device_id, "device_id")
        async with self._database.write() as connection:
            origin = await count_try(connection, email, device_id, origin, self._clock())
            account = await account_of(connection, email)
        if not await self._passwords.match(account[1] if account else None, password) or account is None:
            raise RequestRefused("wrong-password")
        async with self._database.write() as connection:
            await forget_tries(connection, email, origin)
        return account[0]

    async def start_session(
        self, connection: AsyncConnection, caller_id: str, asked: SignIn | Join | NewPassword
    ) -> Session:
        """A token for this device, whose former one ends."""
        device_id = checked_id(asked.device_id, "device_id")
        mine = (devices.c.caller_id == caller_id) & (devices.c.device_id == device_id) & devices.c.ended_at.is_(None)
        await connection.execute(update(devices).where(mine).values(ended_at=self._clock()))
        token = secrets.token_urlsafe(32)
        await connection.execute(
            devices.insert().values(
                token_hash=hash_token(token),
                caller_id=caller_id,
                device_id=device_id,
                device_name="".join(filter(str.isprintable, asked.device_name))[:LONGEST_NAME],
                signed_in_at=self._clock(),
            )
        )
        return await _session(connection, await caller_of(connection, hash_token(token)), token)


class _Heading(Struct):
    name: str
    organisation: str


_read_heading = msgspec.json.Decoder(_Heading).decode


async def _session(connection: AsyncConnection, caller: Caller, token: str) -> Session:
    found = await connection.execute(
        select(campaigns.c.campaign_id, campaigns.c.state, campaigns.c.body).order_by(campaigns.c.campaign_id)
    )
    memberships = []
    for campaign_id, state, body in found:
        role = caller.role(campaign_id)
        if role is not None:
            heading = _read_heading(body)
            memberships.append(Membership(campaign_id, heading.name, heading.organisation, role, state))
    told = calling_name(caller.calling_name, caller.name)
    return Session(token, caller.caller_id, caller.name, caller.email, tuple(memberships), told)


async def account_of(connection: AsyncConnection, email: str) -> tuple[str, str] | None:
    """The id and the password's hash of the account with this address; None where there is none."""
    wanted = select(accounts.c.caller_id, accounts.c.password_hash).where(accounts.c.email == email)
    row = (await connection.execute(wanted)).first()
    return (row.caller_id, row.password_hash) if row else None


def checked_id(text: str, field: str, longest: int = 36) -> str:
    """An id that a laptop made, unchanged; raises the problem `bad-request`."""
    if len(text) > longest or not _ID.fullmatch(text):
        raise RequestRefused(
            "bad-request", f"The {field} needs 1 to {longest} letters, digits, hyphens or underscores."
        )
    return text


def checked_name(text: str, field: str, longest: int) -> str:
    """A name as people write it, trimmed; raises the problem `bad-request`."""
    text = text.strip()
    if not 1 <= len(text) <= longest or not text.isprintable():
        raise RequestRefused("bad-request", f"The {field} needs 1 to {longest} characters, all of them printable.")
    return text


def checked_email(email: str) -> str:
    """An e-mail address in lower case; raises the problem `bad-request`."""
    email = checked_name(email, "email", LONGEST_EMAIL).lower()
    before, at, after = email.rpartition("@")
    if not (before and at and after) or any(letter.isspace() for letter in email):
        raise RequestRefused("bad-request", f"{email} is not an e-mail address.")
    return email
