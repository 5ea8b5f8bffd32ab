from __future__ import annotations

from collections.abc import Coroutine
from datetime import timedelta

import msgspec
import pytest
from textual import events

from phonetui.client.view import Line, Offered, Waiting
from phonetui.core.voter import Household
from phonetui.tui.call_screen import CallScreen
from tests.tui.desk_in_memory import DeskInMemory
from tests.tui.sample import CAMPAIGN, HOUSEHOLDS, NOW, SOO_JIN, VERNON
from tests.tui.stage import Stage, play


def only(*households: Household) -> DeskInMemory:
    return DeskInMemory(households)


def test_the_first_voter_is_there_with_script_and_results() -> None:
    async def story(stage: Stage) -> None:
        assert stage.voter == "Soo-Jin De La Cruz"
        assert stage.script[0] == "Hola, ¿hablo con Soo-Jin?"
        assert stage.lines[1].endswith("│ n  Not home")
        assert stage.status.startswith("● online · all sent · 24 on hand")

    play(story)


def test_one_key_saves_the_result_and_shows_the_next_voter() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("n")
        assert stage.desk.done == ["not_home Soo-Jin"]
        assert stage.voter == "Vernon Maximilian Whi…"
        assert stage.saved == "✓ Not home saved for Soo-Jin · u undo"
        assert "13 calls" in stage.lines[0]

    play(story)


def test_after_one_persons_result_the_others_at_the_number_come_next() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("t")
        assert stage.voter == "Felipe Acosta"
        await stage.press("r")
        assert stage.voter == "Vernon Maximilian Whi…"
        assert stage.desk.done == ["talked Soo-Jin", "refused Felipe"]

    play(story)


def test_undo_brings_the_voter_back_with_what_was_typed() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("space", "2", "r", "u")
        assert stage.voter == "Soo-Jin De La Cruz"
        assert stage.desk.done == ["refused Soo-Jin", "undo refused"]
        await stage.press("backspace")
        assert "2 ✓ Quizás sí" in stage.script

    play(story)


def test_answers_from_a_talk_are_not_lost_by_one_key() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("space", "2", "n")
        await stage.sees("There are answers from a talk; press n again to save “Not home” without them.")
        assert stage.desk.done == []
        await stage.press("n")
        assert stage.desk.done == ["not_home Soo-Jin"]

    play(story)


def test_a_digit_answers_and_moves_on_and_backspace_goes_back() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("space")
        assert stage.script[-1] == "2 of 5 · Space"
        await stage.press("4")
        assert stage.script[-1] == "5 of 5 · choose a result"
        await stage.press("backspace", "1")
        assert stage.script[-1] == "3 of 5 · Space"

    play(story)


def test_a_digit_without_an_answer_is_told() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("7")
        assert stage.saved == "There is no answer 7 here."

    play(story)


def test_deceased_wants_its_key_again() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("d")
        assert stage.desk.done == []
        assert any(line.endswith("│ press d again") for line in stage.lines)
        assert stage.saved == "Deceased for Soo-Jin? Press d again, or Esc."
        await stage.press("d")
        assert stage.desk.done == ["deceased Soo-Jin"]

    play(story)


def test_escape_leaves_a_result_that_wants_its_key_again() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("!", "escape")
        assert any(line.endswith("│ !  Do not call") for line in stage.lines)
        await stage.press("!")
        assert stage.desk.done == []

    play(story)


def test_skip_gives_the_household_back() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("s")
        assert stage.desk.done == ["skip h1"]
        assert stage.voter == "Vernon Maximilian Whi…"
        assert stage.saved == "Skipped; somebody will call later"

    play(story)


def test_a_skip_that_would_lose_what_was_typed_is_asked_about() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("i", *"Rides", "enter", "s")
        assert stage.saved == "A skip sends no note and no answers: what was typed here would be lost."
        await stage.press("escape")
        assert "skip h1" not in stage.desk.done
        await stage.press("s", "2")
        assert "skip h1" not in stage.desk.done
        await stage.press("s", "1")
        assert stage.desk.done[-1] == "skip h1"

    play(story)


