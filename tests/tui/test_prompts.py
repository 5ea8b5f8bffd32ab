from __future__ import annotations

import asyncio
import time
from pathlib import Path

import msgspec
import pytest
from textual import events

from phonetui.core.call_actions import Action, Note
from phonetui.core.standard_dispositions import QUIET
from phonetui.core.word import WrongRecord
from tests.tui.desk_in_memory import DeskInMemory
from tests.tui.sample import CAMPAIGN, HOUSEHOLDS
from tests.tui.stage import Stage, play

HOME = Path.home()


def test_a_note_is_typed_in_the_last_line_and_goes_with_the_result() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("i")
        await stage.sees("It goes with the result. Enter saves, Esc closes.")
        await stage.types("nobody home")
        assert stage.status == "Note  nobody home"
        await stage.press("enter")
        assert stage.desk.call.draft.note == "nobody home"
        assert stage.desk.done == []
        assert any(line.startswith(" nobody home") for line in stage.lines)

    play(story)


def test_a_note_is_opened_again_to_be_mended() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("i")
        await stage.types("one")
        await stage.press("enter", "i")
        await stage.types(" two")
        await stage.press("enter")
        assert stage.desk.call.draft.note == "one two"

    play(story)


def test_escape_closes_the_note_and_loses_none_of_it() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("i")
        await stage.types("note one")
        await stage.press("escape")
        await stage.until(lambda: stage.desk.call.draft.note == "note one", "the note as it was typed")
        assert stage.status.startswith("● online")
        assert stage.saved == ""
        await stage.press("i")
        assert stage.status == "Note  note one"

    play(story)


def test_a_note_is_saved_as_it_is_typed() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("i")
        await stage.types("half a")
        await stage.until(lambda: stage.desk.call.draft.note == "half a", "the note so far")
        assert stage.status == "Note  half a"
        await stage.press("backspace")
        await stage.until(lambda: stage.desk.call.draft.note == "half", "the note so far")

    play(story)


def test_a_note_that_cannot_be_saved_says_why_while_it_is_typed() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("i")
        stage.desk.refusing = "The disk is full."
        await stage.press("n")
        await stage.sees("! The disk is full.")
        stage.desk.refusing = ""
        await stage.press("o", "enter")
        assert stage.desk.call.draft.note == "no"

    play(story)


def test_what_is_typed_before_the_line_is_there_is_not_lost() -> None:
    async def story(stage: Stage) -> None:
        for key in ("i", "n", "n", "enter"):
            stage.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await stage.until(lambda: stage.desk.call.draft.note == "nn", "the note")
        assert stage.desk.done == []

    play(story)


@pytest.mark.parametrize("rounds", range(0, 24, 3))
def test_no_letter_is_lost_while_the_line_comes_up(rounds: int) -> None:
    async def story(stage: Stage) -> None:
        stage.app.post_message(events.Key("i", "i"))
        for letter in "abcdefgh":
            for _ in range(rounds):
                await asyncio.sleep(0)
            stage.app.post_message(events.Key(letter, letter))
        await stage.until(lambda: stage.desk.call.draft.note == "abcdefgh", f"the note after {rounds} rounds")

    play(story)


def test_keys_that_a_busy_computer_reads_together_were_not_pressed_together() -> None:
    async def story(stage: Stage) -> None:
        for place, key in enumerate(("i", "a", "enter", "n")):
            event = events.Key(key, key if len(key) == 1 else None)
            event.time += (place - 4) * 0.1
            stage.app.post_message(event)
        await stage.until(lambda: bool(stage.desk.done), "the result")
        assert stage.desk.done == ["not_home Soo-Jin"]

    play(story)


@pytest.mark.parametrize("rounds", range(0, 24, 3))
def test_a_note_that_being_told_to_end_cuts_off_is_neither_a_failure_nor_a_result(rounds: int) -> None:
    async def story(stage: Stage) -> None:
        stage.app.post_message(events.Key("i", "i"))
        for _ in range(rounds):
            await asyncio.sleep(0)
        stage.app.exit()
        for _ in range(20):
            stage.app.post_message(events.Key("n", "n"))
            await asyncio.sleep(0)

    desk = DeskInMemory()
    assert play(story, desk).crash is None
    assert desk.done == []


