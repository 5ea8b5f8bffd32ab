"""Going out for good: nothing of the account stays on this laptop."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from itertools import chain

from msgspec import Struct

from phonetui.client.account import Account, account_folder, forget_account, journals
from phonetui.client.account_server import AccountServer, server_of
from phonetui.client.campaign_server import NoExchange
from phonetui.client.interface import LONGEST
from phonetui.client.journal import Journal
from phonetui.client.journal_records import Loaded
from phonetui.client.journal_refusals import JournalFolder, still_here
from phonetui.client.outbox import MOST_HELD
from phonetui.client.sign_in import Laptop, SignedIn, forget_secrets
from phonetui.client.unfinished import typed_about
from phonetui.core.refusal import Refused
from phonetui.core.translation import tr
from phonetui.wire import ExchangeRequest


class LoggedOut(Struct, frozen=True):
    """What came of it. `told`: the server has ended the token and dropped its copy of the key.

    Of the households on hand so many were `given_back`, and so many are `still_lent` until their time is up.
    `damaged` counts the journals that were damaged; they are gone with what could not be read of them.
    """

    told: bool
    given_back: int = 0
    still_lent: int = 0
    damaged: int = 0


async def log_out(
    laptop: Laptop, signed_in: SignedIn, *, discard: int = 0, tell: Callable[[str], None] = lambda words: None
) -> LoggedOut:
    """Give back who is on hand, where there is a line, and remove journals, key, token and account.

    `tell` hears what is done next, for a server may take its time. Stopped, it is simply done again.

    Raises `Refused`, and removes nothing, while the campaign lacks events, or something was typed about a voter who
    has no result, unless `discard` is how many.
    """
    account = signed_in.account
    server = server_of(laptop.folders, signed_in, laptop.secrets)
    opened: dict[Journal, Loaded] = {}
    try:
        for path in journals(laptop.folders, account.server_url, account.caller_id):
            journal = await Journal.open(path, signed_in.key)
            opened[journal] = Loaded()
            opened[journal] = await journal.load()
        mended = [journal.mended for journal in opened if journal.mended]
        _check_taken(opened.values(), mended, discard)
        tell(tr("giving back who is on hand"))
        given_back, still_lent = await _give_back(server, account, opened.values())
        tell(tr("removing your calls from this computer"))
        for journal, loaded in opened.items():
            await journal.purge(discard=loaded.not_taken)
        _remove_folder(laptop, account)
        await forget_secrets(laptop, account)
        forget_account(laptop.folders, account)
        return LoggedOut(await _tell(server, account), given_back, still_lent, len(mended))
    finally:
        for journal in opened:
            await journal.close()
        await server.close()


def _check_taken(opened: Iterable[Loaded], mended: Iterable[str], discard: int) -> None:
    opened = tuple(opened)
    lacking, typed = sum(loaded.not_taken for loaded in opened), [*chain.from_iterable(map(typed_about, opened))]
    count = lacking + len(typed)
    if count not in (0, discard):
        why = [str(still_here(lacking, count))] if lacking else []
        raise Refused("\n".join([*mended, *why, *([_typed(typed, count)] if typed else [])]))


def _typed(about: Sequence[str], count: int) -> str:
    return tr(
        "What you typed about {names} has no result yet, so nothing was removed; type phonetui and save one, or give "
        "it up with --discard {count}.",
        names=", ".join(about),
        count=count,
    )


async def _give_back(server: AccountServer, account: Account, opened: Iterable[Loaded]) -> tuple[int, int]:
    """How many households went back, and how many the server could not be told of."""
    given_back = still_lent = 0
    for loaded in opened:
        on_hand = [held.lease.household.household_id for held in loaded.held if not held.finished][:MOST_HELD]
        if loaded.campaign is None or not on_hand:
            continue
        still_lent += len(on_hand)
        request = ExchangeRequest(
            campaign_id=loaded.campaign.campaign_id,
            device_id=account.device_id,
            cursor=loaded.cursor,
            campaign_version=loaded.campaign.version,
            given_back=tuple(on_hand),
        )
        with suppress(NoExchange, TimeoutError):
            async with asyncio.timeout(LONGEST):
                await server.exchange(request)
            given_back += len(on_hand)
            still_lent -= len(on_hand)
    return given_back, still_lent


def _remove_folder(laptop: Laptop, account: Account) -> None:
    """With whatever a kill has left in it."""
    folder = account_folder(laptop.folders, account.server_url, account.caller_id)
    try:
        if folder.exists():
            shutil.rmtree(folder)
    except OSError as error:
        raise JournalFolder.of(folder / "key.wrapped", error.strerror or tr("it cannot be written")) from None


async def _tell(server: AccountServer, account: Account) -> bool:
    try:
        await server.drop_journal_key(account.key_id)
        await server.sign_out()
    except NoExchange:
        return False
    return True
