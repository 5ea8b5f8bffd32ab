"""`phonetui campaigns`: what is open to the account last used, its phone banks, and a calendar file of them."""

from __future__ import annotations

import asyncio
from argparse import Namespace
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TypeVar

from phonetui.client.account import Account
from phonetui.client.account_server import AccountServer, server_of
from phonetui.client.clock import SystemClock
from phonetui.client.elsewhere import save_calendar
from phonetui.client.open_campaigns import about, find_phone_bank, heading, phone_bank_line, typed_name
from phonetui.client.sign_in import Laptop
from phonetui.commands.account import last_used, opened
from phonetui.commands.answer import Answer
from phonetui.commands.call_screen import this_laptop
from phonetui.core.translation import later, tr, tr_n
from phonetui.wire import Membership, OpenPhoneBank

Result = TypeVar("Result")
Change = Callable[[str, str], Awaitable[None]]

NONE = later("No campaign is open to this account now; ask the campaign for an invitation.")


def list_campaigns(arguments: Namespace) -> Answer:
    """Hours today, languages, what is left, who calls now, and the phone banks to come."""
    campaigns = asked(_campaigns)
    now = SystemClock().now()
    parts = ["\n".join(campaign_lines(campaigns, campaign, now)) for campaign in campaigns]
    return Answer("\n\n".join(parts) or tr(NONE), {"campaigns": campaigns})


def sign_up(arguments: Namespace) -> Answer:
    """Signs the caller up for a phone bank."""
    campaign, bank = asked(lambda server: _change(server, arguments.name, server.sign_up))
    line = phone_bank_line(campaign, OpenPhoneBank(bank.phone_bank, bank.signed_up + (not bank.you), you=True))
    return Answer(f"{heading(campaign)}: {line}", {"campaign": campaign.campaign_id, "phone_bank": bank.phone_bank.id})


def cancel(arguments: Namespace) -> Answer:
    """Signs the caller off again."""
    campaign, bank = asked(lambda server: _change(server, arguments.name, server.cancel))
    facts = {"campaign": campaign.campaign_id, "phone_bank": bank.phone_bank.id}
    return Answer(
        tr(
            "You are not signed up any more: {phone_bank}",
            phone_bank=phone_bank_line(campaign, OpenPhoneBank(bank.phone_bank)),
        ),
        facts,
    )


def write_calendar(arguments: Namespace) -> Answer:
    """Writes the phone banks that the caller signed up for to a file for a calendar."""
    laptop, file = this_laptop(), arguments.file
    account = last_used(laptop)
    campaigns = asked(_campaigns, laptop, account)
    count = save_calendar(file, campaigns, account.server_url, SystemClock(), replace=arguments.force)
    told = tr_n(
        "{file} holds one phone bank; open it with your calendar.",
        "{file} holds {n} phone banks; open it with your calendar.",
        count,
        file=file,
    )
    return Answer(told, {"file": str(file), "phone_banks": count})


def campaign_lines(campaigns: Sequence[Membership], campaign: Membership, now: datetime) -> list[str]:
    """One of the campaigns for people to read."""
    named = [(bank, typed_name(campaigns, campaign, bank)) for bank in campaign.phone_banks]
    banks = [f"  {phone_bank_line(campaign, bank)} [{name}]" for bank, name in named]
    return [heading(campaign), f"  {about(campaign, now)}", *banks]


def asked(
    question: Callable[[AccountServer], Awaitable[Result]],
    laptop: Laptop | None = None,
    account: Account | None = None,
) -> Result:
    """What the server of the account last used answers, with the caller's token; raises `Refused`."""
    here = laptop or this_laptop()

    async def ask() -> Result:
        signed_in = await opened(here, account or last_used(here))
        server = server_of(here.folders, signed_in, here.secrets)
        try:
            return await question(server)
        finally:
            await server.close()

    return asyncio.run(ask())


async def _campaigns(server: AccountServer) -> tuple[Membership, ...]:
    return await server.campaigns()


async def _change(server: AccountServer, name: str, change: Change) -> tuple[Membership, OpenPhoneBank]:
    """Finds the phone bank and signs up for it, or off; the answer is as it was before."""
    campaign, bank = find_phone_bank(await server.campaigns(), name)
    await change(campaign.campaign_id, bank.phone_bank.id)
    return campaign, bank