class SlowDesk(DeskInMemory):
    """Takes its time to save a note, as a slow disk does."""

    def __init__(self) -> None:
        super().__init__()
        self.saves = asyncio.Event()

    async def act(self, action: Action) -> None:
        if isinstance(action, Note):
            await self.saves.wait()
        await super().act(action)


def test_a_key_pressed_while_a_note_is_being_saved_is_kept_and_acted_on_in_its_turn() -> None:
    desk = SlowDesk()

    async def story(stage: Stage) -> None:
        await stage.press("i")
        await stage.types("x")
        await stage.press("enter", "space", "n")
        assert desk.done == []
        desk.saves.set()
        await stage.until(lambda: bool(desk.done), "the result")
        assert stage.voter.startswith("Vernon")
        assert desk.drafts[-1].note == "x"

    play(story, desk)


def test_a_key_for_the_next_question_waits_for_it() -> None:
    desk = SlowDesk()

    async def story(stage: Stage) -> None:
        await stage.press("i")
        await stage.types("x")
        await stage.press("enter", "g", "n", "o")
        desk.saves.set()
        await stage.sees("Script  no")
        await stage.press("enter")
        assert desk.done == ["remark open: no"]

    play(story, desk)


@pytest.mark.parametrize("rounds", range(0, 24, 3))
def test_no_key_after_enter_is_typed_into_the_note_or_lost(rounds: int) -> None:
    async def story(stage: Stage) -> None:
        await stage.press("i")
        await stage.types("x")
        now = time.monotonic()
        for place, (key, character) in enumerate((("enter", None), ("space", " "), ("s", "s"))):
            event = events.Key(key, character)
            event.time = now + place
            stage.app.post_message(event)
            for _ in range(rounds):
                await asyncio.sleep(0)
        await stage.sees("Skip  1 skip all the same")
        assert stage.desk.call.draft.note == "x"
        assert len(stage.desk.call.draft.place.steps) == 2
        await stage.press("1")
        await stage.until(lambda: stage.desk.done == ["skip h1"], f"the skip after {rounds} rounds")

    play(story)


def test_what_is_pasted_with_enters_in_it_saves_no_result() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("i")
        for key in ("x", "enter", "n"):  # a terminal that does not say so: all at once
            stage.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await stage.sees("That came too fast to be meant; press the key again.")
        assert stage.desk.call.draft.note == "x"
        assert stage.desk.done == []

    play(story)


def test_a_pasted_note_loses_what_is_not_text() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("i")
        stage.app.post_message(events.Paste("call \x1b]52;c;eA==\x07after\nsix\u202e"))
        await stage.sees("Note  call ]52;c;eA==after six")
        await stage.press("enter")
        assert stage.desk.call.draft.note == "call ]52;c;eA==after six"

    play(story)


def test_a_correction_asks_what_is_wrong_and_goes_to_the_campaign() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("e")
        assert stage.status == "Wrong is the  1 name  2 number  3 address  4 other                  Esc closes"
        await stage.press("2")
        await stage.types("812 555 0199")
        assert stage.status == "The right number  812 555 0199"
        await stage.press("enter")
        assert stage.desk.done == ["report number: 812 555 0199"]
        assert stage.saved == "✓ Written down for the campaign"

    play(story)


def test_a_number_that_is_none_is_refused_and_stays_to_be_mended() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("e", "2")
        await stage.types("555 019")
        await stage.press("enter")
        await stage.sees("! “555 019” is not a whole phone number; type it with its area code, like 812")
        assert stage.desk.done == []
        await stage.sees("The right number  555 019")
        await stage.press("home")
        await stage.types("812 ")
        await stage.press("end")
        await stage.types("9, after six")
        await stage.press("enter")
        assert stage.desk.done == ["report number: 812 555 0199, after six"]

    play(story)


