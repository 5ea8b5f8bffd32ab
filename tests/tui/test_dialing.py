"""Something dials for the caller: one glance says where the call stands, and Enter goes on with what comes next."""

from __future__ import annotations

import asyncio

import msgspec
import pytest
from rich.console import Console
from textual import events

from phonetui.client.first_shift import FirstShift
from phonetui.client.phone_line import PhoneLine
from phonetui.client.settings import ThemeName
from phonetui.core.campaign import Dialing
from phonetui.core.phone_call import CallEvent, Ending, Engine, Pace
from phonetui.core.refusal import Refused
from phonetui.tui.app import PhonetuiApp
from phonetui.tui.call_screen import CallScreen
from phonetui.tui.voter_pane import VoterPane
from tests.client.test_phone_line import Engine as Phone
from tests.tui.desk_in_memory import DeskClock, DeskInMemory
from tests.tui.sample import CAMPAIGN
from tests.tui.screens import DISCLOSURE, TEXT, script
from tests.tui.stage import Stage, Story, play

POWER = Dialing(paces=("manual", "preview", "power"), power_mobiles=True)


async def forever(seconds: float) -> None:
    """A countdown that stands still."""
    await asyncio.Event().wait()


class Dialed:
    """A desk with a phone that does what the story says."""

    def __init__(self, pace: Pace = "preview", phone: Phone | None = None, engine: Engine = "fake") -> None:
        self.phone = phone or Phone()
        self.desk = DeskInMemory(campaign=msgspec.structs.replace(CAMPAIGN, dialing=POWER))
        self.desk.phone = PhoneLine(DeskClock(self.desk), self.phone, engine, pace, wait=forever)

    def plays(
        self,
        story: Story,
        *,
        size: tuple[int, int] = (80, 24),
        theme: ThemeName = "dark",
        flash: bool = False,
        beep: bool = False,
    ) -> None:
        play(story, self.desk, size=size, theme=theme, beep=beep, flash=flash)

    def hears(self, state: str, ending: Ending | None = None) -> None:
        call_id = f"call {len(self.phone.dialed)}"
        self.phone.told.tell(msgspec.convert({"call_id": call_id, "state": state, "ending": ending}, CallEvent))

    async def is_dialed(self, stage: Stage, times: int = 1) -> None:
        await stage.until(lambda: len(self.phone.dialed) == times, f"call {times}")

    async def is_talking(self, stage: Stage) -> None:
        await stage.press("enter")
        await self.is_dialed(stage)
        self.hears("talking")
        await stage.sees("● Talking 0:00")


def test_enter_dials_and_the_screen_tells_how_the_call_stands_until_it_ends() -> None:
    dana = Dialed()

    async def story(stage: Stage) -> None:
        assert "Enter dial" in stage.status
        await stage.press("enter")
        await stage.sees("◌ Dialing")
        dana.hears("ringing")
        await stage.sees("◌ Ringing")
        assert "- hang up  , mute" in stage.status
        dana.hears("talking")
        await stage.sees("● Talking 0:00")
        stage.desk.tick += 67
        await stage.comes_to_rest()
        await stage.sees("● Talking 1:07")
        await stage.press("comma")
        await stage.sees("MUTED")
        assert ", unmute" in stage.status
        await stage.press("comma", "minus")
        await stage.until(lambda: dana.phone.did == ["mutes", "is heard", "hangs up"])
        dana.hears("ended", "completed")
        await stage.sees("The call has ended")
        assert '" dial again' in stage.status

    dana.plays(story)
    assert dana.phone.dialed == ["+18125550166"]


def test_busy_is_offered_and_enter_saves_it_and_then_dials_the_next_voter() -> None:
    dana = Dialed()

    async def story(stage: Stage) -> None:
        await stage.press("enter")
        await dana.is_dialed(stage)
        dana.hears("ended", "busy")
        await stage.sees("b ▸Busy")
        assert "Enter save Busy" in stage.status
        offered = next(y for y, line in enumerate(stage.lines) if "b ▸Busy" in line)
        assert stage.app.cursor_position == (stage.lines[offered].index("b ▸Busy"), offered)
        assert stage.desk.done == ["dial +18125550166"]
        await stage.press("enter")
        await stage.sees("✓ Busy saved for Soo-Jin")
        await stage.press("enter")
        await dana.is_dialed(stage, 2)

    dana.plays(story)
    assert dana.phone.dialed == ["+18125550166", "+18125550188"]


