"""`phonetui` alone: the call screen of whoever logged in last, and the first time a few questions before it."""

from __future__ import annotations

import asyncio
import os
from argparse import Namespace
from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING

import msgspec

from phonetui.client.account import Account, load_accounts, save_account
from phonetui.client.campaign_server import ProblemAnswer
from phonetui.client.clock import SystemClock
from phonetui.client.credentials import SystemKeyring
from phonetui.client.entries import entries
from phonetui.client.folders import folders
from phonetui.client.journal_key import WrongPassword
from phonetui.client.settings import load_settings
from phonetui.client.sign_in import Laptop, SignedIn, resume, unlock, wrapped_key_file
from phonetui.client.zetkin_address import is_zetkin
from phonetui.commands.answer import Answer
from phonetui.commands.front_end import as_shown, offer_plain, show
from phonetui.commands.shift_line import SipPasswordNeeded, shift_line, type_password
from phonetui.commands.terminal import at_terminal
from phonetui.core.refusal import Refused
from phonetui.core.translation import later, tr, tr_n

if TYPE_CHECKING:
    from phonetui.client.calls import Rest
    from phonetui.client.desk import PhoneDesk
    from phonetui.client.elsewhere import Place

_NO_KEY = later("This computer's keyring does not hold the key to your calls; your password does.")

#: Those who signed in since this program began: who goes from one account to another and back types no password twice.
_KNOWN: dict[tuple[str, str], SignedIn] = {}
#: The numbers that each of them has called since then, and until when they rest.
_RESTS: dict[tuple[str, str], Mapping[str, Rest]] = {}


class PasswordNeeded(Refused):
    """Nothing on this laptop opens the account's calls but the password."""


def open_call_screen(arguments: Namespace) -> Answer | None:
    """Opens the call screen; asks first for what it has to know."""
    laptop = this_laptop()
    accounts = load_accounts(laptop.folders)
    return _open(laptop, accounts[0], from_stdin=arguments.password_stdin) if accounts else _first_time()


def _open(laptop: Laptop, account: Account, *, from_stdin: bool = False) -> Answer | None:
    """The call screen of an account that the keyring may know, or only its password, typed or read first of all."""
    if from_stdin or account.password_each_start or wrapped_key_file(laptop, account).exists():
        return _with_password(laptop, account, from_stdin=from_stdin)
    try:
        if not account.campaign_id:
            return _for_new_campaign(laptop, account)
        return call(laptop, account)
    except PasswordNeeded as needed:
        return _with_password(laptop, account, str(needed))


def this_laptop() -> Laptop:
    """The user's own folders and keyring."""
    return Laptop(folders(os.environ), SystemKeyring(), SystemClock().new_id)


def call(laptop: Laptop, account: Account, signed_in: SignedIn | None = None) -> Answer:
    """The call screen of this account, and of what is chosen there, until the caller leaves.

    Raises `PasswordNeeded` and any other `Refused`.
    """
    desk, code = _call(laptop, account, signed_in)
    if desk is None:
        return Answer("", None, code)
    there, told = desk.elsewhere.goes_on_at if desk.elsewhere else None, after_shift(desk, code)
    if desk.elsewhere:
        _RESTS[account.is_same_as] = desk.elsewhere.rests
    return _go_on(laptop, there, told) if there else told


def _go_on(laptop: Laptop, there: Place, told: Answer) -> Answer:
    """The call screen of what was chosen; `told` is what the shift before it has to say."""
    account = msgspec.structs.replace(there.account, campaign_id=there.campaign_id)
    save_account(laptop.folders, account)
    known = _KNOWN.get(account.is_same_as)
    if known is not None:
        then = call(laptop, account, msgspec.structs.replace(known, account=account))
    else:
        then = _open(laptop, account) or Answer("", None)
    return Answer("\n\n".join(filter(None, [told.text, then.text])), then.facts, then.code)


def _call(laptop: Laptop, account: Account, signed_in: SignedIn | None) -> tuple[PhoneDesk | None, int]:
    """One shift; the desk as it was left, none where it was not opened, and the exit code."""
    settings = as_shown(load_settings(laptop.folders.settings_file, os.environ))
    opened: list[PhoneDesk] = []

    async def open_desk() -> PhoneDesk:
        known = signed_in or await resume(laptop, account)
        if known is None:
            raise PasswordNeeded(tr(_NO_KEY))
        _KNOWN[account.is_same_as] = known
        clock = SystemClock()
        phone = await shift_line(laptop, settings, clock)
        opening = await asyncio.to_thread(import_module, "phonetui.client.opening")  # slow, and the screen is up
        desk: PhoneDesk = await opening.open_desk(
            laptop.folders,
            known,
            account.campaign_id,
            clock,
            secrets=laptop.secrets,
            phone=phone,
            rests=_RESTS.get(account.is_same_as),
        )
        opened.append(desk)
        if desk.elsewhere is not None:
            desk.elsewhere.send_left_behind(laptop, _KNOWN)
        return desk

    try:
        code = show(open_desk, settings)
    except SipPasswordNeeded as needed:
        type_password(needed)
        code = show(open_desk, settings)
    return (opened[0] if opened else None), code