def test_copy_takes_the_number_to_the_clipboard_and_tells_the_campaign() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("y")
        assert stage.app.clipboard == "+18125550166"
        assert stage.desk.done == ["dial +18125550166"]
        assert stage.saved == "Copied (812) 555-0166; paste it into your phone."

    play(story)


def test_a_result_that_cannot_be_saved_leaves_the_screen_where_it_is() -> None:
    async def story(stage: Stage) -> None:
        stage.desk.refusing = "The disk is full; free some space and press the key again."
        await stage.press("n")
        assert stage.voter == "Soo-Jin De La Cruz"
        assert stage.saved == "! The disk is full; free some space and press the key again."
        stage.desk.refusing = ""
        await stage.press("n")
        assert stage.voter == "Vernon Maximilian Whi…"

    play(story)


def test_a_long_refusal_takes_the_lines_it_needs_and_gives_them_back() -> None:
    async def story(stage: Stage) -> None:
        stage.desk.refusing = "The journal cannot be written because this laptop's disk is full; free some space."
        await stage.press("n")
        assert [row.strip() for row in stage.lines[-3:-1]] == [
            "! The journal cannot be written because this laptop's disk is full; free some",
            "space.",
        ]
        assert stage.status.startswith("● online")
        stage.desk.refusing = ""
        await stage.press("n")
        assert stage.saved == "✓ Not home saved for Soo-Jin · u undo"
        assert stage.lines[-3].startswith(" " * 24 + "│")

    play(story)


def test_a_long_script_scrolls_by_space_before_it_goes_on() -> None:
    long = msgspec.structs.replace(CAMPAIGN.steps[0], say={"en": " ".join(f"word{n}" for n in range(200))})
    campaign = msgspec.structs.replace(CAMPAIGN, steps=(long, *CAMPAIGN.steps[1:]))

    async def story(stage: Stage) -> None:
        assert stage.script[0].startswith("word0 ")
        assert stage.script[-1] == "Space more"
        await stage.press("space")
        assert not stage.script[0].startswith("word0 ")
        await stage.press("backspace")
        assert stage.script[0].startswith("word0 ")
        while stage.script[-1] == "Space more":
            await stage.press("space")
        assert stage.script[-2].endswith("word199")
        await stage.press("space")
        assert stage.script[-1] == "2 of 5 · Space"

    play(story, DeskInMemory(HOUSEHOLDS[1:], campaign))


def test_the_wheel_turns_the_script() -> None:
    long = msgspec.structs.replace(CAMPAIGN.steps[0], say={"en": " ".join(f"word{n}" for n in range(200))})
    campaign = msgspec.structs.replace(CAMPAIGN, steps=(long, *CAMPAIGN.steps[1:]))

    async def story(stage: Stage) -> None:
        script = stage.app.screen.query_one("#script")
        script.post_message(events.MouseScrollDown(script, 1, 1, 0, 1, 0, False, False, False))
        await stage.until(lambda: not stage.script[0].startswith("word0 "))
        script.post_message(events.MouseScrollUp(script, 1, 1, 0, -1, 0, False, False, False))
        await stage.until(lambda: stage.script[0].startswith("word0 "))

    play(story, DeskInMemory(HOUSEHOLDS[1:], campaign))


def test_tab_shows_all_that_is_known_of_the_voter_and_the_script_again() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("tab")
        assert stage.script[:2] == ["Soo-Jin De La Cruz", "25 · ind · Spanish"]
        assert stage.script[-1] == "Space more  Tab script"
        await stage.press("space")
        assert "register by Nov 9" in stage.script
        await stage.press("tab")
        assert stage.script[0] == "Hola, ¿hablo con Soo-Jin?"
        await stage.press("tab", "n")
        assert stage.script[0] == "Hi, is this Vernon?"

    play(story)


