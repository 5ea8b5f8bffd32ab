"""Coming in: signing in, joining, and starting again with what the keyring holds."""

from __future__ import annotations

import asyncio
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from msgspec import Struct

from phonetui.client import journal_key
from phonetui.client.account import Account, account_folder, journals, load_accounts, save_account
from phonetui.client.address import host, join_link, server_url
from phonetui.client.campaign_server import Busy, NotPhonetui, Offline, ProblemAnswer
from phonetui.client.credentials import Secrets
from phonetui.client.folders import Folders
from phonetui.client.journal_refusals import JournalFolder
from phonetui.client.phonetui_server import PhonetuiServer
from phonetui.client.zetkin_address import is_zetkin
from phonetui.core.refusal import Refused
from phonetui.core.translation import tr
from phonetui.wire import ForgottenPassword, Join, Membership, NewPassword, OwnWishes, Session, SignIn


class Laptop(Struct, frozen=True):
    """Where this laptop keeps files and secrets, and how it makes ids."""

    folders: Folders
    secrets: Secrets
    new_id: Callable[[], str]


class CodeSent(Refused):
    """The server has sent a code by mail and wants to be asked again with it."""


class SignedIn(Struct, frozen=True, kw_only=True):
    """A caller with everything that the call screen needs.

    `token` is empty, and `campaigns` too, where the server could not be asked; then `password` gets one once there is a
    line. `kept` says that the next start needs no password.
    """

    account: Account
    key: bytes
    token: str
    campaigns: tuple[Membership, ...] = ()
    kept: bool = True
    password: str = ""


async def sign_in(laptop: Laptop, address: str, email: str, password: str) -> SignedIn:
    """Sign in with e-mail and password; raises `Refused` with the sentence why not."""
    url, email = server_url(address), email.strip().lower()
    device_id = _device_id(laptop, url, email)
    async with _calling_on(url) as server:
        session = await server.sign_in(SignIn(email, password, device_id))
        return await _come_in(laptop, server, session, device_id, password)


async def join(
    laptop: Laptop, link: str, email: str, name: str, password: str, *, calling_name: str = "", code: str = ""
) -> SignedIn:
    """Make an account from an invitation; its secret is spent now. Raises `Refused` with the sentence why not.

    Raises `CodeSent` where the server has sent a code by mail, to be asked again with that.
    """
    invitation, email = join_link(link), email.strip().lower()
    device_id = _device_id(laptop, invitation.server_url, email)
    asked = Join(
        invitation.secret,
        email,
        name.strip(),
        password,
        device_id,
        calling_name=calling_name.strip(),
        code=code.strip(),
    )
    async with _calling_on(invitation.server_url) as server:
        try:
            session = await server.join(asked)
        except ProblemAnswer as problem:
            if problem.kind != "code-sent":
                raise
            raise CodeSent(str(problem)) from None
        return await _come_in(laptop, server, session, device_id, password)


async def show_on_board(signed_in: SignedIn) -> None:
    """Have the caller's counts shown to others where a campaign has a board; raises `Refused`."""
    async with _calling_on(signed_in.account.server_url) as server:
        server.token = signed_in.token
        await server.wish(OwnWishes("", on_board=True))


async def forgotten(address: str, email: str) -> None:
    """Have a code sent by mail with which a new password is chosen, if there is such an account; raises `Refused`."""
    async with _calling_on(server_url(address)) as server:
        await server.forgotten_password(ForgottenPassword(email.strip().lower()))


async def choose_password(laptop: Laptop, address: str, email: str, code: str, password: str) -> SignedIn:
    """Sign in with a new password, for the code from the mail; raises `Refused` with the sentence why not.

    What the former password opened here without a line is opened by the new one.
    """
    url, email = server_url(address), email.strip().lower()
    device_id = _device_id(laptop, url, email)
    async with _calling_on(url) as server:
        session = await server.new_password(NewPassword(email, code.strip(), password, device_id))
        signed_in = await _come_in(laptop, server, session, device_id, password)
    if wrapped_key_file(laptop, signed_in.account).exists():
        await lock_with_password(laptop, signed_in, password)
    return signed_in


async def resume(laptop: Laptop, account: Account) -> SignedIn | None:
    """The caller as the keyring has them, without asking the server; None where the password is needed."""
    key, token = await held_key(laptop, account.key_id), await laptop.secrets.get(_token_name(account.device_id))
    return SignedIn(account=account, key=key, token=token) if key and token else None


async def unlock(laptop: Laptop, account: Account, password: str) -> SignedIn:
    """Sign in again; without a line, open what is on this laptop. Raises `Refused` with the sentence why not.

    The password of an account at Zetkin opens what is on this laptop and nothing more.
    """
    if is_zetkin(account.server_url):
        return await _opened_here(laptop, account, password)
    try:
        return await sign_in(laptop, account.server_url, account.email, password)
    except (Offline, Busy, NotPhonetui):
        key = await held_key(laptop, account.key_id) or await unwrapped_key(laptop, account, password)
        if key is None:
            raise
        token = await laptop.secrets.get(_token_name(account.device_id)) or ""
        return SignedIn(account=account, key=key, token=token, kept=False, password=password)


async def _opened_here(laptop: Laptop, account: Account, password: str) -> SignedIn:
    key = await held_key(laptop, account.key_id) or await unwrapped_key(laptop, account, password)
    if key is None:
        raise Refused(
            tr(
                "Neither this computer's keyring nor a password opens the calls for {host}; log in again with "
                "`phonetui login`.",
                host=host(account.server_url),
            )
        )
    token = await laptop.secrets.get(_token_name(account.device_id)) or ""
    return SignedIn(account=account, key=key, token=token, kept=bool(token))


