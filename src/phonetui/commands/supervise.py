"""`phonetui supervise`: an evening, for those who run it."""

from __future__ import annotations

import asyncio
import os
import random
import sys
from argparse import Namespace
from importlib.util import find_spec

from phonetui.client.account import Account
from phonetui.client.campaign_server import NoExchange
from phonetui.client.clock import SystemClock
from phonetui.client.open_campaigns import heading
from phonetui.client.phonetui_server import PhonetuiServer
from phonetui.client.settings import load_settings
from phonetui.client.sign_in import SignedIn
from phonetui.client.supervisors_desk import SupervisorsDesk
from phonetui.client.supervisors_server import SupervisorsServer
from phonetui.client.zetkin_address import is_zetkin
from phonetui.commands import asking
from phonetui.commands.account import last_used, opened
from phonetui.commands.answer import Answer
from phonetui.commands.call_screen import this_laptop
from phonetui.commands.front_end import why_plain
from phonetui.commands.terminal import at_terminal
from phonetui.core.refusal import Refused
from phonetui.core.translation import later, tr
from phonetui.wire import Membership

_WITHOUT_CHARTS = later(
    "The supervisors' screen needs a package for its charts, which is not installed; type: "
    "pipx install 'phonetui[supervise]'"
)
_AT_ZETKIN = later("Evenings at Zetkin are run on Zetkin's own pages; log in to a phonetui server for this.")
_NONE = later("You run no campaign; ask the owner of one to make you a supervisor.")


def supervise(arguments: Namespace) -> Answer | None:
    """Shows the evening of a campaign until the supervisor leaves: in a screen, or line by line."""
    laptop = this_laptop()
    settings = load_settings(laptop.folders.settings_file, os.environ)
    why = why_plain(os.environ)
    plain = settings.front == "plain" or bool(why)
    if not plain and find_spec("textual_plotext") is None:
        raise Refused(tr(_WITHOUT_CHARTS))
    account = last_used(laptop)
    if is_zetkin(account.server_url):
        raise Refused(tr(_AT_ZETKIN))
    signed_in = asyncio.run(opened(laptop, account))
    campaign_id = arguments.campaign or _campaign(signed_in)

    async def open_desk() -> SupervisorsDesk:
        server = SupervisorsServer(account.server_url, signed_in.token, campaign_id)
        return SupervisorsDesk(server, SystemClock(), random.random)

    if not plain:
        from phonetui.supervise import app

        return Answer("", None, app.supervise(open_desk, theme=settings.theme))
    from phonetui.supervise import plain as line_by_line

    if settings.front == "full":
        asking.say(why)
    line_by_line.supervise(open_desk, sys.stdin, sys.stdout)
    return None


def _campaign(signed_in: SignedIn) -> str:
    """The campaign to run: the only one, else the one that is chosen; where no server answers, the one called for."""
    account = signed_in.account
    try:
        campaigns = asyncio.run(_campaigns(account, signed_in.token))
    except NoExchange:
        if not account.campaign_id:
            raise
        return account.campaign_id
    own = [each for each in campaigns if each.role != "caller"]
    if not own:
        raise Refused(tr(_NONE))
    own.sort(key=lambda each: each.campaign_id != account.campaign_id)
    if len(own) > 1 and at_terminal():
        return own[asking.choose(tr("Which campaign do you run?"), [heading(each) for each in own])].campaign_id
    return own[0].campaign_id


async def _campaigns(account: Account, token: str) -> tuple[Membership, ...]:
    server = PhonetuiServer(account.server_url, token)
    try:
        return await server.campaigns()
    finally:
        await server.close()
