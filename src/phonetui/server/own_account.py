"""A caller's own account: a new password for one that was forgotten, and what the caller wants to be called."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from litestar import get, post, put
from litestar.di import NamedDependency
from litestar.params import JSONBody
from sqlalchemy import select, update

from phonetui.core.calling_name import LONGEST, calling_name
from phonetui.server.accounts import Accounts, Caller, account_of, checked_email, checked_id, checked_name
from phonetui.server.asked import OF_BODIES, WITH_TOKEN, Asked, origin, problems
from phonetui.server.engine import Database
from phonetui.server.mailed_codes import MailedCodes
from phonetui.server.passwords import Passwords
from phonetui.server.problems import RequestRefused
from phonetui.server.sign_in_tries import count_try, forget_tries
from phonetui.server.tables import accounts, devices, journal_keys
from phonetui.wire import ForgottenPassword, NewPassword, OwnWishes, Session


class OwnAccount:
    """What callers change about themselves."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        everybody: Accounts,
        passwords: Passwords,
        codes: MailedCodes,
    ) -> None:
        self._database = database
        self._clock = clock
        self._everybody = everybody
        self._passwords = passwords
        self._codes = codes

    async def forgotten(self, asked: ForgottenPassword, address: str) -> None:
        """Mails a code to the account with this e-mail; who asks is told the same whether or not there is one."""
        email = checked_email(asked.email)
        await self._need_mail()
        async with self._database.read() as connection:
            known = await account_of(connection, email) is not None
        await self._codes.send_later(email, "password", address, known=known)

    async def new_password(self, asked: NewPassword, address: str) -> Session:
        """A new password for the code. Every token of the account ends, and the keys kept for it are withheld.

        Whoever reads the account's mail may not thereby read the calls on a laptop. Raises `weak-password`,
        `wrong-code` and `too-many-tries`.
        """
        email = checked_email(asked.email)
        checked_id(asked.device_id, "device_id")
        self._passwords.check(asked.password)
        async with self._database.write() as connection:
            tried_from = await count_try(connection, email, asked.device_id, address, self._clock())
        await self._codes.check(email, "password", asked.code)
        password_hash = await self._passwords.hash(asked.password)
        async with self._database.write() as connection:
            await self._codes.spend(connection, email, "password")
            account = await account_of(connection, email)
            if account is None:
                raise RequestRefused("wrong-code")
            caller_id = account[0]
            mine = accounts.c.caller_id == caller_id
            await connection.execute(update(accounts).where(mine).values(password_hash=password_hash))
            open_ones = (devices.c.caller_id == caller_id) & devices.c.ended_at.is_(None)
            await connection.execute(update(devices).where(open_ones).values(ended_at=self._clock()))
            of_caller = journal_keys.c.caller_id == caller_id
            await connection.execute(update(journal_keys).where(of_caller).values(withheld=True))
            await forget_tries(connection, email, tried_from)
            return await self._everybody.start_session(connection, caller_id, asked)

    async def wishes(self, caller: Caller) -> OwnWishes:
        """What the caller is called, and whether on the board."""
        wanted = select(accounts.c.calling_name, accounts.c.on_board).where(accounts.c.caller_id == caller.caller_id)
        async with self._database.read() as connection:
            row = (await connection.execute(wanted)).one()
        return OwnWishes(calling_name(row.calling_name, caller.name), row.on_board)

    async def wish(self, caller: Caller, wishes: OwnWishes) -> None:
        """From now on so; raises `bad-request` for a name that cannot be one."""
        told = checked_name(wishes.calling_name, "calling name", LONGEST) if wishes.calling_name.strip() else ""
        mine = update(accounts).where(accounts.c.caller_id == caller.caller_id)
        async with self._database.write() as connection:
            await connection.execute(mine.values(calling_name=told, on_board=wishes.on_board))

    async def _need_mail(self) -> None:
        if not await self._codes.are_sent():
            raise RequestRefused("no-mail")


# -- routes ------------------------------------------------------------------------------------------------------------


@post(
    "/v1/forgotten-password",
    status_code=204,
    responses=problems(*OF_BODIES, "no-mail", "too-many-tries"),
)
async def forgotten_password(
    data: JSONBody[ForgottenPassword], request: Asked, own_account: NamedDependency[OwnAccount]
) -> None:
    """Mails a code with which a new password can be chosen."""
    await own_account.forgotten(data, origin(request))


@post(
    "/v1/new-password",
    status_code=200,
    responses=problems(*OF_BODIES, "wrong-code", "weak-password", "too-many-tries"),
)
async def new_password(
    data: JSONBody[NewPassword], request: Asked, own_account: NamedDependency[OwnAccount]
) -> Session:
    """Takes a new password for a code, ends every token of the account, and gives this device a new one."""
    return await own_account.new_password(data, origin(request))


@get("/v1/me", security=WITH_TOKEN, responses=problems("signed-out"))
async def me(caller: NamedDependency[Caller], own_account: NamedDependency[OwnAccount]) -> OwnWishes:
    """Says what voters are told the caller is called, and whether other callers see the caller's counts."""
    return await own_account.wishes(caller)


@put("/v1/me", status_code=204, security=WITH_TOKEN, responses=problems(*OF_BODIES, "signed-out"))
async def change_me(
    data: JSONBody[OwnWishes], caller: NamedDependency[Caller], own_account: NamedDependency[OwnAccount]
) -> None:
    """Changes both."""
    await own_account.wish(caller, data)


ROUTES = [forgotten_password, new_password, me, change_me]
