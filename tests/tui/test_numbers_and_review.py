"""Numbers, breaks, practice, and correcting calls of today, in the full screen."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import msgspec
import pytest
from textual import events

from phonetui.client.pacing import Pacing
from phonetui.client.today import MadeCall, Today
from phonetui.core.campaign import Answer, Question, Step
from phonetui.core.event import Outcome
from phonetui.core.when import clock
from phonetui.tui.break_screen import BreakScreen
from phonetui.tui.numbers_screen import NumbersScreen
from phonetui.tui.practice_screen import PracticeScreen
from phonetui.tui.presentation.numbers import bar, sparkline
from phonetui.wire import Lease
from tests.tui.desk_in_memory import DeskClock, DeskInMemory
from tests.tui.sample import CAMPAIGN, HOUSEHOLDS, NOW
from tests.tui.stage import Stage, play


def outcome(seq: int, minutes: int, result: str, **answers: str) -> Outcome:
    """What came of a call that was over so many minutes ago."""
    at = NOW - timedelta(minutes=minutes)
    return Outcome(
        id=f"e{seq}",
        seq=seq,
        at=at,
        campaign_id="riverside",
        voter_id=HOUSEHOLDS[0].voters[0].voter_id if seq == 1 else f"v{seq}",
        disposition=result,
        number_ending="01",
        answers=answers,
        talked=bool(answers),
        shown_at=at - timedelta(minutes=5),
    )


CALLS = (outcome(1, 40, "talked", plan="sure"), outcome(2, 20, "not_home"), outcome(3, 2, "not_home"))


def after_three_calls() -> DeskInMemory:
    desk = DeskInMemory()
    desk.shift.add(CALLS)
    desk.pacing = Pacing(desk.shift, Today(CALLS), DeskClock(desk))
    tickets = {voter.voter_id: "t" for voter in HOUSEHOLDS[0].voters}
    lease = Lease(HOUSEHOLDS[0], NOW + timedelta(hours=2), tickets)
    desk.made = (
        MadeCall("e2", CALLS[1].at, CALLS[1], "sent"),
        MadeCall("e1", CALLS[0].at, CALLS[0], "unsent", lease),
    )
    return desk


def test_the_numbers_stand_in_a_table_with_bars_that_have_their_numbers_beside_them() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("=")
        await stage.sees("This shift       3        1    33%      1      4.0")
        await stage.sees("3 of 40 calls to today's goal; the 37 left will reach about 6 people.")
        await stage.sees("3 calls")
        assert any("Not home" in line and "█ 2" in line for line in stage.lines)
        assert isinstance(stage.app.screen, NumbersScreen)
        await stage.press("x")
        assert not isinstance(stage.app.screen, NumbersScreen)
        assert stage.desk.done == []

    play(story, after_three_calls())


@pytest.mark.parametrize("size", [(60, 20), (120, 40)])
def test_the_numbers_fit_every_window(size: tuple[int, int]) -> None:
    async def story(stage: Stage) -> None:
        await stage.press("=")
        await stage.sees("Last hour")
        assert not any("…" in line for line in stage.lines)

    play(story, after_three_calls(), size=size)


def test_bars_and_sparks_are_as_long_and_as_high_as_their_share() -> None:
    assert [bar(share, 2) for share in (0, 0.01, 0.5, 1, 7)] == ["", "▏", "█", "██", "██"]
    assert sparkline((0, 1, 4, 8)) == " ▁▄█"
    assert sparkline((0, 0)) == "  "


def test_a_break_says_since_when_and_any_key_ends_it_and_does_nothing_else() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("p")
        await stage.sees("On a break since")
        assert isinstance(stage.app.screen, BreakScreen)
        assert not any("Soo-Jin" in line for line in stage.lines)
        stage.desk.now = NOW + timedelta(minutes=7)
        await stage.press("n")
        await stage.sees("Welcome back, after 7 min.")
        assert stage.desk.done == []
        assert stage.desk.pacing.resting_since is None

    play(story)


def test_nobody_takes_a_break_in_a_call() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("space", "p")
        await stage.sees("First save what came of this call; then take your break.")

    play(story)


def test_a_call_of_today_is_opened_and_corrected() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("o")
        await stage.sees("Talked, not sent yet")
        await stage.sees("somebody of an earlier shift")
        await stage.press("2")
        await stage.sees("Result: Talked")
        await stage.press("2")
        await stage.sees("Note")
        await stage.types("kind")
        await stage.press("enter")
        await stage.sees("Note: kind")
        await stage.sees("Yes, already sure")
        await stage.press("3")
        await stage.sees("Leaning yes")
        await stage.press("2")
        await stage.sees("Save the correction")
        await stage.press("6")
        await stage.until(lambda: bool(stage.desk.done))
        assert stage.desk.done == ["correct e1 to talked {'plan': 'leaning'} “kind”"]

    play(story, after_three_calls())


def test_the_form_reads_as_the_voter_heard_it_and_says_when_they_are_called_back() -> None:
    desk = after_three_calls()
    question = Question("name", {"en": "Is this {first_name}?"}, (Answer("yes", {"en": "{first_name} speaking"}),))
    desk.campaign = msgspec.structs.replace(CAMPAIGN, steps=(Step("open", {}, question), *CAMPAIGN.steps))
    asked = msgspec.structs.replace(
        desk.made[1].outcome, disposition="call_back", call_at=NOW + timedelta(hours=19), answers={"name": "yes"}
    )
    desk.made = (msgspec.structs.replace(desk.made[1], outcome=asked),)

    async def story(stage: Stage) -> None:
        await stage.press("o", "1")
        await stage.sees("Result: Call back, tomorrow at 10:12 am there")
        await stage.sees("Is this Soo-Jin?")
        await stage.sees("Soo-Jin speaking")
        await stage.press("3")
        await stage.sees("✓ Soo-Jin speaking")

    play(story, desk)


@pytest.mark.parametrize(
    ("keys", "said", "done"),
    [
        ("32", "cat", "{'which': 'cat'}"),
        ("332", "goose", "{'which-2': 'goose'}"),
        ("42", "goose", "{'which-2': 'goose'}"),
    ],
    ids=["the first page", "on to the second", "the second page"],
)
def test_a_question_of_several_pages_keeps_one_answer_when_it_is_corrected(keys: str, said: str, done: str) -> None:
    def page(number: str, *answers: Answer) -> Step:
        return Step(f"which{number}", {}, Question(f"which{number}", {"en": "Which animal?"}, answers))

    dog, cat, duck, goose = (Answer(name, {"en": name}, "open") for name in ("dog", "cat", "duck", "goose"))
    more = Answer("more", {"en": "Another"}, "which-2")
    desk = after_three_calls()
    first, second = page("", dog, cat, more), page("-2", duck, goose)
    desk.campaign = msgspec.structs.replace(CAMPAIGN, steps=(first, second, *CAMPAIGN.steps))
    told = msgspec.structs.replace(desk.made[1].outcome, answers={"which": "more", "which-2": "duck"})
    desk.made = (msgspec.structs.replace(desk.made[1], outcome=told),)

    async def story(stage: Stage) -> None:
        await stage.press("o", "1")
        await stage.sees("Result: Talked")
        for key in keys:
            await stage.press(key)
        await stage.sees("Save the correction")
        assert any(said in line for line in stage.lines)
        await stage.press("6")
        await stage.until(lambda: bool(stage.desk.done))
        assert stage.desk.done == [f"correct e1 to talked {done} “”"]

    play(story, desk)


def test_what_makes_no_sense_is_refused_and_can_be_mended() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("o")
        await stage.sees("Today's calls")
        await stage.press("2")
        await stage.sees("Result: Talked")
        await stage.press("1")
        await stage.sees("The right result")
        await stage.press("1")
        await stage.sees("Result: Not home")
        await stage.press("6")
        await stage.sees("! “Not home” means that nobody was spoken with")
        await stage.press("1")
        await stage.sees("Take all answers out")
        await stage.press("5")
        await stage.until(lambda: not any("Take all answers out" in line for line in stage.lines))
        await stage.press("4")
        await stage.until(lambda: bool(stage.desk.done))
        assert stage.desk.done == ["correct e1 to not_home {} “”"]

    play(story, after_three_calls())


@pytest.mark.parametrize("rounds", range(0, 18, 6))
def test_no_key_is_lost_between_one_list_and_the_next(rounds: int) -> None:
    async def story(stage: Stage) -> None:
        for key in "o21154":
            stage.app.post_message(events.Key(key, key))
            for _ in range(rounds):
                await asyncio.sleep(0)
        await stage.until(lambda: bool(stage.desk.done))
        assert stage.desk.done == ["correct e1 to not_home {} “”"]
        assert stage.desk.call.draft.place.answers == {}

    play(story, after_three_calls())


def test_a_correction_that_is_left_is_asked_about_and_a_call_of_nobody_says_why_not() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("o")
        await stage.sees("Today's calls")
        await stage.press("2")
        await stage.sees("Take all answers out")
        await stage.press("5")
        await stage.sees("Save the correction")
        await stage.press("escape")
        await stage.sees("2 forget")
        await stage.press("2")
        await stage.sees("Today's calls")
        await stage.press("1")
        await stage.sees(f"! Who was called at {clock(CALLS[1].at.astimezone())} left this computer")
        assert stage.desk.done == []

    play(story, after_three_calls())


def test_without_calls_there_is_nothing_to_look_over() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("o")
        await stage.sees("There are no calls of today yet.")

    play(story)


def test_practice_is_the_same_screen_marked_and_leads_back_to_the_real_voter() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("%")
        await stage.sees("PRACTICE · Riverside Votes")
        assert isinstance(stage.app.screen, PracticeScreen)
        await stage.sees("eight times. Nobody answers.")
        await stage.sees("practice: nothing is counted or sent")
        await stage.pilot.pause(0.3)
        await stage.press("n")
        await stage.sees("Right: nobody answered")
        await stage.press("q")
        await stage.sees("Press q again to leave practice; nothing of it is kept.")
        await stage.press("q")
        await stage.sees("Soo-Jin")
        assert not isinstance(stage.app.screen, PracticeScreen)
        assert stage.desk.done == []

    play(story)