def test_with_the_last_voter_gone_the_reason_takes_the_scripts_place() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("n")
        assert stage.script[:2] == ["No voters left just now", "They come by themselves; press q"]
        assert stage.voter == ""
        await stage.press("i")
        assert stage.saved == "There is no voter on the screen."
        await stage.press("u")
        assert stage.voter == "Soo-Jin De La Cruz"

    play(story, only(HOUSEHOLDS[0]))


def test_while_waiting_the_time_of_the_next_try_counts_down_by_itself() -> None:
    async def story(stage: Stage) -> None:
        stage.desk.change(line=Line("offline", NOW, NOW + timedelta(seconds=12)), unsent=3)
        await stage.sees("○ offline 4:12 pm · 3 unsent · 24 on hand · try in 12 s / F5")
        await stage.press("f5")
        assert stage.desk.tries == 1
        assert stage.saved == "Trying now…"
        stage.desk.change(line=Line("offline", NOW))
        assert stage.saved == "Trying now…"
        why = "The campaign server did not answer."
        stage.desk.change(line=Line("offline", NOW, NOW + timedelta(seconds=30), why))
        await stage.sees(why)
        await stage.press("f5")
        stage.desk.change(line=Line("online"))
        await stage.sees("● online")
        assert stage.saved == ""

    play(story)


def test_the_key_to_try_now_says_what_it_does_where_no_try_is_waited_for() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("f5")
        assert stage.saved == "The campaign server was asked just now."

    play(story)


def test_whoever_zetkin_has_signed_out_is_asked_for_no_password() -> None:
    async def story(stage: Stage) -> None:
        at_zetkin = msgspec.structs.replace(CAMPAIGN, campaign_id="zetkin-7-5")
        stage.desk.change(line=Line("signed_out"), campaign=at_zetkin)
        await stage.sees("○ signed out · all sent · q leaves, then phonetui login")
        await stage.press("f5")
        await stage.sees("! Nothing is lost: q leaves, and `phonetui login` logs in to Zetkin again.")
        assert "Password" not in stage.status

    play(story)


def test_whoever_is_signed_out_types_the_password_unseen_and_goes_on() -> None:
    async def story(stage: Stage) -> None:
        stage.desk.change(line=Line("signed_out"))
        await stage.sees("○ signed out · all sent · F5 signs in")
        await stage.press("f5")
        whose = "The password of Dana at Riverside Votes; everything is kept meanwhile."
        await stage.sees(whose)
        await stage.types(" two  spaces ")
        assert stage.status == "Password  •••••••••••••"
        stage.desk.refusing = "That is not the password."
        await stage.press("enter")
        await stage.sees("! That is not the password.")
        stage.desk.refusing = ""
        await stage.press("f5")
        await stage.types(" two  spaces ")
        await stage.press("enter")
        await stage.sees("● online")
        assert stage.desk.done == ["sign in with  two  spaces "] * 2
        assert stage.voter == "Soo-Jin De La Cruz"

    play(story)


def test_a_key_says_what_the_campaign_did_not_take_and_the_status_is_quiet_again() -> None:
    async def story(stage: Stage) -> None:
        stage.desk.change(rejected=1)
        await stage.sees("● online · all sent · 1 rejected, F8 why · 24 on hand")
        await stage.press("f8")
        await stage.sees("1 entry not taken: it is late. Enter writes the file, Esc closes.")
        await stage.press("escape")
        assert stage.status.startswith("● online · all sent · 24 on hand")

    play(story)


def test_what_changes_on_the_desk_is_shown_without_a_key() -> None:
    async def story(stage: Stage) -> None:
        stage.desk.change(waiting=Waiting("The campaign is paused", "Press q to leave."), unsent=2)
        await stage.sees("● online · 2 unsent")

    play(story)


def test_pasted_text_is_never_a_result() -> None:
    async def story(stage: Stage) -> None:
        stage.app.post_message(events.Paste("nnnn"))
        await stage.sees("Pasted text does nothing here; for a note press its key first.")
        assert stage.desk.done == []

    play(story)


