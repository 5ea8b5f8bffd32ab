"""`phonetui outbox list`, `send` and `export`: what the campaign does not have yet, without the call screen."""

from __future__ import annotations

import asyncio
import sys
from argparse import Namespace
from collections.abc import Callable, Iterable

import msgspec
from msgspec import Struct

from phonetui.client.account import Account, journals, load_accounts
from phonetui.client.account_server import server_of
from phonetui.client.address import host
from phonetui.client.clock import SystemClock
from phonetui.client.entries import entries
from phonetui.client.journal_peek import NotTaken, read_not_taken
from phonetui.client.journal_refusals import JournalInUse, JournalRefused
from phonetui.client.orderly_end import orderly_end
from phonetui.client.outbox_file import NOTHING, head_of, write_outbox
from phonetui.client.sending import Sent, send_outboxes
from phonetui.client.sign_in import Laptop
from phonetui.commands import call_screen
from phonetui.commands.account import opened
from phonetui.commands.answer import Answer
from phonetui.commands.listed_outbox import listed, listed_lines
from phonetui.commands.progress import Tell, progress
from phonetui.core.refusal import Refused
from phonetui.core.text import clean
from phonetui.core.translation import later, number, tr

LONGEST = 200
IN_USE = later(
    "The call screen is open and has what is unsent; in its command palette, Ctrl+P, “Try now” sends them "
    "and “Export” writes them to a file."
)


class Kept(Struct, frozen=True):
    """What an account's campaigns do not have, without those that have everything; `refused` is what was not read."""

    account: Account
    journals: tuple[NotTaken, ...]
    refused: tuple[str, ...]


def list_outbox(arguments: Namespace) -> Answer:
    """What is unsent and what was not taken, by account and campaign; nothing about voters."""
    found = _kept()
    outboxes = [listed(kept.account.server_url, each) for kept in found for each in kept.journals]
    refused = [sentence for kept in found for sentence in kept.refused]
    if refused and not outboxes:
        raise Refused("\n".join(refused))
    parts = ["\n".join(listed_lines(outbox)) for outbox in outboxes]
    text = "\n\n".join([*parts, *refused]) or tr("The campaign has everything.")
    return Answer(text, {"outboxes": outboxes, "not_read": refused}, 1 if refused else 0)


def export_outbox(arguments: Namespace) -> Answer:
    """Writes what one account's campaigns do not have to a new file; it all stays here too."""
    found = [kept for kept in _kept(arguments.account) if kept.journals or kept.refused]
    if len(found) > 1:
        raise Refused(
            tr("Several accounts have entries here: {accounts}; choose one with --account.", accounts=_named(found))
        )
    if not found or not found[0].journals:
        raise Refused("\n".join(found[0].refused) if found else tr(NOTHING))
    [kept] = found
    unsent = [entry for each in kept.journals for entry in each.unsent]
    rejected = [entry for each in kept.journals for entry in each.rejected]
    with orderly_end():
        write_outbox(arguments.file, head_of(kept.account), unsent, rejected)
    text = tr(
        "{file} holds {entries} for {host}; there, `phonetui server results import` takes it in. "
        "Everything stays here too until the campaign has confirmed it, and counts once.",
        file=arguments.file,
        entries=entries(len(unsent) + len(rejected)),
        host=host(kept.account.server_url),
    )
    facts = {"file": str(arguments.file), "unsent": len(unsent), "rejected": len(rejected), "not_read": kept.refused}
    code = 1 if kept.refused else 0
    return Answer("\n".join([text, *kept.refused]), {**facts, "server": kept.account.server_url}, code)


def send_outbox(arguments: Namespace) -> Answer:
    """Sends what every account has, one after the other; code 1 where something stays or was not taken."""
    laptop = call_screen.this_laptop()
    with progress(sys.stderr, quiet=arguments.json) as tell:
        sent = [(account, each) for account in _accounts(laptop) for each in _sent_by(laptop, account, tell)]
    lines = [line for account, each in sent for line in _sent_lines(account, each)]
    facts = [{"server": account.server_url, **msgspec.structs.asdict(each)} for account, each in sent]
    done = all(not (each.why or each.rejected) for _, each in sent)
    return Answer("\n".join(lines) or tr("The campaign has everything."), {"outboxes": facts}, 0 if done else 1)


