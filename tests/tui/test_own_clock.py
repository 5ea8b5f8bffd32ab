"""A caller's own times are the laptop's, whatever the campaign's zone is."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from phonetui.client.journal_records import Told
from tests.tui.desk_in_memory import DeskInMemory
from tests.tui.sample import NOW
from tests.tui.screens import after_three_calls
from tests.tui.stage import Stage, play


@pytest.fixture(autouse=True)
def in_denver(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two hours behind the campaign."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "America/Denver")
        time.tzset()
        yield
    time.tzset()


def test_todays_calls_and_notices_are_told_by_the_laptops_clock() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("o")
        await stage.sees("1:52 pm  somebody of an earlier shift")
        await stage.press("escape", "*")
        await stage.sees("2:12 pm The office is open.")

    desk = DeskInMemory()
    after_three_calls(desk)
    desk.told = (Told("1", NOW, "The office is open.", seen=True),)
    play(story, desk)
