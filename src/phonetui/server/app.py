"""The campaign server's interface over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from importlib.metadata import version
from typing import TYPE_CHECKING

from litestar import Litestar, MediaType, Response, delete, get, post, put
from litestar.config.compression import CompressionConfig
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody
from litestar.types import LifespanHook, Receive, Scope, Send
from sqlalchemy import select

from phonetui.server import board, join_page, open_campaigns, own_account, phone_banks, practice, supervisors_routes
from phonetui.server.accounts import Accounts, Caller
from phonetui.server.answers import ANSWERS, damaged
from phonetui.server.asked import OF_BODIES, WITH_TOKEN, Asked, origin, problems
from phonetui.server.engine import Database, schema_versions
from phonetui.server.evening import Evenings
from phonetui.server.exchange import Exchange
from phonetui.server.inflate import LARGEST_BODY, InflateRequests
from phonetui.server.journal_keys import JournalKeys
from phonetui.server.keep_until import Keeper
from phonetui.server.keys import ServerKeys
from phonetui.server.log import RequestLog
from phonetui.server.mailed_codes import MailedCodes
from phonetui.server.open_campaigns import OpenCampaigns
from phonetui.server.openapi import OPENAPI, TimesOfDay
from phonetui.server.own_account import OwnAccount
from phonetui.server.passwords import Passwords
from phonetui.server.phone_banks import PhoneBanks
from phonetui.server.problems import RequestRefused
from phonetui.server.soundness import LastLook
from phonetui.server.supervising import Office
from phonetui.server.watches import Watches
from phonetui.wire import (
    WIRE_VERSION,
    ExchangeReply,
    ExchangeRequest,
    Health,
    Join,
    JournalKey,
    KeyRelease,
    Session,
    SignIn,
)
from phonetui.wire_supervisors import AT_MOST_EVERY

if TYPE_CHECKING:
    from phonetui.server.ari import Ari

#: Bytes from which a reply is worth its gzip header.
WORTH_COMPRESSING = 256


# -- routes ------------------------------------------------------------------------------------------------------------


@post(
    "/v1/join",
    status_code=200,
    responses=problems(
        *(*OF_BODIES, "invitation-ended", "account-exists", "weak-password", "too-many-tries"),
        *("code-sent", "wrong-code", "mail-failed"),
    ),
)
async def join(data: JSONBody[Join], request: Asked, accounts: NamedDependency[Accounts]) -> Session:
    """Makes an account from an invitation, or adds the invitation's campaign to the account that has this e-mail."""
    return await accounts.join(data, origin(request))


@post("/v1/sign-in", status_code=200, responses=problems(*OF_BODIES, "wrong-password", "too-many-tries"))
async def sign_in(data: JSONBody[SignIn], request: Asked, accounts: NamedDependency[Accounts]) -> Session:
    """Gives this device a token and ends its former one."""
    return await accounts.sign_in(data, origin(request))


@post("/v1/sign-out", status_code=204, security=WITH_TOKEN, responses=problems("signed-out"))
async def sign_out(caller: NamedDependency[Caller], accounts: NamedDependency[Accounts]) -> None:
    """Ends the token."""
    await accounts.sign_out(caller)


@get("/v1/session", security=WITH_TOKEN, responses=problems("signed-out"))
async def session(
    token: NamedDependency[str], caller: NamedDependency[Caller], accounts: NamedDependency[Accounts]
) -> Session:
    """Says who the token belongs to and what it opens now."""
    return await accounts.session(caller, token)


@put(
    "/v1/journal-keys/{journal_id:str}",
    status_code=204,
    security=WITH_TOKEN,
    responses=problems(*OF_BODIES, "signed-out"),
)
async def keep_key(
    journal_id: FromPath[str],
    data: JSONBody[JournalKey],
    caller: NamedDependency[Caller],
    journal_keys: NamedDependency[JournalKeys],
) -> None:
    """Keeps a journal's key, sealed. One that is kept already is not replaced."""
    await journal_keys.keep(caller, journal_id, data)


@post(
    "/v1/journal-keys/{journal_id:str}/release",
    status_code=200,
    security=WITH_TOKEN,
    responses=problems(*OF_BODIES, "signed-out", "wrong-password", "too-many-tries", "no-such-key", "key-withheld"),
)
async def release_key(
    journal_id: FromPath[str],
    data: JSONBody[KeyRelease],
    caller: NamedDependency[Caller],
    journal_keys: NamedDependency[JournalKeys],
) -> JournalKey:
    """Gives a journal's key back for the caller's password."""
    return await journal_keys.release(caller, journal_id, data)


@delete("/v1/journal-keys/{journal_id:str}", status_code=204, security=WITH_TOKEN, responses=problems("signed-out"))
async def drop_key(
    journal_id: FromPath[str], caller: NamedDependency[Caller], journal_keys: NamedDependency[JournalKeys]
) -> None:
    """Forgets a journal's key."""
    await journal_keys.drop(caller, journal_id)


