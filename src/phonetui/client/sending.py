"""Sending what is unsent without a desk: one pass over a caller's journals, by the same outbox and courier."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import Struct

from phonetui.client.account import journals
from phonetui.client.campaign_server import CampaignServer
from phonetui.client.clock import Clock
from phonetui.client.courier import Courier
from phonetui.client.folders import Folders
from phonetui.client.journal import Journal
from phonetui.client.journal_refusals import JournalInUse
from phonetui.client.outbox import Outbox, Taken
from phonetui.client.outbox_file import campaign_of
from phonetui.client.sign_in import SignedIn
from phonetui.client.view import Line
from phonetui.core.refusal import Refused


class Sent(Struct, frozen=True):
    """What became of what was unsent for one campaign: `rejected` are the reasons, `why` is why the rest stayed.

    `campaign` is empty where the journal could not be opened, `open_elsewhere` says that another phonetui has it.
    `mended` is what became of a damaged journal.
    """

    campaign: str
    sent: int = 0
    rejected: tuple[str, ...] = ()
    unsent: int = 0
    why: str = ""
    open_elsewhere: bool = False
    mended: str = ""


async def send_outboxes(
    folders: Folders,
    signed_in: SignedIn,
    server: CampaignServer,
    clock: Clock,
    on_taken: Callable[[int, int], None],
    *,
    open_here: Path | None = None,
) -> tuple[Sent, ...]:
    """Send what is unsent in each of the caller's journals; `on_taken` hears how many of how many are answered.

    `open_here` is a journal that this process has open: were it touched, its locks would be lost.
    """
    account = signed_in.account
    answers = []
    for path in journals(folders, account.server_url, account.caller_id):
        if path == open_here:
            continue
        try:
            answers.append(await _send(path, signed_in, server, clock, on_taken))
        except Refused as refused:  # this journal cannot be opened; the others may
            answers.append(Sent("", why=str(refused), open_elsewhere=isinstance(refused, JournalInUse)))
    return tuple(answer for answer in answers if answer is not None)


async def _send(
    path: Path, signed_in: SignedIn, server: CampaignServer, clock: Clock, on_taken: Callable[[int, int], None]
) -> Sent | None:
    """None where nothing is unsent."""
    journal = await _open(path, signed_in.key)
    try:
        loaded = await journal.load()
        if not loaded.unsent:
            return Sent("", why=journal.mended) if journal.mended else None
        device_id, campaign_id = signed_in.account.device_id, campaign_of(loaded.unsent[0])
        never_again = 1.0  # no try is made twice, so that no wait is drawn
        outbox = Outbox(
            device_id, campaign_id, loaded, random=lambda: never_again, now=clock.now(), tick=clock.tick(), want=0
        )
        replies: list[Taken] = []

        def taken(reply: Taken) -> None:
            replies.append(reply)
            on_taken(_answered(replies), _answered(replies) + outbox.unsent)

        why = await Courier(outbox, journal, server, clock, taken, _line_changed).send_all()
    finally:
        await journal.close()
    return Sent(
        campaign=loaded.campaign.name if loaded.campaign else campaign_id,
        sent=sum(len(reply.acknowledged) for reply in replies),
        rejected=tuple(reason.told for reply in replies for _, reason in reply.rejected),
        unsent=outbox.unsent,
        why=why,
        mended=journal.mended,
    )


async def _open(path: Path, key: bytes) -> Journal:
    """Whoever is cancelled meanwhile leaves no journal open, which the next start would find in use."""
    opening = asyncio.ensure_future(Journal.open(path, key))
    try:
        return await asyncio.shield(opening)
    except asyncio.CancelledError:
        await (await opening).close()
        raise


def _answered(replies: Sequence[Taken]) -> int:
    return sum(len(reply.acknowledged) + len(reply.rejected) for reply in replies)


def _line_changed(line: Line) -> None:
    """Nobody watches it."""