# -- the journals here -------------------------------------------------------------------------------------------------


def _accounts(laptop: Laptop, chosen: str | None = None) -> list[Account]:
    """Those who have journals here; with `chosen`, those of that e-mail or server."""
    accounts = load_accounts(laptop.folders)
    if not accounts:
        raise Refused(tr("Nobody is logged in on this computer."))
    return [
        account
        for account in accounts
        if journals(laptop.folders, account.server_url, account.caller_id)
        and chosen in (None, account.email, account.server_url, host(account.server_url))
    ]


def _kept(chosen: str | None = None) -> list[Kept]:
    laptop = call_screen.this_laptop()
    return [_kept_by(laptop, account) for account in _accounts(laptop, chosen)]


def _kept_by(laptop: Laptop, account: Account) -> Kept:
    key = asyncio.run(opened(laptop, account)).key
    kept: list[NotTaken] = []
    refused: list[str] = []
    for path in journals(laptop.folders, account.server_url, account.caller_id):
        try:
            kept.append(read_not_taken(path, key))
        except JournalInUse:
            refused.append(tr(IN_USE))
        except JournalRefused as reason:  # the other campaigns' entries may be seen, and go, all the same
            refused.append(str(reason))
    return Kept(account, tuple(each for each in kept if each.unsent or each.rejected), tuple(refused))


def _named(found: Iterable[Kept]) -> str:
    where = ((kept.account.email, host(kept.account.server_url)) for kept in found)
    return ", ".join(tr("{email} at {host}", email=email, host=server) for email, server in where)


# -- sending -----------------------------------------------------------------------------------------------------------


def _sent_by(laptop: Laptop, account: Account, tell: Tell) -> tuple[Sent, ...]:
    """Sends what the account has; Ctrl-C leaves what is not answered where it is, and says how much that is."""
    told = tr("nothing was answered")

    def on_taken(answered: int, total: int) -> None:
        nonlocal told
        told = tr("{answered} of {entries} answered", answered=number(answered), entries=entries(total))
        tell(told)

    try:
        return asyncio.run(_send(laptop, account, on_taken))
    except KeyboardInterrupt:
        stopped = tr("Stopped: {answered}. The rest is still here; `phonetui outbox send` goes on.", answered=told)
        raise KeyboardInterrupt(stopped) from None


async def _send(laptop: Laptop, account: Account, on_taken: Callable[[int, int], None]) -> tuple[Sent, ...]:
    try:
        signed_in = await opened(laptop, account)
    except Refused as refused:  # the other accounts' entries may go all the same
        return (Sent("", why=str(refused)),)
    server = server_of(laptop.folders, signed_in, laptop.secrets)
    try:
        return await send_outboxes(laptop.folders, signed_in, server, SystemClock(), on_taken)
    finally:
        await server.close()


def _sent_lines(account: Account, sent: Sent) -> list[str]:
    where = host(account.server_url)
    if not sent.campaign:
        return [f"{where}: {tr(IN_USE) if sent.open_elsewhere else sent.why}"]
    told = tr(
        "{campaign} at {host}: {entries} sent, {rejected} rejected, {unsent} still unsent.",
        campaign=clean(sent.campaign, LONGEST),
        host=where,
        entries=entries(sent.sent),
        rejected=number(len(sent.rejected)),
        unsent=number(sent.unsent),
    )
    lines = [told]
    lines += [
        tr("  rejected: {reason}", reason=clean(reason, LONGEST)) for reason in dict.fromkeys(sent.rejected) if reason
    ]
    return [*lines, *(f"  {said}" for said in (sent.mended, sent.why) if said)]
