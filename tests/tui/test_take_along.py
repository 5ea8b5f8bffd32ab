"""A caller about to be without a network takes voters along with one key, and hands back who is left."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from phonetui.client.view import Line, Said
from phonetui.core.tally import Tally
from tests.tui.desk_in_memory import DeskInMemory
from tests.tui.sample import CAMPAIGN, NOW
from tests.tui.stage import Stage, play


def with_some_along(**changes: object) -> DeskInMemory:
    """A desk with 87 voters until 9:12 pm."""
    desk = DeskInMemory()
    desk.change(on_hand=87, lent_until=NOW + timedelta(hours=5), taken_along=True, **changes)
    return desk


def test_one_key_and_enter_take_as_many_along_as_the_campaign_allows() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("f6")
        await stage.sees("To call without a network: how many households in all, up to 100? They stay")
        await stage.sees("yours until the day's calling hours end. Enter alone takes 100, Esc closes.")
        assert stage.status == "Households in all"
        await stage.press("enter")
        assert stage.desk.done == ["take along 100"]
        assert stage.saved == "100 voters in 100 households are on hand, to be called without a network"
        assert stage.status.startswith("● online · all sent · 100 on hand until 9:12 pm")

    play(story)


def test_another_number_is_typed_and_one_that_cannot_be_stays_to_be_mended() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("f6")
        await stage.sees("Households in all")
        await stage.types("400")
        await stage.press("enter")
        await stage.sees("! Type a number from 1 to 100.")
        assert stage.status == "Households in all  400"
        await stage.press("backspace", "enter")
        assert stage.desk.done == ["take along 40"]

    play(story)


def test_as_long_as_the_campaign_has_not_answered_the_same_key_says_so_and_stops_it() -> None:
    async def story(stage: Stage) -> None:
        stage.desk.change(asked_along=100, line=Line("offline", NOW))
        await stage.sees("○ offline")
        await stage.press("f6")
        await stage.sees("The campaign has not answered yet; 100 households are asked for.")
        await stage.press("x", "enter")
        await stage.sees("! Type a number from 0 to 100.")
        await stage.press("backspace", "0", "enter")
        assert stage.desk.done == ["take along 0"]

    play(story)


def test_nobody_is_taken_along_without_a_connection() -> None:
    async def story(stage: Stage) -> None:
        stage.desk.change(line=Line("offline", NOW))
        await stage.sees("○ offline")
        await stage.press("f6")
        assert stage.saved == "Voters are taken along while there is a connection; there is none now."

    play(story)


def test_a_campaign_that_lets_nobody_take_voters_along_says_so() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("f6")
        assert stage.saved == "This campaign lends nobody for longer than two hours."

    play(story, DeskInMemory(campaign=msgspec.structs.replace(CAMPAIGN, take_along=0)))


def test_whoever_leaves_with_voters_taken_along_may_hand_them_back() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("q", "q")
        await stage.sees("87 voters are still lent to you. Given back, others can call them today.")
        await stage.press("escape")
        assert stage.voter == "Soo-Jin De La Cruz"
        await stage.press("q", "q")
        await stage.sees("1 give back  2 keep for later")
        await stage.press("1")
        assert stage.desk.done == ["give back"]
        assert stage.app._exit

    play(story, with_some_along())


def test_or_keep_them_for_later() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("q", "q")
        await stage.sees("2 keep for later")
        await stage.press("2")
        assert stage.desk.done == []
        assert stage.app._exit

    play(story, with_some_along())


def test_where_it_cannot_be_saved_the_caller_stays() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("q", "q")
        await stage.sees("1 give back")
        stage.desk.refusing = "The disk is full."
        await stage.press("1")
        assert not stage.app._exit

    play(story, with_some_along())


def test_without_a_network_nobody_is_asked() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("q", "q")
        assert stage.app._exit

    play(story, with_some_along(line=Line("offline", NOW)))


def test_out_of_voters_the_screen_shows_the_days_work_and_goes_on_by_itself() -> None:
    async def story(stage: Stage) -> None:
        today = Tally(attempts=3, contacted=frozenset("a"), results={"not_home": 2, "talked": 1, "gone": 1})
        homes, stage.desk.to_call = stage.desk.to_call, []
        stage.desk.call = type(stage.desk.call)()
        stage.desk.change(today=today, line=Line("offline", NOW), said=Said(""))
        await stage.sees("3 calls · 1 contact · 0 talks")
        assert "2 Not home · 1 Talked · 1 gone" in stage.script
        stage.desk.to_call = homes
        stage.desk._next()
        stage.desk.change(line=Line("online"))
        await stage.sees("Soo-Jin De La Cruz")

    play(story)