@pytest.mark.parametrize("text", ["(812) 555-0199", "+1 812.555.0199", "812-555-0199 ext. 7", "+44 20 7946 0123"])
def test_a_number_may_be_written_in_any_way(text: str) -> None:
    WrongRecord("number", text).check()


@pytest.mark.parametrize(
    ("keys", "asked", "typed"),
    [
        (["g"], "Script", "too long"),
        (["e", "1"], "The right name", "Sujin"),
        (["a"], "Ask", "until when?"),
        (["c", "3"], "Call back at", "Sat morn"),
    ],
)
def test_what_was_typed_into_a_line_that_was_closed_stands_there_again(keys: list[str], asked: str, typed: str) -> None:
    async def story(stage: Stage) -> None:
        await stage.press(*keys)
        await stage.types(typed)
        await stage.press("escape")
        await stage.sees("● online")
        assert stage.desk.done == []
        await stage.press("escape", *keys)
        assert stage.status == f"{asked}  {typed}"
        await stage.press("escape", "n", *keys)
        await stage.sees(asked)
        assert typed not in stage.status  # somebody else is called

    play(story)


def test_no_other_key_does_anything_while_a_choice_is_open() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("e", "n", "q", "escape")
        assert stage.desk.done == []
        assert stage.status.startswith("● online")

    play(story)


def test_a_choice_can_be_clicked() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("e")
        await stage.click("3 address")
        await stage.sees("The right address")
        await stage.press("escape", "e")
        await stage.click("Esc")
        assert stage.status.startswith("● online")

    play(story)


def test_a_remark_about_the_script_names_its_step() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("space", "g")
        await stage.types("too long")
        await stage.press("enter")
        assert stage.desk.done == ["remark plan: too long"]
        assert stage.saved == "✓ Written down for the campaign"

    play(story)


def test_nothing_typed_sends_nothing() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("g", "enter", "e", "1", "enter")
        assert stage.desk.done == []

    play(story)


def test_call_back_tonight_takes_two_keys() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("c")
        assert stage.status.startswith("Call back  1 tonight 7:00 pm  2 tomorrow 3:12 pm  3 other")
        await stage.press("1")
        assert stage.desk.done == ["call_back Soo-Jin at 2026-11-21T19:00:00-06:00"]
        assert stage.voter == "Felipe Acosta"

    play(story)


def test_call_back_tomorrow_at_this_time() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("c", "2")
        assert stage.desk.done == ["call_back Soo-Jin at 2026-11-22T15:12:00-06:00"]

    play(story)


def test_a_typed_time_that_cannot_be_says_why_and_stays_to_be_mended() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("c", "3")
        assert stage.saved == "A time there, such as 18:30, tomorrow 6pm, Sat morning or in 20 minutes."
        await stage.types("10pm")
        await stage.press("enter")
        assert stage.saved == "! Today at 10:00 pm is outside calling hours; they open tomorrow at 9:00 am."
        assert stage.status == "Call back at  10pm"
        await stage.press("backspace", "backspace", "backspace", "backspace")
        await stage.types("6pm")
        await stage.press("enter")
        assert stage.desk.done == ["call_back Soo-Jin at 2026-11-21T18:00:00-06:00"]

    play(story)


def test_a_time_that_is_not_offered_says_why() -> None:
    desk = DeskInMemory(HOUSEHOLDS)
    desk.change(now=desk.now.replace(day=22, hour=2, minute=30))

    async def story(stage: Stage) -> None:
        await stage.press("c")
        assert stage.status.startswith("Call back  1 tonight  2 tomorrow 8:30 pm")
        await stage.press("1")
        assert stage.saved == "! Today at 9:30 pm is outside calling hours; they open tomorrow at 9:00 am."
        assert stage.desk.done == []

    play(story, desk)


def test_a_key_keeps_the_call_back_for_oneself_and_gives_it_to_anyone_again() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("c")
        assert "4 to me" in stage.status
        await stage.press("4")
        assert stage.saved == "It waits for you a while if you are calling then; 4 gives it to anyone."
        assert "4 to anyone" in stage.status
        await stage.press("4")
        assert stage.saved == "It goes to whoever is calling then; 4 keeps it for you."
        await stage.press("4", "1")
        assert stage.desk.done == ["call_back Soo-Jin at 2026-11-21T19:00:00-06:00 to me"]

    play(story)


