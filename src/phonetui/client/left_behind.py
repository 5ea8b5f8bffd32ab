"""What is unsent in the journals of other campaigns and accounts: sent while the caller calls for another."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

from phonetui.client.account import Account, journals, load_accounts
from phonetui.client.clock import Clock
from phonetui.client.phonetui_server import PhonetuiServer
from phonetui.client.sending import Sent, send_outboxes
from phonetui.client.sign_in import Laptop, SignedIn, resume

#: Seconds between two tries, doubled from the first to the last.
FIRST, LAST = 15.0, 300.0


async def send_left_behind(
    laptop: Laptop, known: Mapping[tuple[str, str], SignedIn], open_here: Path, clock: Clock
) -> None:
    """Try until everything is sent. `open_here` is the open desk's journal, which sends by itself.

    `known` are those who signed in since the start, by `Account.is_same_as`; of others the keyring must have the key.
    """
    wait, accounts = FIRST, load_accounts(laptop.folders)
    while not all([await _send(laptop, account, known, open_here, clock) for account in accounts]):
        await asyncio.sleep(wait)
        wait = min(2 * wait, LAST)


async def _send(
    laptop: Laptop, account: Account, known: Mapping[tuple[str, str], SignedIn], open_here: Path, clock: Clock
) -> bool:
    """One try; whether nothing is left, or nothing can be sent without the caller."""
    if set(journals(laptop.folders, account.server_url, account.caller_id)) <= {open_here}:
        return True
    signed_in = known.get(account.is_same_as) or await resume(laptop, account)
    if signed_in is None:
        return True
    server = PhonetuiServer(account.server_url, signed_in.token)
    try:
        sent = await send_outboxes(laptop.folders, signed_in, server, clock, _unheard, open_here=open_here)
    finally:
        await server.close()
    return not any(map(_is_left, sent))


def _is_left(sent: Sent) -> bool:
    return bool(sent.unsent)


def _unheard(answered: int, total: int) -> None:
    """Nobody watches it."""
