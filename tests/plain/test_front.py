"""A shift line by line: what is typed, what is said, what is done."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from phonetui.client.first_shift import FirstShift
from phonetui.client.view import Line, Said
from phonetui.core.actions import ACTIONS
from phonetui.core.translation import use
from phonetui.plain.commands import COMMANDS
from tests.plain.talking import Typist, said_last, sit_down, talk
from tests.tui.desk_in_memory import DeskInMemory
from tests.tui.sample import CAMPAIGN
from tests.tui.test_numbers_and_review import after_three_calls


def test_every_action_of_the_registry_can_be_typed() -> None:
    assert set(COMMANDS) == {action.id for action in ACTIONS}


def test_each_line_is_a_result_for_the_voter_before_it() -> None:
    desk = DeskInMemory()
    talk("n", "n", "b", desk=desk)
    assert desk.done == ["not_home Soo-Jin", "not_home Vernon", "busy 金秀珍"]


@pytest.mark.parametrize(
    "line", ["n", "N", "not home", "Not Home", "  not   home "], ids=["key", "capital", "word", "capitals", "blanks"]
)
def test_a_key_and_a_word_do_the_same(line: str) -> None:
    desk = DeskInMemory()
    talk(line, desk=desk)
    assert desk.done == ["not_home Soo-Jin"]


def test_a_result_that_wants_its_key_twice_is_asked_about() -> None:
    desk = DeskInMemory()
    assert said_last("d", desk=desk) == ["Deceased for Soo-Jin? Type d again, or esc."]
    assert desk.done == []
    talk("d", "esc", "n", desk=(other := DeskInMemory()))
    assert other.done == ["not_home Soo-Jin"]
    talk("d", "d", desk=(twice := DeskInMemory()))
    assert twice.done == ["deceased Soo-Jin"]


def test_the_last_result_is_taken_back_by_a_word() -> None:
    desk = DeskInMemory()
    said = said_last("n", "undo", desk=desk)
    assert desk.done == ["not_home Soo-Jin", "undo not_home"]
    assert said[:2] == ["Taken back; choose the right result", "Soo-Jin De La Cruz"]


def test_a_digit_answers_and_the_next_step_is_said() -> None:
    desk = DeskInMemory()
    said = said_last("n", "on", "1", desk=desk)
    assert said[1:3] == ["Ask: How will you get there?", "1 Drives"]


def test_a_space_and_enter_is_the_space_key() -> None:
    assert said_last(" ") == said_last("on")


def test_what_is_nothing_here_names_the_nearest_word() -> None:
    assert said_last("nte") == ["“nte” is nothing here; the nearest is “note”; type ? for what can be typed now."]
    assert said_last("[") == ["“[” is nothing here; type ? for what can be typed now."]


def test_a_word_that_two_things_have_wants_the_key() -> None:
    desk = DeskInMemory()
    assert said_last("language", desk=desk) == ["“language” may be l or v; type the key."]
    assert desk.done == []


def test_a_call_back_is_asked_in_the_same_words_as_on_the_screen() -> None:
    desk = DeskInMemory()
    assert said_last("c", "3", "soonish", desk=desk) == [
        "“soonish” is not a time; type one like 18:30, tomorrow 6pm, Sat morning or in 20 minutes.",
        "Call back at, now: soonish",
    ]
    assert said_last("c", "3", "soonish", "esc", "c", "3")[-1] == "Call back at, now: soonish"
    talk("c", "1", desk=(other := DeskInMemory()))
    assert other.done == ["call_back Soo-Jin at 2026-11-21T19:00:00-06:00"]


def test_a_question_is_closed_by_esc_and_says_what_can_be_typed() -> None:
    desk = DeskInMemory()
    assert said_last("e", "9", desk=desk)[-1] == "Type one of these, or esc to close."
    talk("e", "esc", "n", desk=(other := DeskInMemory()))
    assert other.done == ["not_home Soo-Jin"]


def test_a_note_is_kept_changed_emptied_and_left() -> None:
    desk = DeskInMemory()
    talk("i", "He is at work", "i", "", "n", desk=desk)
    assert desk.drafts[-1].note == "He is at work"
    talk("i", "He is at work", "i", "-", "n", desk=(emptied := DeskInMemory()))
    assert emptied.drafts[-1].note == ""
    talk("i", "He is at work", "i", "esc", "n", desk=(left := DeskInMemory()))
    assert left.drafts[-1].note == "He is at work"


def test_a_record_a_script_and_a_file_are_written_down() -> None:
    desk = DeskInMemory()
    talk("correct", "name", "Sujin", "g", "too long", "export", "/tmp/x.jsonl", desk=desk)
    assert desk.done == ["report name: Sujin", "remark open: too long", "export /tmp/x.jsonl"]


def test_voters_are_taken_along_and_given_back_at_the_end() -> None:
    desk = DeskInMemory()
    said = said_last("+", "500", desk=desk)
    assert said == ["Type a number from 1 to 100.", "Households in all, now: 500"]
    talk("+", "10", "q", "give back", desk=(other := DeskInMemory()))
    assert other.done == ["take along 10", "give back"]


def test_repeats() -> None:
    assert said_last("number") == ["8 1 2, 5 5 5, 0 1 6 6"]
    assert said_last("who") == ["Soo-Jin De La Cruz", "(812) 555-0166"]
    assert said_last("script") == ["Hola, ¿hablo con Soo-Jin?"]
    assert said_last("again") == ["Soo-Jin De La Cruz", "(812) 555-0166", "Hola, ¿hablo con Soo-Jin?"]
    assert said_last("") == ["Hola, ¿hablo con Soo-Jin?"]
    assert said_last("status") == [
        "Riverside Votes, Weekend turnout",
        "Online.",
        "All is sent.",
        "24 voters are on hand.",
        "12 calls, 3 talks, goal 40.",
    ]


def test_taking_the_number_is_dialing_it() -> None:
    desk = DeskInMemory()
    assert said_last("y", desk=desk) == ["8 1 2, 5 5 5, 0 1 6 6"]
    assert desk.done == ["dial +18125550166"]


def test_short_and_long_wording() -> None:
    assert said_last("long")[0] == "Long from now on; short says less."
    assert "Say: Hola, ¿hablo con Soo-Jin?" in said_last("long", "again")
    assert "Other number: (812) 555-0123, home" in talk(short=False)
    assert "Other number" not in talk(short=True)


def test_what_can_be_typed_now() -> None:
    told = "\n".join(said_last("on", "?", short=False))
    assert "1 to 4: answer the question." in told
    assert "\nn Not home\n" in told
    assert "\nu undo: " not in told  # there is none yet
    assert "\nz blank: " not in told
    assert "\nj campaigns: " not in told  # in mid-call
    after = "\n".join(said_last("n", "?", short=False))
    assert "\nu undo: Take the last result back.\n" in after
    assert "\nj campaigns: " in after
    assert "\nagain: Say all of it again.\n" in told
    assert len(said_last("?")) < 8


def test_a_question_that_ends_in_a_question_mark_is_said_as_it_is() -> None:
    desk = after_three_calls()
    assert "Deceased, really?\n1 yes\n" in talk("o", "2", "1", "9", desk=desk)


def test_a_voters_language_is_named_in_the_callers() -> None:
    use("es")
    try:
        assert ", español\n" in talk()
    finally:
        use("en")


def test_a_users_own_keys_hold_here_too() -> None:
    desk = DeskInMemory()
    talk("k", desk=desk, own_keys={"skip": ["k"]})
    assert desk.done == ["skip h1"]


def test_there_is_no_screen_to_blank() -> None:
    assert said_last("z") == ["There is no screen to blank here; clear your terminal, and type again to go on."]


def test_what_cannot_be_saved_says_so_and_nothing_moves() -> None:
    desk = DeskInMemory()

    async def story(typist: Typist) -> None:
        desk.refusing = "The disk is full; make room and press the key again."
        assert await typist.types("n") == "The disk is full; make room and press the key again.\n"
        desk.refusing = ""
        await typist.types("n")

    sit_down(story, desk)
    assert desk.done == ["not_home Soo-Jin"]


def test_news_waits_until_a_line_has_been_typed() -> None:
    desk = DeskInMemory()

    async def story(typist: Typist) -> None:
        before = typist.voice.said
        desk.change(line=Line("offline", desk.now), said=Said("The polling place has changed."))
        await asyncio.sleep(0)
        assert typist.voice.said == before
        assert await typist.types("") == "The polling place has changed.\nOffline since 4:12 pm.\n"
        desk.change(line=Line("online"))
        assert await typist.types("") == "Online.\n"

    sit_down(story, desk)


def test_that_the_voter_is_not_to_be_called_any_more_is_said_once() -> None:
    desk = DeskInMemory()

    async def story(typist: Typist) -> None:
        desk.change(shut="closed")
        assert await typist.types("") == "The campaign is closed: nobody is called any more; skip them to go on.\n"
        assert "closed" not in await typist.types("")

    sit_down(story, desk)


def test_whoever_comes_while_a_line_is_typed_is_not_settled_by_it() -> None:
    desk = DeskInMemory(households=())

    async def story(typist: Typist) -> None:
        assert "No voters left just now." in typist.voice.said
        desk.to_call = list(DeskInMemory().to_call)
        desk.by_id = {each.household_id: each for each in desk.to_call}
        desk._next()
        desk.change()
        said = await typist.types("n")
        assert said.startswith("Somebody came meanwhile; nothing was done for them yet.\nSoo-Jin De La Cruz\n")
        await typist.types("n")

    sit_down(story, desk)
    assert desk.done == ["not_home Soo-Jin"]


def test_who_is_signed_out_signs_in_and_goes_on() -> None:
    desk = DeskInMemory()
    desk.line = Line("signed_out")
    said = talk(".", "correct horse", desk=desk)
    assert "Signed out; type . to sign in.\n" in said
    assert "The password of Dana at Riverside Votes" in said
    assert "correct horse" not in said
    assert desk.done == ["sign in with correct horse"]


def test_at_zetkin_no_password_is_asked_for() -> None:
    desk = DeskInMemory(campaign=msgspec.structs.replace(CAMPAIGN, campaign_id="zetkin-7-5"))
    desk.line = Line("signed_out")
    said = talk(".", "n", desk=desk)
    assert "Signed out; type q to leave, and then phonetui login.\n" in said
    assert "Nothing is lost: q leaves, and `phonetui login` logs in to Zetkin again." in said
    assert desk.done == ["not_home Soo-Jin"]


def test_a_password_that_is_wrong_says_so_before_the_next_line() -> None:
    desk = DeskInMemory()
    desk.line, desk.refusing = Line("signed_out"), "That is not the password."
    assert said_last(".", "wrong", desk=desk) == ["Trying now…", "That is not the password."]


def test_without_a_voter_keys_for_one_say_so() -> None:
    desk = DeskInMemory(households=())
    for line in ("n", "number", "i"):
        assert said_last(line, desk=desk) == ["There is no voter on the screen."]


def test_an_answer_is_looked_up_by_a_word_of_the_question() -> None:
    assert said_last("/", "ballot")[0].startswith("How do I vote by mail?")
    assert said_last("/", "xyzzy") == ["Nothing found; try another word.", "A word of the voter's question:"]
    listed = said_last("answers", "")
    assert listed[:2] == ["Answers:", "1 How do I vote by mail?"]
    assert said_last("answers", "", "1")[0] == "How do I vote by mail?"


def test_a_choice_is_made_by_the_words_that_it_alone_begins_with() -> None:
    desk = DeskInMemory()
    talk("c", "tonight", "", desk=desk)
    assert desk.done == ["call_back Soo-Jin at 2026-11-21T19:00:00-06:00"]


def test_ctrl_c_is_meant_the_second_time_in_practice_too() -> None:
    async def story(typist: Typist) -> None:
        await typist.types("%")
        assert not typist.front.interrupted()
        assert typist.voice.said.endswith("Type q, or press Ctrl-C again, to leave; everything is saved.\n> ")
        assert typist.front.interrupted()

    sit_down(story)


def test_a_fault_of_ours_beside_the_calls_is_not_passed_over() -> None:
    async def fails() -> None:
        raise ZeroDivisionError

    async def story(typist: Typist) -> None:
        typist.front.beside(fails)
        await typist.types("status")

    with pytest.raises(ZeroDivisionError):
        sit_down(story)


def new_caller() -> DeskInMemory:
    desk = DeskInMemory()
    desk.first_shift = FirstShift(is_new=True)
    return desk


def test_who_is_new_is_offered_a_tour_before_the_first_voter_and_calls_as_ever() -> None:
    said = talk("n", desk=(desk := new_caller())).splitlines()
    assert said[2:5] == [
        "New here? Type tour and Enter for a short tour.",
        "To begin: phone charged, headphones on, script read?",
        "Soo-Jin De La Cruz",
    ]
    assert desk.done == ["not_home Soo-Jin"]
    assert "New here?" not in talk("n")


def test_the_tour_is_said_in_a_few_lines_in_a_call_too_and_nothing_is_done() -> None:
    desk = new_caller()
    assert said_last("y", "tour", desk=desk) == [
        "Whom you call: dial the number on your own phone. y copies it. tab tells all that is known.",
        "What to say: read it out. A question's answers have numbers. space goes on. backspace goes back.",
        "What came of the call: one key saves it, and the next voter is there. u takes it back.",
        "How the line is. Every call is safe on this laptop, and is sent by itself. ? tells every key.",
        "Before the first call: phone charged, headphones on, script read? % practises with invented voters.",
    ]
    assert not desk.first_shift.is_new
    assert desk.done == ["dial +18125550166"]