def test_the_second_press_of_an_enter_that_saved_rings_nobody() -> None:
    dana = Dialed()

    async def story(stage: Stage) -> None:
        await stage.press("enter")
        await dana.is_dialed(stage)
        dana.hears("ended", "busy")
        await stage.sees("b ▸Busy")
        stage.desk.change(is_new=True)
        await stage.press("enter", "enter")
        await stage.sees("Too soon after the last key; press it again for this voter.")
        assert len(dana.phone.dialed) == 1
        stage.desk.change(is_new=False)
        await stage.press("enter")
        await dana.is_dialed(stage, 2)

    dana.plays(story)


def test_somebody_who_answers_is_announced_by_a_beep_and_by_a_flash(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []
    monkeypatch.setattr(PhonetuiApp, "bell", lambda app: heard.append("beep"))
    seen: list[bool] = []

    async def story(stage: Stage) -> None:
        await dana.is_talking(stage)
        await stage.pilot.pause()
        seen.append("Somebody has answered." in stage.lines[0])

    for beep, flash in ((True, True), (True, False), (False, True)):
        dana = Dialed()
        dana.plays(story, beep=beep, flash=flash)
    assert (heard, seen) == (["beep", "beep"], [True, False, True])


@pytest.mark.parametrize("key", ["n", "enter", "ctrl+p", "z", "quotation_mark", "escape", "q"])
def test_any_key_stops_the_countdown_and_does_nothing_else(key: str) -> None:
    dana = Dialed("power")

    async def story(stage: Stage) -> None:
        await stage.press("n")
        await stage.sees("Dials in 3 s")
        await stage.sees("any key stops it")
        counts = next(y for y, line in enumerate(stage.lines) if "Dials in 3 s" in line)
        assert stage.app.cursor_position == (1, counts)  # where a braille display looks
        await stage.press(key)
        await stage.until(lambda: not any("Dials in" in line for line in stage.lines), "the end of the countdown")
        assert stage.desk.done == ["not_home Soo-Jin"]
        assert stage.voter == "Vernon Maximilian Whi…"
        await stage.press("enter")
        await dana.is_dialed(stage)

    dana.plays(story)


def test_a_click_stops_the_countdown_too() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("n")
        await stage.sees("Dials in 3 s")
        await stage.click("Refused")
        await stage.until(lambda: not any("Dials in" in line for line in stage.lines), "the end of the countdown")
        assert stage.desk.done == ["not_home Soo-Jin"]

    Dialed("power").plays(story)


def test_a_paste_stops_the_countdown_too() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("n")
        await stage.sees("Dials in 3 s")
        stage.app.post_message(events.Paste("n"))
        await stage.until(lambda: not any("Dials in" in line for line in stage.lines), "the end of the countdown")
        assert stage.desk.done == ["not_home Soo-Jin"]

    Dialed("power").plays(story)


def test_nobody_is_dialed_by_a_countdown_in_a_window_that_is_too_small_to_see_them() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("n")
        await stage.sees("Dials in 3 s")
        await stage.pilot.resize_terminal(50, 18)
        await stage.sees("This window has 50 columns and 18 rows;")
        assert stage.desk.phone.view.seconds_left is None
        assert not any("Dials in" in line for line in stage.lines)
        await stage.resize((80, 24))
        await stage.sees("Enter dial")

    Dialed("power").plays(story)


@pytest.mark.parametrize("size", [(50, 24), (80, 18)])
def test_a_call_is_in_sight_in_a_window_that_is_too_small_and_can_be_ended_there(size: tuple[int, int]) -> None:
    dana = Dialed()

    async def story(stage: Stage) -> None:
        await dana.is_talking(stage)
        await stage.resize(size)
        await stage.sees("● Talking 0:00  - hang up")
        stage.desk.tick += 67
        await stage.comes_to_rest()
        await stage.sees("● Talking 1:07  - hang up")
        await stage.press("n")
        assert dana.phone.did == []
        await stage.press("minus")
        await stage.until(lambda: dana.phone.did == ["hangs up"])
        dana.hears("ended", "completed")
        await stage.sees("The call has ended")
        await stage.press("minus")
        await stage.resize((80, 24))
        await stage.sees("dial again")

    dana.plays(story)


def test_a_pause_is_told_until_the_same_key_goes_on() -> None:
    dana = Dialed("power")

    async def story(stage: Stage) -> None:
        await stage.press("semicolon")
        assert stage.saved == "Paused: nobody is dialed by a countdown until you press ;."
        await stage.press("n")
        await stage.sees("paused")
        assert "; go on" in stage.status
        await stage.press("semicolon")
        assert stage.saved == "Voters are dialed by a countdown again, from the next one on."
        await stage.press("n")
        await stage.sees("Dials in 3 s")

    dana.plays(story)


def test_where_nobody_is_dialed_by_a_countdown_there_is_none_to_pause() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("semicolon")
        assert stage.saved == "Nobody is dialed by a countdown here."

    Dialed().plays(story)


def test_at_the_manual_pace_enter_types_and_the_dialing_key_dials() -> None:
    dana = Dialed("manual")

    async def story(stage: Stage) -> None:
        assert '" dial' in stage.status
        await stage.press("enter")
        assert stage.saved == "There is nothing to type at this step."
        await stage.press("quotation_mark")
        await dana.is_dialed(stage)
        await stage.sees("◌ Dialing")
        await stage.press("quotation_mark")
        assert stage.saved == "A call goes on already."

    dana.plays(story)


def test_the_same_attempt_is_dialed_three_times_and_no_more() -> None:
    dana = Dialed()

    async def story(stage: Stage) -> None:
        for times in (1, 2, 3):
            await stage.press("quotation_mark")
            await dana.is_dialed(stage, times)
            dana.hears("ended", "busy")
            await stage.sees("b ▸Busy")
        await stage.until(lambda: "Enter save Busy" in stage.status and "dial again" not in stage.status)
        await stage.press("quotation_mark")
        assert stage.saved == "This number was dialed often enough; choose a result."

    dana.plays(story)


def test_digits_go_out_as_they_are_typed_and_nothing_else_does() -> None:
    dana = Dialed()

    async def story(stage: Stage) -> None:
        await dana.is_talking(stage)
        await stage.press("number_sign", "1", "2")
        await stage.until(lambda: "".join(dana.phone.did) == "presses 1presses 2")
        await stage.press("a")
        await stage.sees("A phone has the keys 0 to 9, * and #; type these.")
        await stage.press("backspace", "number_sign")
        await stage.until(lambda: dana.phone.did[-1] == "presses #")
        await stage.press("escape")
        await stage.sees("? help")

    dana.plays(story)
    assert dana.phone.did == ["presses 1", "presses 2", "presses #"]


def test_a_call_is_in_sight_while_an_answer_is_looked_up_in_the_voters_place() -> None:
    dana = Dialed()

    async def story(stage: Stage) -> None:
        await dana.is_talking(stage)
        await stage.press("comma", "slash")
        await stage.sees("How do I vote by mail?")
        await stage.comes_to_rest()
        assert stage.lines[0].startswith(" ● Talking 0:00 · MUTED · Riverside Votes")
        await stage.press("escape")
        await stage.until(lambda: stage.lines[0].startswith(" Riverside Votes"), "the title")

    dana.plays(story)


def test_without_a_call_there_are_no_keys_to_press_and_nothing_to_end() -> None:
    async def story(stage: Stage) -> None:
        for key in ("number_sign", "minus", "comma"):
            await stage.press(key)
            assert stage.saved.removeprefix("! ") == "There is no call."

    Dialed().plays(story)


def test_leaving_in_a_call_is_asked_about_and_ends_it() -> None:
    dana = Dialed()

    async def story(stage: Stage) -> None:
        await dana.is_talking(stage)
        await stage.press("q")
        await stage.sees("A call goes on; leaving ends it.")
        await stage.press("2")
        await stage.sees("? help")
        assert stage.app.is_running
        await stage.press("q", "1")
        await stage.until(lambda: not stage.app.is_running or stage.app._exit, "the end")

    dana.plays(story)


def test_ctrl_c_in_a_call_says_first_that_it_ends_it() -> None:
    dana = Dialed()

    async def story(stage: Stage) -> None:
        await dana.is_talking(stage)
        await stage.press("ctrl+c")
        assert stage.saved == "A call goes on, and leaving ends it; press Ctrl-C again to leave."
        await stage.press("ctrl+c")
        await stage.until(lambda: not stage.app.is_running or stage.app._exit, "the end")

    dana.plays(story)


def test_nobody_is_skipped_while_the_line_rings_them() -> None:
    dana = Dialed()

    async def story(stage: Stage) -> None:
        assert "s skip" in stage.status
        await stage.press("enter")
        await dana.is_dialed(stage)
        dana.hears("ringing")
        await stage.sees("◌ Ringing")
        assert "s skip" not in stage.status
        await stage.press("s")
        assert stage.saved == "! You are in a call; end it with - first, or choose a result."
        assert (dana.phone.did, stage.desk.done) == ([], ["dial +18125550166"])
        dana.hears("ended", "no_answer")
        await stage.sees("No answer")
        await stage.press("s")
        assert stage.desk.done[1:] == [f"skip {next(iter(stage.desk.by_id))}"]

    dana.plays(story)


def test_nothing_is_taken_back_in_a_call_for_that_would_end_it() -> None:
    dana = Dialed()

    async def story(stage: Stage) -> None:
        await stage.press("n")
        await dana.is_talking(stage)
        await stage.press("u")
        assert stage.saved == "! Taking a result back now would hang up on this voter; end the call first."
        assert stage.desk.done == ["not_home Soo-Jin", "dial +18125550188"]

    dana.plays(story)


def test_who_comes_back_by_an_undo_is_not_dialed_again_by_enter() -> None:
    dana = Dialed()

    async def story(stage: Stage) -> None:
        await stage.press("enter")
        await dana.is_dialed(stage)
        await stage.press("n", "u")
        await stage.sees("Taken back; choose the right result")
        assert "Enter dial" not in stage.status
        await stage.press("enter")
        assert stage.saved == "There is nothing to type at this step."

    dana.plays(story)
    assert len(dana.phone.dialed) == 1


def test_a_line_that_failed_says_so_and_enter_tries_again() -> None:
    dana = Dialed()

    async def story(stage: Stage) -> None:
        await stage.press("enter")
        await dana.is_dialed(stage)
        dana.hears("ended", "trunk_error")
        await stage.sees("! The line failed, and nobody was called; try again, or dial by hand.")
        await stage.press("enter")
        await dana.is_dialed(stage, 2)

    dana.plays(story)


def test_an_engine_that_cannot_be_had_says_why_and_enter_types_as_ever() -> None:
    class Missing(Phone):
        async def start(self) -> str:
            raise Refused("There is no baresip here; dial by hand.")

    async def story(stage: Stage) -> None:
        await stage.sees("! There is no baresip here; dial by hand.")
        assert "Enter dial" not in stage.status

    Dialed(phone=Missing()).plays(story)


def test_the_script_names_enter_only_where_it_types() -> None:
    dana = Dialed()
    script(TEXT)(dana.desk)

    async def story(stage: Stage) -> None:
        assert not any(line.startswith("Enter") for line in stage.script)
        await dana.is_talking(stage)
        await stage.until(lambda: any(line.startswith("Enter") for line in stage.script), "the key")

    dana.plays(story)


def test_the_result_that_the_script_names_gives_way_to_what_the_end_of_the_call_suggests() -> None:
    dana = Dialed()
    script(DISCLOSURE)(dana.desk)

    async def story(stage: Stage) -> None:
        await dana.is_talking(stage)
        await stage.press("space")
        await stage.until(lambda: "Enter  Talked" in stage.script, "the key")
        dana.hears("ended", "busy")
        await stage.sees("b ▸Busy")
        assert "Talked" in stage.script

    dana.plays(story)


def test_a_book_on_enter_does_not_ring_the_whole_list() -> None:
    """Each call is busy as soon as it is dialed, so that the next repetition saves it and the one after dials on."""
    dana = Dialed()
    last = dana.desk.to_call[-1]
    dana.desk.to_call = [msgspec.structs.replace(last, household_id=f"home {number}") for number in range(30)]

    async def story(stage: Stage) -> None:
        held = events.Key("enter", "\r").time
        for repeated in range(60):
            event = events.Key("enter", "\r")
            event.time = held + 0.03 * repeated
            stage.app.screen.post_message(event)
            await stage.pilot.pause()
            if dana.desk.phone.view.in_call:
                dana.hears("ended", "busy")
                await stage.pilot.pause()
        await stage.sees("That came too fast to be meant; press the key again.")

    dana.plays(story)
    assert 1 <= len(dana.phone.dialed) <= 8


def test_a_phone_that_has_the_number_is_told_of_and_ended_there() -> None:
    dana = Dialed(phone=Phone(frozenset()), engine="link")

    async def story(stage: Stage) -> None:
        await stage.press("enter")
        await dana.is_dialed(stage)
        dana.hears("handed_off")
        await stage.sees("Your phone has the")
        assert "hang up" not in stage.status
        await stage.press("minus")
        assert stage.saved == ""

    dana.plays(story)


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40)])
def test_a_number_is_shown_in_large_digits_and_the_script_again(size: tuple[int, int]) -> None:
    async def story(stage: Stage) -> None:
        await stage.press("colon")
        await stage.sees("███")
        assert not any("¿hablo con" in line for line in stage.lines)
        await stage.press("colon")
        await stage.sees("¿hablo con")
        await stage.press("colon", "escape")
        await stage.sees("¿hablo con")

    play(story, size=size)


