"""`phonetui outbox list`, `send` and `export`: what the campaign does not have yet, without the call screen."""

from __future__ import annotations

import asyncio
import sys
from argparse import Namespace
from collections.abc import Iterable

import msgspec

from phonetui.client.account import Account, journals, load_accounts
from phonetui.client.address import host
from phonetui.client.clock import SystemClock
from phonetui.client.journal_peek import NotTaken, read_not_taken
from phonetui.client.journal_refusals import JournalInUse
from phonetui.client.outbox_file import NOTHING, head_of, write_outbox
from phonetui.client.phonetui_server import PhonetuiServer
from phonetui.client.sending import Sent, send_outboxes
from phonetui.client.sign_in import Laptop
from phonetui.commands import call_screen
from phonetui.commands.account import opened
from phonetui.commands.answer import Answer, counted
from phonetui.commands.listed_outbox import listed, listed_lines
from phonetui.core.refusal import Refused
from phonetui.core.text import clean

LONGEST = 200
IN_USE = (
    "The call screen is open and has your results; in its command palette, Ctrl+P, “Try now” sends them "
    "and “Export” writes them to a file."
)


def list_outbox(arguments: Namespace) -> Answer:
    """What is unsent and what was not taken, by account and campaign; nothing about voters."""
    laptop = call_screen.this_laptop()
    outboxes = [
        (listed(account.server_url, kept), kept)
        for account in _accounts(laptop)
        for kept in _not_taken(laptop, account)
    ]
    text = "\n\n".join("\n".join(listed_lines(outbox, kept.campaign)) for outbox, kept in outboxes)
    return Answer(text or "The campaign has everything.", {"outboxes": [outbox for outbox, _ in outboxes]})


def export_outbox(arguments: Namespace) -> Answer:
    """Writes what one account's campaigns do not have to a new file; it all stays here too."""
    laptop = call_screen.this_laptop()
    kept_by = {account: _not_taken(laptop, account) for account in _accounts(laptop, arguments.account)}
    kept_by = {account: kept for account, kept in kept_by.items() if kept}
    if not kept_by:
        raise Refused(NOTHING)
    if len(kept_by) > 1:
        raise Refused(f"Several accounts have results here: {_named(kept_by)}; choose one with --account.")
    [(account, kept)] = kept_by.items()
    unsent = [entry for each in kept for entry in each.unsent]
    rejected = [entry for each in kept for entry in each.rejected]
    write_outbox(arguments.file, head_of(account), unsent, rejected)
    text = (
        f"{arguments.file} holds {counted(len(unsent) + len(rejected), 'result')} for {host(account.server_url)}; "
        f"there, `phonetui server results import` takes it in. Everything stays here too until the campaign has "
        "confirmed it, and counts once."
    )
    facts = {"file": str(arguments.file), "unsent": len(unsent), "rejected": len(rejected)}
    return Answer(text, {**facts, "server": account.server_url})


def send_outbox(arguments: Namespace) -> Answer:
    """Sends what every account has, one after the other; code 1 where something stays or was not taken."""
    laptop = call_screen.this_laptop()
    sent = [(account, each) for account in _accounts(laptop) for each in asyncio.run(_send(laptop, account))]
    lines = [line for account, each in sent for line in _sent_lines(account, each)]
    facts = [{"server": account.server_url, **msgspec.structs.asdict(each)} for account, each in sent]
    done = all(not (each.why or each.rejected) for _, each in sent)
    return Answer("\n".join(lines) or "The campaign has everything.", {"outboxes": facts}, 0 if done else 1)


# -- the journals here -------------------------------------------------------------------------------------------------


def _accounts(laptop: Laptop, chosen: str | None = None) -> list[Account]:
    """Those who have journals here; with `chosen`, those of that e-mail or server."""
    accounts = load_accounts(laptop.folders)
    if not accounts:
        raise Refused("Nobody is logged in on this computer.")
    return [
        account
        for account in accounts
        if journals(laptop.folders, account.server_url, account.caller_id)
        and chosen in (None, account.email, account.server_url, host(account.server_url))
    ]


def _not_taken(laptop: Laptop, account: Account) -> list[NotTaken]:
    """What each of the account's campaigns does not have, without those that have everything."""
    key = asyncio.run(opened(laptop, account)).key
    try:
        kept = [read_not_taken(path, key) for path in journals(laptop.folders, account.server_url, account.caller_id)]
    except JournalInUse:
        raise Refused(IN_USE) from None
    return [each for each in kept if each.unsent or each.rejected]


def _named(accounts: Iterable[Account]) -> str:
    return ", ".join(f"{account.email} at {host(account.server_url)}" for account in accounts)


# -- sending -----------------------------------------------------------------------------------------------------------


async def _send(laptop: Laptop, account: Account) -> tuple[Sent, ...]:
    try:
        signed_in = await opened(laptop, account)
    except Refused as refused:  # the other accounts' results may go all the same
        return (Sent("", why=str(refused)),)
    server = PhonetuiServer(account.server_url, signed_in.token)
    try:
        return await send_outboxes(laptop.folders, signed_in, server, SystemClock(), _say_progress)
    finally:
        await server.close()


def _say_progress(answered: int, total: int) -> None:
    """One line, written over, where somebody looks on."""
    if sys.stderr.isatty():
        end = "\n" if answered == total else ""
        sys.stderr.write(f"\r{answered:,} of {counted(total, 'result')} answered{end}")
        sys.stderr.flush()


def _sent_lines(account: Account, sent: Sent) -> list[str]:
    where = host(account.server_url)
    if not sent.campaign:
        return [f"{where}: {sent.why}"]
    counts = f"{sent.sent:,} sent, {len(sent.rejected):,} rejected, {sent.unsent:,} still unsent"
    lines = [f"{clean(sent.campaign, LONGEST)} at {where}: {counts}."]
    lines += [f"  rejected: {clean(reason, LONGEST)}" for reason in dict.fromkeys(sent.rejected) if reason]
    return [*lines, f"  {sent.why}"] if sent.why else lines
