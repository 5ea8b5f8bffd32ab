"""The server that an account is at, whichever kind it is of."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Protocol, cast

from phonetui.client.account import account_folder
from phonetui.client.campaign_server import CampaignServer
from phonetui.client.clock import Clock, SystemClock
from phonetui.client.credentials import Secrets
from phonetui.client.folders import Folders
from phonetui.client.late_sign_in import LateSignIn
from phonetui.client.phonetui_server import PhonetuiServer
from phonetui.client.sign_in import SignedIn, keep_token
from phonetui.client.zetkin_address import is_zetkin
from phonetui.wire import Board, Membership, OwnWishes

if TYPE_CHECKING:
    from phonetui.client.zetkin import ZetkinServer
    from phonetui.client.zetkin_web import HeldTokens


class AccountServer(CampaignServer, Protocol):
    """What a caller can have of a server beside exchanges; everything raises `Refused`."""

    async def campaigns(self) -> tuple[Membership, ...]:
        """Those open to the account now, and those to come."""

    async def sign_up(self, campaign_id: str, phone_bank_id: str) -> None:
        """Sign up for a phone bank."""

    async def cancel(self, campaign_id: str, phone_bank_id: str) -> None:
        """Sign off a phone bank again."""

    async def practised(self, campaign_id: str) -> None:
        """Say that the caller has practised."""

    async def board(self, campaign_id: str) -> Board:
        """How the campaign's callers do today who want to be seen."""

    async def wishes(self) -> OwnWishes:
        """What voters are told, and whether other callers see the caller's counts."""

    async def wish(self, wishes: OwnWishes) -> None:
        """Change both."""

    async def drop_journal_key(self, journal_id: str) -> None:
        """Have the server forget its copy of the key."""

    async def sign_out(self) -> None:
        """End the log-in."""

    async def close(self) -> None:
        """Close the connections."""


#: Tokens by device id: several journals of one account may be sent at once, and a token is renewed for all of them.
_TOKENS: dict[str, HeldTokens] = {}


def server_of(folders: Folders, signed_in: SignedIn, secrets: Secrets | None = None) -> AccountServer:
    """The server, with the caller's token. Where Zetkin renews it, `secrets` keeps the new one."""
    account = signed_in.account
    if is_zetkin(account.server_url):
        return _zetkin(folders, signed_in, secrets, SystemClock())
    return PhonetuiServer(account.server_url, signed_in.token)


def reached(
    server: AccountServer, signed_in: SignedIn, secrets: Secrets | None
) -> tuple[CampaignServer, Callable[[str], Awaitable[None]]]:
    """The server as a desk reaches it, and how its caller signs in again there with a password."""
    account = signed_in.account
    if is_zetkin(account.server_url):
        from phonetui.client.zetkin import no_password  # most callers are at no Zetkin

        return server, no_password
    ours = cast("PhonetuiServer", server)
    late = LateSignIn(ours, signed_in, partial(keep_token, secrets, account) if secrets else None)
    return late, late.sign_in


def _zetkin(folders: Folders, signed_in: SignedIn, secrets: Secrets | None, clock: Clock) -> ZetkinServer:
    from phonetui.client.machine_zone import machine_zone
    from phonetui.client.settings import load_settings
    from phonetui.client.zetkin import Region, ZetkinServer
    from phonetui.client.zetkin_web import HeldTokens, OAuthClient, ZetkinWeb

    settings, account, token = load_settings(folders.settings_file), signed_in.account, signed_in.token
    tokens = _TOKENS.get(account.device_id)
    if tokens is None or not tokens.has_held(token):
        keep = partial(keep_token, secrets, account) if secrets else None
        tokens = _TOKENS[account.device_id] = HeldTokens(token, keep)
    client = OAuthClient(settings.zetkin_client_id, settings.zetkin_client_secret)
    web = ZetkinWeb(account.server_url, client, tokens, clock.now)
    zone = settings.zetkin_zone or machine_zone(os.environ, clock.now())
    notebooks = account_folder(folders, account.server_url, account.caller_id)
    return ZetkinServer(web, notebooks, signed_in.key, Region(zone, settings.zetkin_country_code), clock)