def test_keys_that_come_all_at_once_save_one_result_at_most() -> None:
    async def story(stage: Stage) -> None:
        for key in "nnsn":
            stage.app.post_message(events.Key(key, key))
        await stage.sees("That came too fast to be meant; press the key again.")
        assert stage.desk.done == ["not_home Soo-Jin"]
        await stage.press("n")
        assert stage.desk.done == ["not_home Soo-Jin", "not_home Vernon"]

    play(story)


def test_with_a_voter_on_the_screen_leaving_wants_its_key_twice() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("q")
        assert stage.saved == "Press q again to leave; everything is saved."
        await stage.press("n", "q")
        assert stage.saved == "Press q again to leave; everything is saved."
        assert stage.app.is_running
        await stage.press("q")
        await stage.until(lambda: not stage.app.is_running)

    play(story)


def test_with_nobody_on_the_screen_leaving_takes_one_key() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("q")
        await stage.until(lambda: not stage.app.is_running)

    play(story, only())


def test_ctrl_c_says_how_to_leave() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("ctrl+c")
        assert stage.saved == "Press q, or Ctrl-C again, to leave; everything is saved."
        await stage.press("space", "ctrl+c")
        assert stage.saved == "Press q, or Ctrl-C again, to leave; everything is saved."

    play(story)


def test_ctrl_c_twice_leaves() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("ctrl+c", "ctrl+c")

    assert play(story).return_code == 130


def test_what_is_to_be_asked_or_done_as_the_screen_goes_is_not_begun_any_more() -> None:
    begun: list[str] = []

    async def anything() -> None:
        """Where it is made and never awaited, Python prints a warning under the shift's last lines."""

    def beginning(what: str) -> Coroutine[None, None, None]:
        begun.append(what)
        return anything()

    async def story(stage: Stage) -> None:
        assert isinstance(stage.app.screen, CallScreen)
        stage.app.screen.begin(lambda: beginning("a question"))
        stage.app.screen.beside(lambda: beginning("something long"))
        stage.app.workers.cancel_all()  # as the application does when it ends

    play(story)
    assert begun == []


def test_the_mouse_presses_results_answers_and_the_footer() -> None:
    async def story(stage: Stage) -> None:
        await stage.click("Space")
        assert stage.script[-1] == "2 of 5 · Space"
        await stage.click("No sabe")
        assert stage.script[-1] == "3 of 5 · Space"
        await stage.click("skip")
        await stage.sees("1 skip all the same")
        await stage.click("skip all the same")
        await stage.until(lambda: stage.desk.done == ["skip h1"])
        await stage.sees("Busy")
        await stage.click("Busy")
        assert stage.desk.done == ["skip h1", "busy Vernon"]
        await stage.click("undo")
        assert stage.desk.done[-1] == "undo busy"

    play(story)


def test_clicking_the_number_copies_it() -> None:
    async def story(stage: Stage) -> None:
        await stage.click("555-0166")
        assert stage.app.clipboard == "+18125550166"

    play(story)


def test_the_users_own_keys_work_and_are_shown() -> None:
    async def story(stage: Stage) -> None:
        assert "z skip" in stage.status
        assert any(line.endswith("│ h  Not home") for line in stage.lines)
        await stage.press("h")
        assert stage.desk.done == ["not_home Soo-Jin"]
        await stage.press("z")
        assert stage.desk.done[-1] == "skip h2"

    play(story, own_keys={"skip": ["z"], "note": ["n"]})


def test_a_window_made_too_small_says_so_and_takes_no_keys() -> None:
    async def story(stage: Stage) -> None:
        await stage.pilot.resize_terminal(50, 18)
        await stage.sees("This window has 50 columns and 18 rows;")
        await stage.press("n")
        assert stage.desk.done == []
        await stage.pilot.resize_terminal(60, 20)
        await stage.sees("same number: ▸ Soo-Jin, 25 · Felipe Acosta, 77")
        await stage.press("n")
        assert stage.desk.done == ["not_home Soo-Jin"]

    play(story)


