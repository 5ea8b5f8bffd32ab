"""Opening the desk of a caller who is signed in: journal, outbox and server put together."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from functools import partial

from phonetui.client.account import journal_path, knows_desk, load_accounts, now_knows_desk
from phonetui.client.account_server import reached, server_of
from phonetui.client.blocked_number import BlockedNumber
from phonetui.client.calls import Rest
from phonetui.client.clock import Clock
from phonetui.client.credentials import Secrets
from phonetui.client.desk import PhoneDesk
from phonetui.client.elsewhere import Elsewhere, Place
from phonetui.client.first_shift import FirstShift
from phonetui.client.folders import Folders
from phonetui.client.journal import Journal
from phonetui.client.kept_campaigns import kept_campaigns
from phonetui.client.outbox import Outbox
from phonetui.client.outbox_file import head_of
from phonetui.client.phone_line import PhoneLine
from phonetui.client.presence import presence
from phonetui.client.sign_in import SignedIn
from phonetui.client.view import Extra


async def open_desk(
    folders: Folders,
    signed_in: SignedIn,
    campaign_id: str,
    clock: Clock,
    extras: Mapping[str, Extra] | None = None,
    *,
    secrets: Secrets | None = None,
    phone: Callable[[Outbox, Callable[[], None]], PhoneLine] | None = None,
    rests: Mapping[str, Rest] | None = None,
) -> PhoneDesk:
    """The desk as the last shift left it, with the actions that it alone offers, by id.

    `secrets` is where the token of a caller who signs in again at the desk is kept, none for nowhere. `phone` makes the
    line that dials, and tells of each call that was blocked; without it the caller dials by hand. `rests` are numbers
    that were called for other campaigns. Raises `Refused` where the journal cannot be opened.
    """
    account = signed_in.account
    path = journal_path(folders, account, campaign_id)
    journal = await Journal.open(path, signed_in.key)
    try:
        loaded = await journal.load()
        await journal.expire(clock.now() + loaded.server_offset)
    except BaseException:
        await journal.close()
        raise
    outbox = Outbox(account.device_id, campaign_id, loaded, random=random.random, now=clock.now(), tick=clock.tick())
    server = server_of(folders, signed_in, secrets)
    others = [other for other in load_accounts(folders) if other.is_same_as != account.is_same_as]
    kept = partial(kept_campaigns, folders, account, signed_in.key, path)
    line, sign_in = reached(server, signed_in, secrets)
    blocked = BlockedNumber(lambda word: desk.write_down(word))
    desk = PhoneDesk(
        account.told_voters,
        journal,
        loaded,
        outbox,
        line,
        clock,
        extras,
        head=head_of(account),
        sign_in=sign_in,
        elsewhere=Elsewhere(Place(account, campaign_id), others, server, clock, kept, rests),
        first_shift=FirstShift(
            is_new=not knows_desk(folders, account), remember=partial(now_knows_desk, folders, account)
        ),
        phone=phone(outbox, blocked.hear) if phone else None,
    )
    outbox.presence = partial(presence, desk, clock)
    return desk
