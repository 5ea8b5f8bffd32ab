"""A promise made without a line, at a real desk over a real journal."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from phonetui.client.campaign_server import Offline
from phonetui.core.call_actions import Result
from phonetui.core.event import Outcome, decode
from phonetui.core.standard_dispositions import USUAL
from tests.client import test_desk as desks
from tests.client.people import NOON, lease
from tests.client.test_desk import CampaignServer, Evening, Killed, sit_down

HALF_PAST = NOON + timedelta(minutes=30)


def test_it_survives_a_kill_and_comes_first_when_it_is_due(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desks, "OPEN_NOW", msgspec.structs.replace(desks.OPEN_NOW, dispositions=USUAL))
    server = CampaignServer(lease(1), lease(2, names=("Ben",)), lease(3, names=("Cho",)))

    async def before(evening: Evening) -> None:
        await evening.shows("Ana")
        server.down = Offline("The line is down.")
        await evening.desk.act(Result("call_back", HALF_PAST, to_me=True))
        assert evening.on_screen() == "Ben"
        raise Killed

    async def after(evening: Evening) -> None:
        monkeypatch.setattr(evening.desk._clock, "ids", 10)  # ids are never given twice
        assert evening.on_screen() == "Ben"
        await evening.desk.act(Result("not_home"))
        assert evening.on_screen() == "Ana"
        view = evening.desk.view
        assert (view.promised_at, view.promised_by_you, view.verdict.allowed) == (HALF_PAST, True, True)
        await evening.desk.act(Result("talked"))
        assert evening.on_screen() == "Cho"

    sit_down(tmp_path, server, before)
    loaded = sit_down(tmp_path, server, after, later=timedelta(minutes=31))
    outcomes = [event for entry in loaded.unsent if isinstance(event := decode(entry.body), Outcome)]
    assert [one.disposition for one in outcomes] == ["call_back", "not_home", "talked"]
    assert [held.finished for held in loaded.held] == [False]


def test_until_then_the_screen_says_when_it_is_due(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desks, "OPEN_NOW", msgspec.structs.replace(desks.OPEN_NOW, dispositions=USUAL))
    server = CampaignServer(lease(1))

    async def story(evening: Evening) -> None:
        await evening.shows("Ana")
        server.down = Offline("The line is down.")
        await evening.desk.act(Result("call_back", HALF_PAST))
        waiting = evening.desk.view.waiting
        assert waiting is not None
        assert (waiting.title, waiting.until) == ("A promised call comes next", HALF_PAST)
        assert waiting.text.startswith(
            "Nobody else is on hand. The call back that was promised is due today at 12:30 pm, their time"
        )

    sit_down(tmp_path, server, story)