def hold_off() -> DeskInMemory:
    """Callers may leave voters alone until a day."""
    return DeskInMemory(HOUSEHOLDS, msgspec.structs.replace(CAMPAIGN, dispositions=(*CAMPAIGN.dispositions, QUIET)))


def test_who_asks_to_be_left_alone_is_asked_until_when() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("h")
        assert stage.status.startswith("Hold off  1 a week, Nov 28  2 two weeks, Dec 5  3 other")
        await stage.press("1")
        assert stage.desk.done == ["quiet Soo-Jin at 2026-11-28T09:00:00-06:00"]

    play(story, hold_off())


def test_the_day_may_be_said_in_words_and_stays_to_be_mended() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("h", "3")
        assert stage.saved == "A day there, such as Monday, Nov 30 or in 10 days."
        await stage.types("6pm")
        await stage.press("enter")
        assert stage.saved == "! “6pm” is not a day; type one alone, like Monday, Nov 30 or in 10 days."
        await stage.press("backspace", "backspace", "backspace")
        await stage.types("Nov 30")
        await stage.press("enter")
        assert stage.desk.done == ["quiet Soo-Jin at 2026-11-30T09:00:00-06:00"]

    play(story, hold_off())


def test_a_voter_whose_hours_end_on_the_screen_is_warned_of() -> None:
    async def story(stage: Stage) -> None:
        stage.desk.change(now=stage.desk.now.replace(day=22, hour=3, minute=30))
        await stage.press("tab", "tab")
        assert any(line.startswith(" ! It is outside calling hours where this voter lives") for line in stage.lines)
        assert stage.saved == "9:00 am, their time."

    play(story)


@pytest.mark.parametrize("size", [(60, 20), (80, 24)])
@pytest.mark.parametrize("label", ["後で\n電話\nする", "Call back later, " * 100], ids=["broken", "long"])
def test_the_way_out_is_seen_under_a_call_back_of_many_words(size: tuple[int, int], label: str) -> None:
    dispositions = [
        msgspec.structs.replace(each, label={"en": label}) if each.call_back else each for each in CAMPAIGN.dispositions
    ]
    campaign = msgspec.structs.replace(CAMPAIGN, dispositions=tuple(dispositions))

    async def story(stage: Stage) -> None:
        await stage.press("c")
        assert stage.status.endswith(("Esc", "Esc closes"))
        await stage.press("escape")
        assert not any("Esc" in line for line in stage.lines)
        assert stage.desk.done == []

    play(story, DeskInMemory(HOUSEHOLDS, campaign), size=size)


def test_closing_the_question_saves_no_call_back() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("c", "escape")
        assert stage.desk.done == []
        await stage.press("c", "3", "escape", "n")
        assert stage.desk.done == ["not_home Soo-Jin"]

    play(story)


def test_what_cannot_be_saved_is_told() -> None:
    async def story(stage: Stage) -> None:
        stage.desk.refusing = "The disk is full."
        await stage.press("c", "1")
        assert stage.saved == "! The disk is full."
        assert stage.voter == "Soo-Jin De La Cruz"

    play(story)


def test_what_is_unsent_is_written_to_a_file_that_is_asked_for() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("f8")
        assert stage.saved == "For a stick; whoever has it can read it. Enter writes the file, Esc closes."
        assert stage.status == "File  ~/phonetui-results.jsonl"
        stage.desk.refusing = "There is such a file already; name a new one."
        await stage.press("2", "enter")
        await stage.sees("! There is such a file already; name a new one.")
        assert stage.status == "File  ~/phonetui-results.jsonl2"
        stage.desk.refusing = ""
        await stage.press("enter")
        assert stage.desk.done == [f"export {HOME / 'phonetui-results.jsonl2'}"]
        assert stage.saved == "✓ Written to phonetui-results.jsonl2; it stays here too until confirmed"

    play(story)
