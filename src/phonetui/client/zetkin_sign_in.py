"""Coming in at Zetkin: an account like any other, but for the key to its calls, of which Zetkin can keep no copy."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from phonetui.client import journal_key
from phonetui.client.account import Account, journals, load_accounts, save_account
from phonetui.client.settings import Settings
from phonetui.client.sign_in import (
    Laptop,
    SignedIn,
    held_key,
    keep_key,
    keep_token,
    lock_with_password,
    unwrapped_key,
    wrapped_key_file,
)
from phonetui.client.zetkin_login import REDIRECT
from phonetui.client.zetkin_script import membership
from phonetui.client.zetkin_web import HeldTokens, OAuthClient, ZetkinWeb
from phonetui.client.zetkin_wire import User, decode_listed_assignment, decode_user
from phonetui.core.refusal import Refused
from phonetui.core.text import clean
from phonetui.core.translation import later, tr

LONGEST_NAME = 100

NO_CLIENT = later(
    "Zetkin lets in only programs that it knows, and this phonetui has no client id; the Zetkin Foundation gives one "
    "out to your organisation. Then type `phonetui settings set zetkin_client_id ID`, and the same with "
    "zetkin_client_secret."
)

#: Asks for the password that locks the calls here: a new one, or the one that was chosen before.
AskPassword = Callable[[bool], str]


def oauth_client(settings: Settings) -> OAuthClient:
    """What the settings say; raises `Refused` where they say nothing."""
    if not (settings.zetkin_client_id and settings.zetkin_client_secret):
        raise Refused(tr(NO_CLIENT))
    return OAuthClient(settings.zetkin_client_id, settings.zetkin_client_secret)


async def sign_in_with_code(
    laptop: Laptop,
    url: str,
    settings: Settings,
    code: str,
    ask_password: AskPassword,
    zone: str,
    *,
    key: bytes | None = None,
) -> SignedIn:
    """The caller whom Zetkin gave the code; raises `Refused` with the sentence why not.

    `key` opens the calls here, where that is known already.
    """
    web = ZetkinWeb(url, oauth_client(settings), HeldTokens())
    try:
        await web.log_in(code, REDIRECT)
        user = await web.get("/users/me", decode_user)
        assigned = await web.get_all("/users/me/call_assignments", decode_listed_assignment)
    finally:
        await web.close()
    before = _known(laptop, url, str(user.id))
    key = key or await _key(laptop, url, user, before, ask_password)
    account = _account(laptop, url, user, before, key)
    signed_in = SignedIn(
        account=account,
        key=key,
        token=web.tokens.written,
        campaigns=tuple(membership(each, zone) for each in assigned),
        kept=await _keep(laptop, account, key, web.tokens.written),
    )
    return await _remember(laptop, signed_in, ask_password)


async def _keep(laptop: Laptop, account: Account, key: bytes, token: str) -> bool:
    """Whether the keyring keeps both."""
    kept = await keep_key(laptop.secrets, key)
    return await keep_token(laptop.secrets, account, token) and kept


async def _remember(laptop: Laptop, signed_in: SignedIn, ask_password: AskPassword) -> SignedIn:
    """The account as the one last used; where no keyring keeps its key, a password locks that first of all."""
    if not signed_in.kept and not wrapped_key_file(laptop, signed_in.account).exists():
        await lock_with_password(laptop, signed_in, ask_password(True))
    account, open_now = signed_in.account, [each.campaign_id for each in signed_in.campaigns]
    called_for = account.campaign_id if account.campaign_id in open_now else ""
    account = msgspec.structs.replace(account, campaign_id=called_for, password_each_start=not signed_in.kept)
    save_account(laptop.folders, account)
    return msgspec.structs.replace(signed_in, account=account)


async def _key(laptop: Laptop, url: str, user: User, before: Account | None, ask_password: AskPassword) -> bytes:
    """The key of the journals that are here, from the keyring or by its password; a new one where there are none."""
    here = journals(laptop.folders, url, str(user.id))
    key_id = next((found for path in here if (found := journal_key.read_fingerprint(path))), "")
    key_id = key_id or (before.key_id if before else "")
    key = await held_key(laptop, key_id) if key_id else None
    if key is None and before is not None and wrapped_key_file(laptop, before).exists():
        key = await unwrapped_key(laptop, before, ask_password(False))
    if key is None and here:
        raise Refused(
            tr(
                "The calls in {parent} are locked with a key that is not on this computer any more, and Zetkin has no "
                "copy; move that folder elsewhere to begin anew.",
                parent=here[0].parent,
            )
        )
    return key or journal_key.new_key()


def _known(laptop: Laptop, url: str, caller_id: str) -> Account | None:
    return next((each for each in load_accounts(laptop.folders) if each.is_same_as == (url, caller_id)), None)


def _account(laptop: Laptop, url: str, user: User, before: Account | None, key: bytes) -> Account:
    name = clean(f"{user.first_name} {user.last_name}", LONGEST_NAME) or str(user.id)
    return Account(
        server_url=url,
        email=clean(user.email or name, LONGEST_NAME),
        caller_id=str(user.id),
        name=name,
        device_id=before.device_id if before else laptop.new_id(),
        key_id=journal_key.fingerprint(key),
        campaign_id=before.campaign_id if before else "",
        asked_without_line=True,
    )