async def lock_with_password(laptop: Laptop, signed_in: SignedIn, password: str) -> None:
    """Let this password open the calls on this laptop without a line; raises `Refused` for a short one."""
    wrapped = await asyncio.to_thread(journal_key.wrap, signed_in.key, password)
    file = wrapped_key_file(laptop, signed_in.account)
    try:
        journal_key.save_wrapped(file, wrapped)
    except OSError as error:
        raise JournalFolder.of(file, error.strerror or tr("it cannot be written")) from None


def wrapped_key_file(laptop: Laptop, account: Account) -> Path:
    """Where the key lies that only the password opens."""
    return account_folder(laptop.folders, account.server_url, account.caller_id) / "key.wrapped"


async def keep_token(secrets: Secrets, account: Account, token: str) -> bool:
    """Keep a new token where the last one was; says whether it is really kept."""
    return await secrets.put(_token_name(account.device_id), token)


async def keep_key(secrets: Secrets, key: bytes) -> bool:
    """Keep the journals' key; says whether it is really kept."""
    return await secrets.put(_key_name(journal_key.fingerprint(key)), b64encode(key).decode())


async def forget_secrets(laptop: Laptop, account: Account) -> None:
    """Take token and key out of the keyring."""
    await laptop.secrets.drop(_token_name(account.device_id))
    await laptop.secrets.drop(_key_name(account.key_id))


async def _come_in(laptop: Laptop, server: PhonetuiServer, session: Session, device_id: str, password: str) -> SignedIn:
    """Find or make the journals' key, have the server keep it before anything is lent, and remember the account."""
    before = _known(laptop, server.url, session.caller_id)
    key = await _journal_key(laptop, server, session.caller_id, before, password)
    key_id = journal_key.fingerprint(key)
    await server.keep_journal_key(key_id, key)
    kept = await keep_key(laptop.secrets, key)
    kept = await laptop.secrets.put(_token_name(device_id), session.token) and kept
    campaign_ids = [membership.campaign_id for membership in session.campaigns]
    called_for = session.joined or (before.campaign_id if before else "")
    account = Account(
        server_url=server.url,
        email=session.email,
        caller_id=session.caller_id,
        name=session.name,
        device_id=device_id,
        key_id=key_id,
        calling_name=session.calling_name,
        campaign_id=called_for if called_for in campaign_ids else "",
        password_each_start=not kept,
        asked_without_line=before is not None and before.asked_without_line,
    )
    save_account(laptop.folders, account)
    return SignedIn(account=account, key=key, token=session.token, campaigns=session.campaigns, kept=kept)


async def _journal_key(
    laptop: Laptop, server: PhonetuiServer, caller_id: str, before: Account | None, password: str
) -> bytes:
    """The key of the journals that are here, from the keyring, else from the server; a new one where there are none."""
    here = journals(laptop.folders, server.url, caller_id)
    key_id = next((found for path in here if (found := journal_key.read_fingerprint(path))), "")
    key_id = key_id or (before.key_id if before else "")
    if not key_id:
        return journal_key.new_key()
    try:
        key = await held_key(laptop, key_id) or await _released_key(server, key_id, password)
    except ProblemAnswer as problem:
        if here or problem.kind != "key-withheld":
            raise
        key = None  # nothing here is locked with it
    if key is not None:
        return key
    if here:
        raise Refused(
            tr(
                "The calls in {parent} are locked with a key that neither this computer nor {host} has; "
                "tell the campaign, and move that folder elsewhere to begin anew.",
                parent=here[0].parent,
                host=server.host,
            )
        )
    return journal_key.new_key()


async def held_key(laptop: Laptop, key_id: str) -> bytes | None:
    """The journals' key, if the keyring has it."""
    text = await laptop.secrets.get(_key_name(key_id))
    try:
        key = b64decode(text or "", validate=True)
    except (NotBase64, ValueError):
        return None
    return key if journal_key.fingerprint(key) == key_id else None


async def _released_key(server: PhonetuiServer, key_id: str, password: str) -> bytes | None:
    try:
        key = await server.release_journal_key(key_id, password)
    except ProblemAnswer as problem:
        if problem.kind == "no-such-key":
            return None
        raise
    return key if journal_key.fingerprint(key) == key_id else None


async def unwrapped_key(laptop: Laptop, account: Account, password: str) -> bytes | None:
    """The journals' key, if it lies here for the password to open; raises `WrongPassword`."""
    wrapped = journal_key.load_wrapped(wrapped_key_file(laptop, account))
    return await asyncio.to_thread(journal_key.unwrap, wrapped, password) if wrapped else None


def _known(laptop: Laptop, url: str, caller_id: str) -> Account | None:
    accounts = load_accounts(laptop.folders)
    return next((known for known in accounts if (known.server_url, known.caller_id) == (url, caller_id)), None)


def _device_id(laptop: Laptop, url: str, email: str) -> str:
    """The laptop's id for the account, which stays when the caller signs in again."""
    accounts = load_accounts(laptop.folders)
    known = (known.device_id for known in accounts if (known.server_url, known.email) == (url, email))
    return next(known, None) or laptop.new_id()


def _key_name(key_id: str) -> str:
    return f"journal key {key_id}"


def _token_name(device_id: str) -> str:
    return f"token {device_id}"


@asynccontextmanager
async def _calling_on(url: str) -> AsyncIterator[PhonetuiServer]:
    server = PhonetuiServer(url)
    try:
        yield server
    finally:
        await server.close()