def after_shift(desk: PhoneDesk, code: int = 0) -> Answer:
    """What stands in the shell once the screen is gone: the shift's work, to be pasted, and what of it is still here.

    Nothing in it is about a voter.
    """
    from phonetui.client.numbers import summary  # the first frame comes before any number

    calls, unsent, rejected = len(desk.calls_today()), desk.view.unsent, desk.view.rejected
    campaign = desk.view.campaign
    lines = [*filter(None, [summary(campaign, desk.pacing.pace(campaign)) if campaign else ""])]
    if unsent:
        lines.append(
            tr_n(
                "{n} entry is not sent yet, and safe on this laptop.\n`phonetui outbox send` sends it, and so does the "
                "next start.",
                "{n} entries are not sent yet, and safe on this laptop.\n"
                "`phonetui outbox send` sends them, and so does the next start.",
                unsent,
            )
        )
    elif lines:
        lines.append(tr("All of it is sent. Thank you!"))
    if rejected:
        lines.append(
            tr("The campaign did not take {entries}; `phonetui outbox list` says why.", entries=entries(rejected))
        )
    return Answer("\n".join(lines), {"calls_today": calls, "unsent": unsent, "rejected": rejected}, code)


def _with_password(laptop: Laptop, account: Account, why: str = "", *, from_stdin: bool = False) -> Answer | None:
    from phonetui.commands.account import come_in, offer_start_without_line
    from phonetui.commands.asking import say

    if why:
        say(why)
    signed_in, password = _unlocked(laptop, account) if not from_stdin else _unlocked_by_line(laptop, account)
    if signed_in.account.password_each_start and not (account.password_each_start or from_stdin):
        signed_in = offer_start_without_line(laptop, signed_in, password)
    if is_zetkin(account.server_url) and not signed_in.token and not from_stdin:
        from phonetui.commands.zetkin import log_in_again

        signed_in = log_in_again(laptop, signed_in)
    if not signed_in.account.campaign_id:
        return come_in(laptop, signed_in)
    return call(laptop, signed_in.account, signed_in)


def _unlocked(laptop: Laptop, account: Account) -> tuple[SignedIn, str]:
    """Asks for the password until it is right, and answers with it too.

    Raises `Refused` after three tries, and for all else at once.
    """
    from phonetui.commands import asking

    for tries_left in range(asking.TRIES - 1, -1, -1):
        password = asking.password(account.email, account.server_url, from_stdin=False)
        try:
            return asyncio.run(unlock(laptop, account, password)), password
        except Refused as refused:
            if not tries_left or not _wrong_password(refused):
                raise
            asking.say(str(refused))
    raise AssertionError("the last try answers or raises")


def _unlocked_by_line(laptop: Laptop, account: Account) -> tuple[SignedIn, str]:
    """The same with the first line of standard input, of which the others are for plain mode."""
    from phonetui.plain.keyboard import standard_input

    password = asyncio.run(standard_input().secret()) or ""
    return asyncio.run(unlock(laptop, account, password)), password


def _wrong_password(refused: Refused) -> bool:
    return isinstance(refused, WrongPassword) or (
        isinstance(refused, ProblemAnswer) and refused.kind == "wrong-password"
    )


def _for_new_campaign(laptop: Laptop, account: Account) -> Answer | None:
    """Asks the server for campaigns that have been opened to the account since it was made."""
    from phonetui.client.account_server import server_of
    from phonetui.commands.account import come_in

    async def look() -> SignedIn:
        known = await resume(laptop, account)
        if known is None:
            raise PasswordNeeded(tr(_NO_KEY))
        server = server_of(laptop.folders, known, laptop.secrets)
        try:
            return msgspec.structs.replace(known, campaigns=await server.campaigns())
        finally:
            await server.close()

    return come_in(laptop, asyncio.run(look()))


def _first_time() -> Answer | None:
    from phonetui.client.zetkin_address import login_address
    from phonetui.commands.account import asked_link, join_from, log_in_to
    from phonetui.commands.asking import ask_until, choose

    if not at_terminal():
        raise Refused(
            tr(
                "Nobody has logged in on this computer yet; type `phonetui join`, `phonetui login URL` or `phonetui "
                "demo`."
            )
        )
    offer_plain(this_laptop().folders.settings_file)
    choices = (
        tr("an invitation from a campaign"),
        tr("an account already"),
        tr("neither: show me a demo on this computer"),
    )
    match choose(tr("This is phonetui, a phone bank in a terminal. What do you have?"), choices):
        case 0:
            return join_from(asked_link())
        case 1:
            address = tr("The campaign server's address, such as https://calls.example.org:")
            return log_in_to(ask_until(address, login_address))
    from phonetui.commands.demo import start

    return start(None)
