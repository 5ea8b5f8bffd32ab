"""Which campaigns a laptop knows of that cannot ask anybody."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec

from phonetui.client.account import journal_path
from phonetui.client.folders import folders_in
from phonetui.client.journal import Journal
from phonetui.client.kept_campaigns import kept_campaigns
from phonetui.client.outbox import Taken
from tests.client.people import KEY, reply
from tests.client.test_sending import DANA, record
from tests.core.example import CAMPAIGN


def journal_of(home: Path, campaign_id: str) -> Path:
    return journal_path(folders_in(home), DANA, campaign_id)


async def heard_of(home: Path, campaign_id: str, name: str) -> None:
    """The campaign's script has come to this laptop."""
    campaign = msgspec.structs.replace(CAMPAIGN, campaign_id=campaign_id, name=name)
    journal = await Journal.open(journal_of(home, campaign_id), KEY)
    await journal.take(Taken(reply=reply(campaign=campaign)))
    await journal.close()


def known(home: Path, open_here: str, key: bytes = KEY) -> list[tuple[str, str]]:
    found = kept_campaigns(folders_in(home), DANA, key, journal_of(home, open_here))
    return [(each.campaign_id, each.name) for each in found]


def test_the_others_are_known_by_name_and_the_one_that_is_open_is_not_touched(tmp_path: Path) -> None:
    for campaign_id, name in (("fall", "Weekend turnout"), ("schools", "Schools"), ("levee", "Levee")):
        asyncio.run(heard_of(tmp_path, campaign_id, name))
    assert known(tmp_path, "fall") == [("levee", "Levee"), ("schools", "Schools")]


def test_what_cannot_be_read_or_was_never_heard_of_is_left_out(tmp_path: Path) -> None:
    asyncio.run(heard_of(tmp_path, "levee", "Levee"))
    asyncio.run(record(journal_of(tmp_path, "schools"), 1))
    journal_of(tmp_path, "budget").write_bytes(b"no journal" * 1000)
    assert known(tmp_path, "fall") == [("levee", "Levee")]
    assert known(tmp_path, "fall", bytes(32)) == []


def test_one_that_another_phonetui_has_open_is_left_out(tmp_path: Path) -> None:
    asyncio.run(heard_of(tmp_path, "levee", "Levee"))

    async def story() -> None:
        journal = await Journal.open(journal_of(tmp_path, "levee"), KEY)
        try:
            assert known(tmp_path, "fall") == []
        finally:
            await journal.close()

    asyncio.run(story())