def test_what_stays_in_place_between_voters_stays_to_the_cell() -> None:
    neighbour = msgspec.structs.replace(SOO_JIN, voter_id="v9", first_name="Hyun")

    async def story(stage: Stage) -> None:
        before = stage.lines
        await stage.press("n")
        after = stage.lines
        assert [row[60:] for row in before[1:22]] == [row[60:] for row in after[1:22]]
        assert before[4:22] == after[4:22]

    twins = [Household(household_id=v.voter_id, number=v.number, voters=(v,)) for v in (SOO_JIN, neighbour)]
    play(story, only(*twins))


def test_before_the_first_connection_the_screen_says_that_it_connects() -> None:
    desk = DeskInMemory((), campaign=None)
    desk.change(line=Line("connecting"), waiting=Waiting("Connecting…", "The first voter comes in a moment."))

    async def story(stage: Stage) -> None:
        assert stage.lines[0].strip() == "phonetui"
        assert stage.script[:2] == ["Connecting…", "The first voter comes in a moment."]
        stage.desk.change(campaign=CAMPAIGN, to_call=[HOUSEHOLDS[1]], line=Line("online"))
        stage.desk._next()
        stage.desk.change()
        await stage.sees("Hi, is this Vernon?")
        await stage.press("n")
        assert stage.desk.done == ["not_home Vernon"]

    play(story, desk)


@pytest.mark.parametrize("size", [(60, 20), (79, 24)])
def test_in_a_narrow_window_the_results_come_with_the_first_campaign_ever(size: tuple[int, int]) -> None:
    desk = DeskInMemory(campaign=None)

    async def story(stage: Stage) -> None:
        await stage.pilot.pause()
        desk.campaign = CAMPAIGN
        await desk.start()
        await stage.sees("n  No")
        await stage.sees("t  ")

    play(story, desk, size=size)


def test_hostile_text_is_drawn_harmless() -> None:
    nasty = msgspec.structs.replace(
        VERNON,
        first_name="\x1b]0;owned\x07[red]Ver\u202enon[/red]",
        last_name="\x9b31m\ud800[@click=app.bell]x",
        elections=("\x1b[2J",),
    )
    home = Household(household_id="h", number=nasty.number, voters=(nasty,))

    async def story(stage: Stage) -> None:
        assert stage.voter.startswith("]0;owned[red]Vernon[/…"[:10])
        await stage.press("n")
        shown = "\n".join(stage.lines)
        assert not any(ord(character) < 32 and character != "\n" for character in shown)
        assert not set(shown) & set("\x7f\x9b\u202e\ud800")

    play(story, only(home, HOUSEHOLDS[2]))


def test_an_action_that_this_desk_alone_offers_has_its_key_and_stands_in_help() -> None:
    desk = DeskInMemory()
    desk.offered = {"plug": Offered("pull plug")}

    async def story(stage: Stage) -> None:
        assert "F9 pull plug" in stage.status
        await stage.press("f9")
        assert stage.desk.done == ["plug"]
        await stage.sees("The plug is done")
        stage.desk.change(offered={"plug": Offered("plug in", "the plug is out")})
        await stage.sees("the plug is out")
        await stage.press("question_mark")
        await stage.press("space")
        await stage.sees("Pull the network's plug, or put it back.")

    play(story, desk)


def test_elsewhere_its_key_does_nothing() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("f9")
        assert stage.desk.done == []
        assert "F9" not in "".join(stage.lines)

    play(story)


def test_a_name_with_a_joiner_leaves_every_blank_in_its_place() -> None:
    narges = msgspec.structs.replace(SOO_JIN, first_name="نرگس\u200cسادات", last_name="Rad", attempts=())
    household = msgspec.structs.replace(HOUSEHOLDS[0], voters=(narges, VERNON))

    async def story(stage: Stage) -> None:
        [line] = [line for line in stage.lines if "▸" in line]
        assert line.startswith(" ▸ \u200e\u200fنرگس\u200cسادات, 25\u200f\u200e  ")
        assert line.count("│") == 2

    play(story, DeskInMemory((household,)))
