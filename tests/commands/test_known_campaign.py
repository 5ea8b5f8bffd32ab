"""The campaign to practise with is the one in the caller's own journal, as the last exchange brought it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest

from phonetui.client.account import Account, journal_path
from phonetui.client.credentials import SecretsInMemory
from phonetui.client.folders import folders_in
from phonetui.client.journal import Journal
from phonetui.client.outbox import Taken
from phonetui.client.sign_in import Laptop, SignedIn
from phonetui.commands.practice import known_campaign
from phonetui.core.campaign import Campaign
from phonetui.core.refusal import Refused
from tests.client.people import KEY, lease, reply
from tests.core.example import CAMPAIGN

DANA = Account(
    server_url="https://calls.example.org", email="dana@example.org", caller_id="c1", name="Dana", device_id="d",
    key_id="k", campaign_id="weekend",
)  # fmt: skip


def laptop(tmp_path: Path) -> Laptop:
    return Laptop(folders_in(tmp_path), SecretsInMemory(), lambda: "made")


def known(tmp_path: Path, account: Account = DANA) -> Campaign | None:
    return asyncio.run(known_campaign(laptop(tmp_path), SignedIn(account=account, key=KEY, token="t")))


def exchanged(tmp_path: Path, campaign: Campaign | None) -> None:
    """Dana has called for the campaign; without one the server has not answered yet."""

    async def call() -> None:
        journal = await Journal.open(journal_path(folders_in(tmp_path), DANA, "weekend"), KEY)
        if campaign is not None:
            await journal.take(Taken(reply=reply(leases=(lease(1),), campaign=campaign)))
        await journal.close()

    asyncio.run(call())


def test_it_is_read_as_the_last_exchange_brought_it_and_the_calls_stay_as_they_are(tmp_path: Path) -> None:
    exchanged(tmp_path, CAMPAIGN)
    newer = msgspec.structs.replace(CAMPAIGN, version=CAMPAIGN.version + 1, practice_first=True)
    exchanged(tmp_path, newer)
    assert known(tmp_path) == newer

    async def on_hand() -> int:
        journal = await Journal.open(journal_path(folders_in(tmp_path), DANA, "weekend"), KEY)
        held = (await journal.load()).held
        await journal.close()
        return len(held)

    assert asyncio.run(on_hand()) == 1


def test_there_is_none_before_the_first_exchange_nor_without_a_campaign_and_nothing_is_made(tmp_path: Path) -> None:
    assert known(tmp_path) is None
    assert known(tmp_path, msgspec.structs.replace(DANA, campaign_id="")) is None
    assert not list(tmp_path.rglob("*.journal"))
    exchanged(tmp_path, None)
    assert known(tmp_path) is None


def test_while_a_call_screen_has_the_calls_it_says_so(tmp_path: Path) -> None:
    exchanged(tmp_path, CAMPAIGN)

    async def story() -> None:
        path = journal_path(folders_in(tmp_path), DANA, "weekend")
        journal = await Journal.open(path, KEY)
        try:
            with pytest.raises(Refused) as refused:
                await known_campaign(laptop(tmp_path), SignedIn(account=DANA, key=KEY, token="t"))
        finally:
            await journal.close()
        assert str(refused.value) == (
            f"Another phonetui has the calls in {path.parent} open; go on there, or close it first."
        )

    asyncio.run(story())