@post(
    "/v1/exchange",
    status_code=200,
    security=WITH_TOKEN,
    responses=problems(*OF_BODIES, "signed-out", "no-such-campaign", "not-yours"),
)
async def exchange(
    data: JSONBody[ExchangeRequest],
    caller: NamedDependency[Caller],
    campaign_exchange: NamedDependency[Exchange],
    watches: NamedDependency[Watches],
) -> ExchangeReply:
    """Takes events, lends voters and tells the news; with `wait` it answers as soon as there is some."""
    if data.wait <= 0 or data.events:
        return await campaign_exchange.answer(caller, data)
    async with watches.open():
        return await campaign_exchange.answer(caller, data)


@get(["/join", "/join/{rest:path}"], media_type=MediaType.HTML, include_in_schema=False)
async def join_page_of_a_link() -> Response[str]:
    """The page behind a join link."""
    return Response(join_page.PAGE, headers=join_page.HEADERS)


@get("/healthz")
async def health(
    database: NamedDependency[Database],
    clock: NamedDependency[Callable[[], datetime]],
    last_look: NamedDependency[LastLook],
) -> Health:
    """Says that this is a campaign server, and that its database answers and is sound."""
    async with database.read() as connection:
        await connection.execute(select(schema_versions))
    if not await last_look.finds_sound():
        raise damaged()
    return Health(version("phonetui"), WIRE_VERSION, clock())


# -- who asks ----------------------------------------------------------------------------------------------------------


async def provide_token(request: Asked) -> str:
    """The bearer token; raises the problem `signed-out` where there is none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise RequestRefused("signed-out", "The request carries no token.")
    return token


async def provide_caller(token: NamedDependency[str], accounts: NamedDependency[Accounts]) -> Caller:
    """The caller who holds the token."""
    return await accounts.caller(token)


# -- the whole ---------------------------------------------------------------------------------------------------------


class CampaignApp:
    """The campaign server as an ASGI application."""

    def __init__(self, routes: Litestar, watches: Watches) -> None:
        self.routes = routes
        self._watches = watches
        self._logged = RequestLog(routes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        await self._logged(scope, receive, send)

    def end_watches(self) -> None:
        """Answers the requests that wait for news, so that the server can stop at once."""
        self._watches.end()


def _given(part: object) -> Provide:
    def provide() -> object:
        return part

    return Provide(provide, sync_to_thread=False)


def create_app(
    database: Database,
    keys: ServerKeys,
    clock: Callable[[], datetime],
    mail_password: Callable[[], str] = str,
    ari: Ari | None = None,
    look_every: float = AT_MOST_EVERY,
) -> CampaignApp:
    """The application over an open database, which it closes when it stops. `mail_password` is the mail server's.

    `ari` is the phone system through which it places calls, where it does. The supervisors' screens are brought up to
    date once in `look_every` seconds.
    """
    passwords, watches = Passwords(), Watches()
    codes = MailedCodes(database, keys.mailing, clock, mail_password)
    accounts = Accounts(database, keys.naming, clock, passwords, codes)
    campaign_exchange = Exchange(database, keys, clock, ari)
    evenings = Evenings(database, clock, watches, look_every)
    keeper = Keeper(database, clock, keys.ticket)

    def wake(campaign_id: str) -> None:
        campaign_exchange.wake(campaign_id)
        evenings.look_again(campaign_id)

    parts = {
        "database": database,
        "clock": clock,
        "last_look": LastLook(database.url, clock),
        "accounts": accounts,
        "journal_keys": JournalKeys(database, keys, accounts),
        "campaign_exchange": campaign_exchange,
        "watches": watches,
        "own_account": OwnAccount(database, clock, accounts, passwords, codes),
        "open_campaigns": OpenCampaigns(database, clock),
        "phone_banks": PhoneBanks(database, clock),
        "evenings": evenings,
        "office": Office(database, clock, wake),
        "keys": keys,
    }
    starting = [campaign_exchange.start, keeper.start]
    stopping = [keeper.close, campaign_exchange.close, codes.close, database.close]
    return CampaignApp(_routes(parts, starting, stopping), watches)


def _routes(
    parts: Mapping[str, object], starting: Sequence[LifespanHook], stopping: Sequence[LifespanHook]
) -> Litestar:
    return Litestar(
        [
            *(join, sign_in, sign_out, session, keep_key, release_key, drop_key, exchange, join_page_of_a_link, health),
            *own_account.ROUTES,
            *open_campaigns.ROUTES,
            *phone_banks.ROUTES,
            *practice.ROUTES,
            *board.ROUTES,
            *supervisors_routes.ROUTES,
        ],
        dependencies={
            "token": Provide(provide_token),
            "caller": Provide(provide_caller),
            **{name: _given(part) for name, part in parts.items()},
        },
        request_class=Asked,
        middleware=[InflateRequests()],
        request_max_body_size=LARGEST_BODY,
        compression_config=CompressionConfig("gzip", minimum_size=WORTH_COMPRESSING, gzip_compress_level=6),
        exception_handlers=ANSWERS,
        openapi_config=OPENAPI,
        plugins=[TimesOfDay()],
        on_startup=starting,
        on_shutdown=stopping,
        logging_config=None,
        debug=False,
    )
