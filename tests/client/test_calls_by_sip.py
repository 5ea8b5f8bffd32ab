"""Real calls from the desk: baresip at a provider on loopback, the voters of a journal."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from pathlib import Path

import pytest

from phonetui.core.event import Dial, Event, Outcome
from tests.client.sip_desk import SipDesk, sit_down
from tests.dial.caller import processes_about
from tests.dial.sip_provider import RINGS, Provider, answers, needs_sip, refuses, takes

pytestmark = needs_sip


def saved(events: Sequence[Event]) -> list[str]:
    return [event.disposition for event in events if isinstance(event, Outcome)]


def dialed(events: Sequence[Event]) -> list[str]:
    assert {event.engine for event in events if isinstance(event, Dial)} == {"baresip"}
    return [event.by for event in events if isinstance(event, Dial)]


def kill_baresip(folder: Path) -> None:
    for each in processes_about(str(folder)):
        if Path(f"/proc/{each}/comm").read_text("utf-8") == "baresip\n":
            os.kill(each, signal.SIGKILL)


def test_they_answer_and_the_result_hangs_up(tmp_path: Path) -> None:
    async def story(dana: SipDesk) -> None:
        first = dana.number
        await dana.dials()
        await dana.talks()
        assert (dana.phone.state, dana.phone.answers, dana.phone.offered) == ("talking", 1, "")
        await dana.saves("refused")
        assert dana.number not in ("", first)
        assert provider.hears("BYE")

    with Provider(tmp_path, RINGS, answers(), takes("BYE")) as provider:
        assert saved(sit_down(tmp_path, provider.port, story)) == ["refused"]


def test_with_no_countdown_each_result_dials_the_next_voter_once_the_line_is_free(tmp_path: Path) -> None:
    async def story(dana: SipDesk) -> None:
        await dana.dials()
        for answered in (1, 2, 3):
            await dana.talks()
            assert (dana.phone.answers, dana.phone.alarm) == (answered, False)
            await dana.saves("refused")

    with Provider(tmp_path, RINGS, answers(), takes("BYE")) as provider:
        events = sit_down(tmp_path, provider.port, story, "power")
    assert saved(events) == ["refused"] * 3
    assert dialed(events) == ["key", "countdown", "countdown"]


def test_a_busy_voter_is_offered_as_busy_and_saved_by_the_caller(tmp_path: Path) -> None:
    async def story(dana: SipDesk) -> None:
        first = dana.number
        await dana.dials()
        await dana.until(lambda phone: phone.offered == "busy")
        assert (dana.phone.said, dana.number) == ("Busy", first)
        await dana.saves(dana.phone.offered)

    with Provider(tmp_path, RINGS, refuses("486 Busy Here")) as provider:
        assert saved(sit_down(tmp_path, provider.port, story)) == ["busy"]


def test_a_voter_who_is_dialed_again_is_one_attempt(tmp_path: Path) -> None:
    async def story(dana: SipDesk) -> None:
        for _ in range(2):
            await dana.dials()
            await dana.until(lambda phone: phone.offered == "busy")
        await dana.saves("busy")

    with Provider(tmp_path, RINGS, refuses("486 Busy Here")) as provider:
        events = sit_down(tmp_path, provider.port, story)
    assert saved(events) == ["busy"]
    assert dialed(events) == ["key", "redial"]


def test_a_line_that_is_dead_twice_rests_and_counts_nothing(tmp_path: Path) -> None:
    async def story(dana: SipDesk) -> None:
        for _ in range(2):
            assert not dana.phone.pauses
            await dana.dials()
            await dana.until(lambda phone: phone.can_dial)
        assert (dana.phone.pauses, dana.phone.offered) == (True, "")
        assert dana.phone.said == "The line failed twice in a row, so the pace rests; dial by hand, or try it again."

    with Provider(tmp_path, refuses("503 Service Unavailable")) as provider:
        assert saved(sit_down(tmp_path, provider.port, story, "power")) == []


def test_after_the_death_of_baresip_in_mid_call_the_outcome_is_saved_and_the_caller_dials_by_hand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(dana: SipDesk) -> None:
        await dana.dials()
        await dana.talks()
        kill_baresip(dana.engine.folder)
        await dana.until(lambda phone: not phone.in_call)
        assert dana.phone.said == "The call has ended, and nobody said why"
        await dana.saves("refused")
        monkeypatch.setenv("PATH", str(tmp_path))
        dana.desk.phone.dial()
        await dana.until(lambda phone: phone.alarm)
        assert dana.phone.said == (
            "baresip is not installed here; install it with your package manager, or dial by hand."
        )
        await dana.saves("not_home")

    with Provider(tmp_path, RINGS, answers(), takes("BYE")) as provider:
        assert saved(sit_down(tmp_path, provider.port, story)) == ["refused", "not_home"]