def with_a_hidden_number(desk: DeskInMemory) -> DeskInMemory:
    bare = [msgspec.structs.replace(voter, phones=()) for voter in desk.to_call[0].voters]
    desk.to_call = [msgspec.structs.replace(desk.to_call[0], voters=tuple(bare), number="")]
    return desk


def test_a_number_that_the_campaign_hides_is_not_shown_or_copied_and_it_is_said_why() -> None:
    dana = Dialed(engine="bridge")
    with_a_hidden_number(dana.desk)

    async def story(stage: Stage) -> None:
        assert "y copy" not in stage.status
        await stage.press("y")
        assert stage.saved == 'The campaign keeps the number to itself; press " to call.'

    dana.plays(story, size=(120, 40))


def test_where_nothing_but_the_bridge_can_call_a_hidden_number_that_is_said() -> None:
    async def story(stage: Stage) -> None:
        for key in ("colon", "y"):
            await stage.press(key)
            assert "type phonetui settings set dialer bridge to call here." in " ".join(stage.lines[-3:])

    play(story, with_a_hidden_number(DeskInMemory()), size=(120, 40))


def test_the_code_of_a_new_callers_first_voter_has_room_in_the_smallest_window() -> None:
    dana = Dialed(phone=Phone(frozenset()), engine="qr")
    dana.desk.first_shift = FirstShift(is_new=True)

    async def story(stage: Stage) -> None:
        await stage.sees("New here?")
        await stage.press("enter")
        await dana.is_dialed(stage)
        dana.hears("handed_off")
        await stage.sees("█▀▀▀▀▀█")
        assert not any("New here?" in line for line in stage.lines)

    dana.plays(story, size=(60, 20))


