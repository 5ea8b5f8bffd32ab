"""A caller line by line, whose voters are dialed: what is said when, and what a line does meanwhile."""

from __future__ import annotations

import msgspec
import pytest

from phonetui.core.call import Call
from phonetui.core.call_actions import Leave
from phonetui.core.phone_call import Engine, Pace
from phonetui.plain import front
from tests.plain.dialing import SOO_JIN, VERNON, WIDE, DialingDesk, HandsOffDesk, StagedDesk, moments
from tests.plain.talking import PATIENCE, Typist, said_last, sit_down, talk
from tests.tui.desk_in_memory import DeskInMemory
from tests.tui.sample import HOUSEHOLDS


@pytest.fixture(autouse=True)
def everything_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines by a pipe wait for what comes of a call, and empty ones are typed by whoever has listened."""
    monkeypatch.setattr(front, "PIPE_WAITS", PATIENCE)
    monkeypatch.setattr(front, "A_LOOK", 0.0)


def test_enter_dials_and_what_becomes_of_the_call_is_told_before_the_prompt() -> None:
    desk = DialingDesk()
    assert said_last("", desk=desk) == ["Dialing.", "Ringing.", "Answered."]
    assert desk.done == ["dial +18125550166"]


def test_what_the_end_of_a_call_suggests_is_named_and_saved_by_its_key_or_word_never_by_enter() -> None:
    desk = DialingDesk(answers={SOO_JIN: "is_out"})
    offered = "Type n to save Not home."
    assert said_last("", desk=desk)[-2:] == ["No answer.", offered]
    assert said_last("", "", desk=(again := DialingDesk(answers={SOO_JIN: "is_out"})))[-1] == offered
    assert again.done == ["dial +18125550166"]
    talk("", "not home", "q", desk=(saved := DialingDesk(answers={SOO_JIN: "is_out"})))
    assert saved.done == ["dial +18125550166", "not_home Soo-Jin"]


@pytest.mark.parametrize(("pace", "lines"), [("preview", ("", "n")), ("power", ("n",))])
def test_a_call_that_nobody_answers_takes_two_lines_in_preview_and_one_in_power(
    pace: Pace, lines: tuple[str, ...]
) -> None:
    desk = DialingDesk(pace, dict.fromkeys((SOO_JIN, VERNON, WIDE), "is_out"))

    async def story(typist: Typist) -> None:
        for line in ("", "n", *lines, *lines):
            await typist.types(line)

    sit_down(story, desk)
    assert desk.done == [
        *("dial +18125550166", "not_home Soo-Jin"),
        *("dial +18125550188", "not_home Vernon"),
        *("dial +19105550111", "not_home 金秀珍"),
    ]


def test_who_hears_less_is_not_told_how_to_dial_again() -> None:
    desk = DialingDesk(answers={SOO_JIN: "is_busy"})
    assert said_last("", desk=desk, short=False)[-1] == "Type b to save Busy. Type dial to dial again."


def test_who_was_silent_in_the_call_before_is_heard_in_the_next() -> None:
    desk = StagedDesk()

    async def story(typist: Typist) -> None:
        await typist.types_and_hears("", "Dialing.\n")
        await desk.hears("talking")
        await typist.until(lambda: typist.voice.said.endswith("> "))
        await typist.types("mute")
        await desk.hears("ended", "completed")
        assert await typist.types_and_hears("redial", "Dialing.\n") == "Dialing.\n"
        await desk.hears("talking")
        await typist.until(lambda: typist.voice.said.endswith("Dialing.\nAnswered.\n> "))

    sit_down(story, desk)


def test_an_empty_line_that_comes_before_anybody_can_have_listened_dials_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(front, "A_LOOK", PATIENCE)
    desk = DialingDesk()

    async def story(typist: Typist) -> None:
        assert await typist.types("") == "Hola, ¿hablo con Soo-Jin?\nEnter dials.\n"
        assert await typist.types("dial") == "Dialing.\nRinging.\nAnswered.\n"

    sit_down(story, desk)


def test_an_empty_line_dials_nobody_whom_the_caller_was_not_told_of() -> None:
    desk = DialingDesk()
    to_call, desk.to_call = desk.to_call, []

    async def story(typist: Typist) -> None:
        desk.to_call = to_call
        desk._next()
        desk.change()
        assert (await typist.types("")).endswith("Enter dials.\n")

    sit_down(story, desk)
    assert desk.done == []


def test_a_line_typed_while_it_rings_is_carried_out_at_once() -> None:
    desk = StagedDesk()

    async def story(typist: Typist) -> None:
        await typist.types_and_hears("", "Dialing.\n")
        await desk.hears("ringing")
        await typist.until(lambda: typist.voice.said.endswith("Ringing.\n"))
        assert "Not home saved for Soo-Jin" in await typist.types("n")

    sit_down(story, desk)
    assert desk.engine.did == ["hangs up"]


def test_what_happens_while_a_line_may_be_being_typed_waits_for_its_end_but_for_the_beep() -> None:
    desk = StagedDesk()

    async def story(typist: Typist) -> None:
        await typist.types_and_hears("", "Dialing.\n")
        await desk.hears("talking")
        await typist.until(lambda: typist.voice.said.endswith("Answered.\n> "))
        assert typist.voice.beeps == 1
        before = typist.voice.said
        await desk.hears("ended", "completed")
        await moments()
        assert typist.voice.said == before
        assert (await typist.types("")).startswith("The call has ended.\n")

    sit_down(story, desk)


def test_a_countdown_is_told_once_and_any_line_stops_it_and_does_nothing_else() -> None:
    desk = StagedDesk("power")

    async def story(typist: Typist) -> None:
        said = await typist.types_and_hears("n", "any line stops it.\n")
        assert said.endswith("Hi, is this Vernon?\nDials in 3 seconds; any line stops it.\n")
        assert await typist.types("b") == "Stopped.\nEnter dials.\n"
        desk.time.set()
        await moments()
        assert desk.engine.dialed == []
        await typist.types_and_hears("", "Dialing.\n")

    sit_down(story, desk)
    assert desk.done == ["not_home Soo-Jin", "dial +18125550188"]


def test_a_countdown_that_ends_is_told_as_dialing() -> None:
    desk = StagedDesk("power")

    async def story(typist: Typist) -> None:
        await typist.types_and_hears("n", "any line stops it.\n")
        desk.time.set()
        await typist.until(lambda: typist.voice.said.endswith("stops it.\nDialing.\n"))
        await desk.hears("ended", "busy")
        await typist.until(lambda: typist.voice.said.endswith("> "))
        assert typist.voice.said.endswith("Dialing.\nBusy.\nType b to save Busy.\n> ")

    sit_down(story, desk)


def test_no_countdown_dials_for_whoever_is_away() -> None:
    desk = StagedDesk("power")
    desk.time.set()
    *others, last = desk.to_call
    desk.to_call = [last]

    async def story(typist: Typist) -> None:
        assert typist.voice.said.endswith("Enter dials.\n> ")  # the shift's first voter
        assert "No voters left just now." in await typist.types("n")
        desk.to_call = list(others)
        desk._next()
        desk.change()
        await moments()
        assert (await typist.types("")).endswith("Enter dials.\n")
        assert (await typist.types("u")).endswith("Enter dials.\n")
        await moments()
        assert desk.engine.dialed == []

    sit_down(story, desk)


def test_who_comes_in_the_place_of_somebody_withdrawn_is_not_dialed_by_a_countdown() -> None:
    desk = StagedDesk("power")

    async def story(typist: Typist) -> None:
        await typist.types_and_hears("n", "Dials in 3 seconds; any line stops it.\n")
        desk.phone.hear(Leave())
        desk.call, desk.to_call = Call(), desk.to_call[1:]
        desk._next()
        desk.change()
        await typist.until(lambda: typist.voice.said.endswith("Hi, is this 金秀珍?\nEnter dials.\n> "))
        desk.time.set()
        await moments()
        assert desk.engine.dialed == []

    sit_down(story, desk)


def test_why_no_call_was_placed_is_told_and_the_voter_stays() -> None:
    desk = StagedDesk()
    desk.engine.refuses = "baresip is not installed here; dial by hand."

    async def story(typist: Typist) -> None:
        for _ in range(2):
            said = await typist.types("")
            assert said == "Dialing.\nbaresip is not installed here; dial by hand.\nEnter dials.\n"

    sit_down(story, desk)


def test_a_line_that_fails_is_told_each_time_and_nothing_is_offered() -> None:
    desk = StagedDesk()

    async def story(typist: Typist) -> None:
        await typist.types_and_hears("", "Dialing.\n")
        await desk.hears("ended", "trunk_error")
        await typist.until(lambda: typist.voice.said.endswith("> "))
        failed = "The line failed, and nobody was called; try again, or dial by hand.\nEnter dials.\n> "
        assert typist.voice.said.endswith(failed)

    sit_down(story, desk)


def test_the_time_since_the_answer_is_told_on_asking() -> None:
    desk = StagedDesk()

    async def story(typist: Typist) -> None:
        await typist.types_and_hears("dial", "Dialing.\n")
        assert (await typist.types_and_hears("status", "goal 40.\n")).splitlines()[1] == "Dialing."
        await desk.hears("talking")
        await typist.until(lambda: typist.voice.said.endswith("Answered.\n> "))
        desk.tick += 65
        assert "In the call for 1 minute 5 seconds.\n" in await typist.types("status")
        assert (await typist.types("?")).startswith("In the call for 1 minute 5 seconds.\n")

    sit_down(story, desk)


@pytest.mark.parametrize(("line", "last"), [("status", "goal 40.\n"), ("?", "keys, resume\n")])
def test_what_was_told_on_asking_is_not_said_again_right_after(line: str, last: str) -> None:
    desk = StagedDesk()

    async def story(typist: Typist) -> None:
        await typist.types_and_hears("", "Dialing.\n")
        desk.listen(lambda: None)
        await desk.hears("ringing")
        await moments()
        await typist.types_and_hears(line, last)
        desk.listen(typist.front._desk_changed)
        await desk.hears("talking")
        await typist.until(lambda: typist.voice.said.endswith(f"{last}Answered.\n> "))
        assert typist.voice.said.count("Ringing.") == 1

    sit_down(story, desk)


def test_the_caller_is_silenced_heard_and_presses_keys_by_words() -> None:
    desk = StagedDesk()

    async def story(typist: Typist) -> None:
        assert await typist.types("hang up") == "There is no call.\n"
        assert await typist.types("unmute") == "There is no call.\n"
        await typist.types_and_hears("dial", "Dialing.\n")
        await desk.hears("talking")
        await typist.until(lambda: typist.voice.said.endswith("> "))
        assert await typist.types(",") == "Muted; nobody hears you.\n"
        assert await typist.types("mute") == "Muted; nobody hears you.\n"
        assert await typist.types("unmute") == "You are heard again.\n"
        assert await typist.types("keys 1 2#") == "Pressed 1 2 #.\n"
        assert await typist.types("keys abc") == "A phone has the keys 0 to 9, * and #; type these.\n"
        await typist.types("#")
        await typist.types("34")
        assert await typist.types("redial") == "A call goes on already.\n"

    sit_down(story, desk)
    assert desk.engine.did == ["mutes", "is heard", "presses 12#", "presses 34"]


def test_the_pace_is_paused_and_resumed_by_words() -> None:
    desk = DialingDesk("power")
    rests, goes_on = (
        "Nobody is dialed by a countdown; type resume to go on.",
        "The next voters are dialed by a countdown.",
    )
    assert said_last("resume", desk=DialingDesk("power")) == [goes_on]
    assert said_last("pause", desk=DialingDesk("power")) == [rests]
    assert said_last("pause", "pause", desk=DialingDesk("power")) == [rests]
    assert said_last(";", "status", desk=desk)[1] == rests
    assert said_last("pause", "n", desk=DialingDesk("power"))[-1] == "Enter dials."
    assert said_last("pause", desk=DialingDesk()) == ["Nobody is dialed by a countdown here."]


def test_a_result_is_not_taken_back_in_mid_call() -> None:
    desk = DialingDesk(answers={VERNON: "answers"})
    told = "Taking a result back now would hang up on this voter; end the call first."
    assert said_last("n", "", "u", desk=desk) == [told]
    assert desk.done == ["not_home Soo-Jin", "dial +18125550188"]


def test_nobody_is_skipped_in_a_call() -> None:
    desk = DialingDesk()
    assert said_last("", "skip", desk=desk) == ["You are in a call; end it with - first, or choose a result."]
    assert desk.done == ["dial +18125550166"]


def test_ctrl_c_in_a_call_says_first_that_it_ends_it() -> None:
    desk = StagedDesk()

    async def story(typist: Typist) -> None:
        await typist.types_and_hears("", "Dialing.\n")
        assert not typist.front.interrupted()
        assert typist.voice.said.endswith("A call goes on, and leaving ends it; press Ctrl-C again to leave.\n")
        assert typist.front.interrupted()

    sit_down(story, desk)


def test_whoever_leaves_in_a_call_is_asked() -> None:
    desk = DialingDesk()
    said = talk("", "q", "2", "n", "q", desk=desk)
    assert "A call goes on; leaving ends it." in said
    assert desk.done == ["dial +18125550166", "not_home Soo-Jin"]


def test_a_number_that_another_phone_dials_is_said_digit_by_digit() -> None:
    assert said_last("", desk=HandsOffDesk("qr")) == ["Dial 8 1 2, 5 5 5, 0 1 6 6 on your phone."]
    assert said_last("", desk=HandsOffDesk("link")) == ["Your phone has the number."]


def test_it_is_said_again_and_not_dialed_again() -> None:
    desk = HandsOffDesk("qr")
    said = talk("", "dial", "redial", desk=desk)
    assert said.count("Dial 8 1 2, 5 5 5, 0 1 6 6 on your phone.") == 3
    assert desk.done == ["dial +18125550166"]


def test_a_number_that_the_campaign_keeps_to_itself_is_not_said() -> None:
    home = HOUSEHOLDS[1]
    voter = msgspec.structs.replace(home.voters[0], phones=())
    hidden = msgspec.structs.replace(home, number="", voters=(voter,))
    bridged = "The campaign keeps the number to itself; type dial to call."
    otherwise = "The campaign hides its numbers; type phonetui settings set dialer bridge to call here."
    engines: tuple[tuple[Engine, str], ...] = (("bridge", bridged), ("fake", otherwise))
    for line in ("number", "y"):
        for engine, told in engines:
            desk = StagedDesk(engine=engine)
            desk.to_call = [hidden]
            assert said_last(line, desk=desk) == [told]
            assert desk.done == []


def test_the_tour_tells_of_dialing_where_something_dials() -> None:
    first, *_ = said_last("tour", desk=DialingDesk())
    assert first == (
        'Whom you call, and how the call stands. " dials the number. y copies it. tab tells all that is known.'
    )


def test_who_dials_by_hand_hears_nothing_new() -> None:
    desk = DeskInMemory()
    assert said_last("", desk=desk) == ["Hola, ¿hablo con Soo-Jin?"]
    assert said_last("dial")[0].startswith("“dial” is nothing here")
    assert said_last(":") == ["8 1 2, 5 5 5, 0 1 6 6"]
    assert desk.done == []
