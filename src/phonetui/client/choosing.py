"""Choosing another campaign or account between calls, and phone banks to sign up for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

from phonetui.client.address import host
from phonetui.client.campaign_server import Offline
from phonetui.client.elsewhere import Elsewhere, Place
from phonetui.client.front_end import FrontEnd
from phonetui.client.leaving import may_leave
from phonetui.client.open_campaigns import about, about_kept, as_kept, heading, phone_bank_line
from phonetui.core.refusal import Refused
from phonetui.core.translation import later, tr
from phonetui.wire import Membership, OpenPhoneBank

EXAMPLE_FILE = "~/phone-banks.ics"
TITLE = later("What do you want to call for?")
NOT_ASKED = later("The server cannot be asked now. On this computer:")


class _Row(NamedTuple):
    """One entry of the list, and what choosing it does; that answers whether the list is shown again."""

    lines: tuple[str, ...]
    choose: Callable[[], Awaitable[bool]]


async def choose_campaign(front: FrontEnd) -> None:
    """The campaigns and accounts of this laptop, until one is chosen or the caller goes back to the desk."""
    elsewhere, again = front.desk.elsewhere, True
    if elsewhere is None:
        front.notice(tr("There is no other campaign to choose here."))
        return
    while again:
        front.notice(tr("Asking the campaign server what is open to you…"))
        title, rows = await _listed(front, elsewhere)
        if not rows:
            front.refuse(Refused(title))
            return
        place = await front.pick(title, [row.lines for row in rows])
        again = place is not None and await rows[place].choose()


async def _listed(front: FrontEnd, elsewhere: Elsewhere) -> tuple[str, list[_Row]]:
    """What can be chosen, and what to say above it; with nothing else to choose, why."""
    accounts = list(_accounts(front, elsewhere))
    try:
        campaigns = await elsewhere.campaigns()
    except Refused as refused:  # what is on this laptop may be chosen all the same
        kept = await elsewhere.kept_campaigns()
        if not (kept or accounts):
            return str(refused), []
        known = [as_kept(each) for each in (front.view.campaign, *kept) if each]
        title = tr(NOT_ASKED) if isinstance(refused, Offline) else str(refused)
        return title, [*_campaigns(front, elsewhere, known, about_kept), *accounts]
    title = tr(TITLE) if campaigns else tr("No campaign is open to this account; ask the campaign.")
    return title, [*_campaigns(front, elsewhere, campaigns, about), *accounts]


def _campaigns(
    front: FrontEnd,
    elsewhere: Elsewhere,
    campaigns: Sequence[Membership],
    about_it: Callable[[Membership, datetime], str],
) -> Iterator[_Row]:
    now = elsewhere.clock.now()
    for campaign in campaigns:
        there = Place(elsewhere.here.account, campaign.campaign_id)
        title = heading(campaign)
        if there == elsewhere.here:
            title = tr("{campaign} (you are here)", campaign=title)
        yield _Row((title, about_it(campaign, now)), partial(_go_on, front, elsewhere, there))
        for bank in campaign.phone_banks:
            does = later("Sign off: {phone_bank}") if bank.you else later("Sign up: {phone_bank}")
            line = tr(does, phone_bank=phone_bank_line(campaign, bank))
            yield _Row((line,), partial(_sign_up, front, elsewhere, campaign, bank))
    if any(bank.you for campaign in campaigns for bank in campaign.phone_banks):
        yield _Row((tr("Write your phone banks to a calendar file."),), partial(_write, front, elsewhere, campaigns))


def _accounts(front: FrontEnd, elsewhere: Elsewhere) -> Iterator[_Row]:
    for account in elsewhere.others:
        title = tr("{email} at {host}", email=account.email, host=host(account.server_url))
        there = Place(account, account.campaign_id)
        yield _Row((title, tr("Another account on this computer.")), partial(_go_on, front, elsewhere, there))


async def _go_on(front: FrontEnd, elsewhere: Elsewhere, there: Place) -> bool:
    """Leave the desk, and have the other opened; who closes the question about voters taken along stays."""
    if there == elsewhere.here:
        return False
    if await may_leave(front):
        elsewhere.goes_on_at = there
        front.end_shift()
    return False


async def _sign_up(front: FrontEnd, elsewhere: Elsewhere, campaign: Membership, bank: OpenPhoneBank) -> bool:
    try:
        await elsewhere.change_sign_up(campaign, bank)
    except Refused as refused:
        front.refuse(refused)
        return False
    return True


async def _write(front: FrontEnd, elsewhere: Elsewhere, campaigns: Sequence[Membership]) -> bool:
    """The calendar file; what was typed stays to be mended."""
    text = EXAMPLE_FILE
    front.notice(tr("For your calendar. Enter writes the file, Esc closes."))
    while (answer := await front.type_line(tr("File"), text)) is not None:
        text, file = answer, _file(answer)
        try:
            elsewhere.save_calendar(campaigns, file)
        except Refused as refused:
            front.refuse(refused)
            continue
        front.notice(tr("Written to {name}; open it with your calendar.", name=file.name))
        break
    return False


def _file(text: str) -> Path:
    return Path(text).expanduser().absolute()