def test_after_a_call_that_suggests_nothing_enter_says_what_is_wanted() -> None:
    dana = Dialed()

    async def story(stage: Stage) -> None:
        await dana.is_talking(stage)
        dana.hears("ended", "completed")
        await stage.sees("The call has ended")
        await stage.press("enter")
        assert stage.saved == "Choose a result."

    dana.plays(story)


def test_in_a_small_window_the_code_is_all_there_is() -> None:
    dana = Dialed(phone=Phone(frozenset()), engine="qr")

    async def story(stage: Stage) -> None:
        await stage.press("enter")
        await dana.is_dialed(stage)
        dana.hears("handed_off")
        await stage.sees("█▀▀▀▀▀█")
        await stage.pilot.resize_terminal(40, 18)
        await stage.comes_to_rest()
        await stage.sees("█▀▀▀▀▀█")
        await stage.sees("This window has 40 columns")
        await stage.pilot.resize_terminal(26, 12)
        await stage.comes_to_rest()
        assert not any("█▀▀▀▀▀█" in line for line in stage.lines)

    dana.plays(story)


@pytest.mark.parametrize("size", [(60, 20), (80, 24)])
def test_without_colours_it_is_said_that_no_code_shows(size: tuple[int, int]) -> None:
    dana = Dialed(phone=Phone(frozenset()), engine="qr")

    async def story(stage: Stage) -> None:
        await stage.press("enter")
        await dana.is_dialed(stage)
        dana.hears("handed_off")
        await stage.sees("No code shows here")
        assert not any("█" in line for line in stage.lines)

    dana.plays(story, size=size, theme="plain")


def test_a_terminal_without_these_letters_is_told_so_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Console, "encoding", "ascii")
    dana = Dialed(phone=Phone(frozenset()), engine="qr")

    async def story(stage: Stage) -> None:
        await stage.press("enter")
        await dana.is_dialed(stage)
        dana.hears("handed_off")
        await stage.sees("No code shows here")
        await stage.press("colon")
        await stage.sees("######")

    dana.plays(story)


def test_a_second_more_of_a_talk_paints_that_second_alone() -> None:
    dana = Dialed()

    async def story(stage: Stage) -> None:
        await dana.is_talking(stage)
        await stage.comes_to_rest()
        stage.desk.tick += 1
        screen = stage.app.screen
        assert isinstance(screen, CallScreen)
        screen.view = stage.desk.view
        (changed,) = screen.query_one(VoterPane).update()
        assert "".join(span.text for span in changed.spans) == "0:01"

    dana.plays(story)
