"""Going out for good: nothing of the account stays on this laptop."""

from __future__ import annotations

import shutil

from phonetui.client.account import account_folder, forget_account, journals
from phonetui.client.campaign_server import NoExchange
from phonetui.client.journal import Journal
from phonetui.client.journal_refusals import JournalFolder, still_here
from phonetui.client.phonetui_server import PhonetuiServer
from phonetui.client.sign_in import Laptop, SignedIn, forget_secrets


async def log_out(laptop: Laptop, signed_in: SignedIn, *, discard: int = 0) -> bool:
    """Remove journals, key, token and account; says whether the server was told, and has dropped its copy of the key.

    Raises `Refused`, and removes nothing, while the campaign lacks events, unless `discard` is how many.
    """
    account = signed_in.account
    opened: dict[Journal, int] = {}
    try:
        for path in journals(laptop.folders, account.server_url, account.caller_id):
            journal = await Journal.open(path, signed_in.key)
            opened[journal] = 0
            opened[journal] = (await journal.load()).not_taken
        lacking = sum(opened.values())
        if lacking not in (0, discard):
            raise still_here(lacking)
        for journal, count in opened.items():
            await journal.purge(discard=count)
    finally:
        for journal in opened:
            await journal.close()
    _remove_folder(laptop, signed_in)
    await forget_secrets(laptop, account)
    forget_account(laptop.folders, account)
    return await _tell_server(signed_in)


def _remove_folder(laptop: Laptop, signed_in: SignedIn) -> None:
    """With whatever a kill has left in it."""
    account = signed_in.account
    folder = account_folder(laptop.folders, account.server_url, account.caller_id)
    try:
        if folder.exists():
            shutil.rmtree(folder)
    except OSError as error:
        raise JournalFolder.of(folder / "key.wrapped", error.strerror or "it cannot be written") from None


async def _tell_server(signed_in: SignedIn) -> bool:
    server = PhonetuiServer(signed_in.account.server_url, signed_in.token)
    try:
        await server.drop_journal_key(signed_in.account.key_id)
        await server.sign_out()
    except NoExchange:
        return False
    finally:
        await server.close()
    return True
