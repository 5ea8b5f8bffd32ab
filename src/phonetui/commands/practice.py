"""`phonetui practice`: invented voters at the campaign's own script, with or without an account or a line."""

from __future__ import annotations

import asyncio
import os
from argparse import Namespace

from phonetui.client.account import journal_path, load_accounts
from phonetui.client.clock import SystemClock
from phonetui.client.invented_calls import practice_line
from phonetui.client.practice_desk import PracticeDesk
from phonetui.client.settings import load_settings
from phonetui.client.sign_in import Laptop, SignedIn, resume
from phonetui.commands.answer import Answer
from phonetui.commands.asking import say
from phonetui.commands.call_screen import this_laptop
from phonetui.commands.front_end import as_shown, show
from phonetui.core.campaign import Campaign
from phonetui.core.translation import tr


def practise(arguments: Namespace) -> Answer:
    """Practise until every invented voter has had a result, or the caller leaves."""
    laptop = this_laptop()
    account = next(iter(load_accounts(laptop.folders)), None)
    known = asyncio.run(resume(laptop, account)) if account else None
    campaign = asyncio.run(known_campaign(laptop, known)) if known else None
    if campaign is None:
        say(tr("No campaign's script is on this computer yet: here is the sample campaign's."))
    settings = as_shown(load_settings(laptop.folders.settings_file, os.environ))
    opened: list[PracticeDesk] = []

    async def open_desk() -> PracticeDesk:
        wanted = campaign is not None and campaign.practice_first

        async def practised() -> None:
            if known is not None:
                await tell_campaign(known)

        name = account.told_voters if account else tr("Dana")
        called, clock = campaign or _sample(), SystemClock()
        phone = practice_line(clock, called, settings.pace, settings.countdown)
        desk = PracticeDesk(called, name, clock, practised if wanted else None, phone)
        opened.append(desk)
        return desk

    code = show(open_desk, settings)
    return Answer(opened[0].told if opened else "", None, code)


async def known_campaign(laptop: Laptop, known: SignedIn) -> Campaign | None:
    """The campaign in the account's journal, if there is one yet; raises `Refused` where a desk has it open."""
    from phonetui.client.journal import Journal

    account = known.account
    path = journal_path(laptop.folders, account, account.campaign_id)
    if not account.campaign_id or not path.exists():
        return None
    journal = await Journal.open(path, known.key)
    try:
        return (await journal.load()).campaign
    finally:
        await journal.close()


async def tell_campaign(known: SignedIn) -> None:
    """Say that the caller has practised; raises `Refused`."""
    from phonetui.client.phonetui_server import PhonetuiServer

    server = PhonetuiServer(known.account.server_url, known.token)
    try:
        await server.practised(known.account.campaign_id)
    finally:
        await server.close()


def _sample() -> Campaign:
    from phonetui.core.campaign_file import read
    from phonetui.demo.campaign import sample

    return read(sample(SystemClock().now().date()), "riverside.yaml").campaign
