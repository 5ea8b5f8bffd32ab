"""A voter was left on the screen, and meanwhile the campaign was shut to this caller, or the voter taken back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from phonetui.core.call_actions import Note, Result, Skip
from phonetui.wire import CampaignState, Out
from tests.client.people import NOON, reply
from tests.client.test_desk import ANA, BEN, CampaignServer, Evening, Killed, see_ana, sit_down


def shut_while_away(tmp_path: Path, state: CampaignState, first: Callable[[Evening], Awaitable[None]]) -> None:
    """An evening with Ana on the screen ends; before the next start the campaign is not open any more."""
    server = CampaignServer(ANA, BEN)
    sit_down(tmp_path, server, see_ana)
    server.down, server.state = None, state
    sit_down(tmp_path, server, first)


@pytest.mark.parametrize(
    ("state", "title"), [("closed", "The campaign is closed"), ("paused", "The campaign is paused")]
)
def test_a_start_into_a_campaign_that_is_not_open_any_more_shows_nobody_to_call(
    tmp_path: Path, state: CampaignState, title: str
) -> None:
    async def starts_again(evening: Evening) -> None:
        assert evening.on_screen() == "Ana"  # as the laptop last knew
        await evening.until(lambda: evening.desk.view.waiting is not None)
        assert evening.desk.view.waiting is not None
        assert (evening.desk.view.waiting.title, evening.desk.view.unsent) == (title, 0)
        evening.server.news.put_nowait(reply(at=NOON + timedelta(minutes=1)))
        await evening.shows("Ana")

    shut_while_away(tmp_path, state, starts_again)


def test_the_laptop_that_knows_of_the_pause_shows_nobody_from_the_start(tmp_path: Path) -> None:
    async def waits(evening: Evening) -> None:
        await evening.until(lambda: evening.desk.view.waiting is not None)

    async def starts_again(evening: Evening) -> None:
        assert evening.on_screen() == ""
        assert evening.desk.view.waiting is not None
        assert evening.desk.view.waiting.title == "The campaign is paused"

    shut_while_away(tmp_path, "paused", waits)
    sit_down(tmp_path, CampaignServer(ANA, BEN, state="paused"), starts_again)


def test_what_was_typed_is_there_after_a_start_into_a_closed_campaign(tmp_path: Path) -> None:
    server = CampaignServer(ANA, BEN)

    async def killed_in_a_call(evening: Evening) -> None:
        await see_ana(evening)
        await evening.desk.act(Note("Will vote early"))
        raise Killed

    async def starts_again(evening: Evening) -> None:
        await evening.until(lambda: evening.desk.view.verdict.reason == "closed")
        assert (evening.on_screen(), evening.desk.view.call.draft.note) == ("Ana", "Will vote early")
        assert evening.desk.view.warning == ""
        await evening.desk.act(Result("refused"))
        assert evening.on_screen() == ""

    sit_down(tmp_path, server, killed_in_a_call)
    server.down, server.state = None, "closed"
    sit_down(tmp_path, server, starts_again)


def test_whoever_began_without_a_line_keeps_the_voter_whom_they_may_be_talking_to(tmp_path: Path) -> None:
    server = CampaignServer(ANA, BEN)
    sit_down(tmp_path, server, see_ana)

    async def starts_again(evening: Evening) -> None:
        await evening.until(lambda: evening.desk.view.line.state == "offline")
        server.down, server.state = None, "closed"
        evening.desk.try_now()
        await evening.until(lambda: evening.desk.view.verdict.reason == "closed")
        assert evening.on_screen() == "Ana"
        assert evening.desk.view.warning == "The campaign is closed: nobody is called any more; skip them to go on."

    sit_down(tmp_path, server, starts_again)


def test_a_number_that_asked_not_to_be_called_meanwhile_makes_way_for_the_next_voter(tmp_path: Path) -> None:
    server = CampaignServer(ANA, BEN)
    sit_down(tmp_path, server, see_ana)
    server.down, server.leases, server.ended = None, (BEN,), ("h1",)
    sit_down(tmp_path, server, lambda evening: evening.shows("Ben"))


def test_whom_the_campaign_takes_back_meanwhile_is_told_as_that_with_a_way_on(tmp_path: Path) -> None:
    async def call(evening: Evening) -> None:
        await evening.shows("Ana")
        server.leases = (BEN,)
        server.news.put_nowait(reply(at=NOON + timedelta(minutes=1), ended=("h1",)))
        await evening.until(lambda: not evening.desk.view.verdict.allowed)
        assert evening.desk.view.warning == "This voter is not on your list any more; skip them to go on."
        await evening.desk.act(Skip())
        assert evening.on_screen() == "Ben"

    server = CampaignServer(ANA, BEN)
    sit_down(tmp_path, server, call)


def test_whoever_was_removed_is_told_that_and_not_that_the_campaign_is_closed(tmp_path: Path) -> None:
    async def call(evening: Evening) -> None:
        await evening.shows("Ana")
        removed = reply(
            at=NOON + timedelta(minutes=1), ended=("h1", "h2"), campaign_state="closed", out=Out(removed=True)
        )
        server.leases = ()
        server.news.put_nowait(removed)
        await evening.until(lambda: not evening.desk.view.verdict.allowed)
        assert evening.desk.view.warning == ("You are not among this campaign's callers any more; skip them to go on.")
        await evening.desk.act(Skip())
        assert evening.desk.view.waiting is not None
        assert evening.desk.view.waiting.title == "You are not among this campaign's callers any more"

    server = CampaignServer(ANA, BEN)
    sit_down(tmp_path, server, call)
