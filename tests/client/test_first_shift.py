"""A caller is new to the desk once: until they were shown around, or have saved a result."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec

from phonetui.client.account import Account, knows_desk, load_accounts, now_knows_desk, save_account
from phonetui.client.first_shift import FirstShift
from phonetui.client.folders import folders_in
from phonetui.core.call_actions import Forward, Result, Skip
from phonetui.core.refusal import Refused
from tests.client.people import lease
from tests.client.test_desk import CampaignServer, Evening, sit_down

DANA = Account(
    server_url="https://calls.example.org", email="dana@example.org", caller_id="c1", name="Dana", device_id="d",
    key_id="k1",
)  # fmt: skip
LEE = msgspec.structs.replace(DANA, email="lee@example.org", caller_id="c2", name="Lee", key_id="k2")


def test_a_result_ends_it_and_nothing_less(tmp_path: Path) -> None:
    kept: list[str] = []

    async def story(evening: Evening) -> None:
        desk = evening.desk
        desk.first_shift = FirstShift(is_new=True, remember=lambda: kept.append("knows the desk"))
        await evening.shows("Ana")
        await desk.act(Forward())
        await desk.act(Skip())
        assert desk.first_shift.is_new
        await desk.act(Result("not_home"))
        assert not desk.first_shift.is_new
        await desk.act(Result("not_home"))

    sit_down(tmp_path, CampaignServer(lease(1), lease(2), lease(3)), story)
    assert kept == ["knows the desk"]


def test_where_it_cannot_be_kept_the_call_is_saved_all_the_same(tmp_path: Path) -> None:
    def full() -> None:
        raise Refused("The disk is full.")

    async def story(evening: Evening) -> None:
        evening.desk.first_shift = FirstShift(is_new=True, remember=full)
        await evening.shows("Ana")
        await evening.desk.act(Result("not_home"))
        assert evening.said() == "not_home saved for Ana"
        assert not evening.desk.first_shift.is_new

    assert len(sit_down(tmp_path, CampaignServer(lease(1)), story).earlier) == 1


def test_it_is_remembered_of_the_one_caller_for_good(tmp_path: Path) -> None:
    folders = folders_in(tmp_path)
    save_account(folders, LEE)
    save_account(folders, DANA)
    now_knows_desk(folders, DANA)
    assert knows_desk(folders, DANA)
    assert not knows_desk(folders, LEE)
    assert [account.name for account in load_accounts(folders)] == ["Dana", "Lee"]
    save_account(folders, msgspec.structs.replace(DANA, campaign_id="weekend"))
    assert knows_desk(folders, DANA)


def test_who_is_shown_around_is_not_new_any_more() -> None:
    first = FirstShift(is_new=True)
    asyncio.run(first.over())
    assert not first.is_new
