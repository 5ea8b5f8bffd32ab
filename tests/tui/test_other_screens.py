from __future__ import annotations

import msgspec
import pytest
from textual import events

from phonetui.client import following_up
from phonetui.client.view import Waiting
from phonetui.core.campaign import FollowUp, Reply
from phonetui.core.translation import use
from phonetui.dial.system import System
from phonetui.tui.help_screen import HelpScreen
from tests.tui.desk_in_memory import DeskInMemory
from tests.tui.sample import CAMPAIGN, HOUSEHOLDS
from tests.tui.stage import Stage, play


def test_help_shows_every_key_and_any_key_goes_back() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("?")
        await stage.sees("Give this voter back uncalled; somebody will call later.")
        await stage.sees("d  Deceased (twice)")
        await stage.press("n")
        assert stage.voter == "Soo-Jin De La Cruz"
        assert stage.desk.done == []

    play(story, size=(80, 60))


def test_in_a_small_window_help_scrolls() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("?")
        assert stage.status.endswith("Space more  Enter tour  Esc back to the call")
        await stage.press("space", "space", "space", "space")
        await stage.sees("t  Talked")
        await stage.press("backspace", "backspace", "backspace", "backspace")
        await stage.sees("1 … 9")
        await stage.click("Esc")
        await stage.sees("same number: ▸ Soo-Jin")

    play(story, size=(60, 20))


def test_what_happens_during_help_is_there_after_it() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("?")
        stage.desk.change(unsent=7)
        await stage.until(lambda: isinstance(stage.app.screen, HelpScreen))
        await stage.press("escape")
        await stage.sees("● online · 7 unsent")

    play(story)


def test_answers_are_searched_while_typing_beside_the_script() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("/")
        await stage.sees("▸ How do I vote by mail?")
        await stage.sees("Hola, ¿hablo con Soo-Jin?")
        await stage.types("number")
        await stage.sees("▸ Where did you get my")
        await stage.sees("From the public voter")
        assert not any("How do I vote" in line for line in stage.lines)
        await stage.types(" zebra")
        await stage.sees("Nothing found; try another")
        await stage.press("escape")
        assert stage.voter == "Soo-Jin De La Cruz"
        assert stage.desk.done == []

    play(story)


def test_an_answer_is_chosen_with_the_arrows_while_typing_and_after() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("/", "down", "down", "up")
        await stage.sees("▸ Where did you get my")
        await stage.press("tab", "up", "up", "up")
        await stage.sees("▸ How do I vote by mail?")
        await stage.press("escape")
        assert stage.voter == "Soo-Jin De La Cruz"

    play(story)


def test_the_chosen_answer_stays_in_view_in_a_small_window() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("/")
        await stage.sees("▸ How do I vote by mail?")
        await stage.press(*["down"] * 29)
        await stage.sees("▸ Question 30?")
        await stage.sees("Answer 30.")
        await stage.press(*["up"] * 29)
        await stage.sees("▸ How do I vote by mail?")
        await stage.sees("Ask the county clerk")

    replies = tuple(Reply({"en": f"Question {number}?"}, {"en": f"Answer {number}."}) for number in range(2, 31))
    many = msgspec.structs.replace(CAMPAIGN, replies=(CAMPAIGN.replies[0], *replies))
    play(story, DeskInMemory([HOUSEHOLDS[2]], many), size=(60, 20))


def test_what_is_to_be_looked_at_again_after_practice_scrolls() -> None:
    async def story(stage: Stage) -> None:
        await stage.sees("Space more")
        assert not any("the last word" in line for line in stage.lines)
        await stage.press("space", "space")
        await stage.sees("the last word")
        await stage.press("space")
        assert stage.saved == "There is no voter on the screen."

    desk = DeskInMemory(())
    desk.waiting = Waiting(
        "Practice is over", "\n".join([*["Grace: Not “Not home” but “Talked”."] * 20, "the last word"])
    )
    play(story, desk, size=(60, 20))


def test_the_code_gives_way_to_words_when_the_window_gets_too_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following_up, "System", lambda: System({"SSH_TTY": "/dev/pts/1"}, "linux"))
    place = FollowUp("place", "text", {"en": "Polling place"}, {"en": "You vote at {polling_place}."})

    async def story(stage: Stage) -> None:
        await stage.press("space", "1", "f", "1", "2")
        await stage.sees("point your phone's camera at it")
        await stage.pilot.resize_terminal(60, 20)
        await stage.sees("No QR code fits or shows here")
        await stage.sees("You vote at Mill Creek School.")
        await stage.pilot.resize_terminal(120, 40)
        await stage.sees("point your phone's camera at it")

    play(story, DeskInMemory(campaign=msgspec.structs.replace(CAMPAIGN, follow_ups=(place,))), size=(120, 40))


def test_the_scripts_keys_go_on_working_beside_the_answers() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("/", "m", "a", "i", "l", "enter", "space")
        await stage.sees("¿Piensa votar?")
        await stage.sees("▸ How do I vote by mail?")
        await stage.press("2")
        await stage.sees("3 of 5")
        await stage.press("/", "x")
        await stage.sees("Answers  x")
        await stage.press("tab", "r")
        assert stage.desk.done == ["refused Soo-Jin"]
        assert stage.voter == "Felipe Acosta"  # the panel went with the voter

    play(story)


def test_what_is_known_of_this_voters_polling_place_is_at_hand() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("/")
        await stage.types("direccion")
        await stage.sees("¿Dónde voto?")
        await stage.sees("Mill Creek School")
        await stage.sees("200 Mill Ct")

    play(story)


def test_a_pasted_question_is_searched() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("/")
        stage.app.post_message(events.Paste("number\x1b[2J"))
        await stage.sees("number[2J")

    play(story)


def test_the_palette_says_in_the_callers_language_what_to_type_and_that_nothing_is_called_so() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("ctrl+p")
        await stage.sees("Busque una acción o un resultado…")
        await stage.types("xyzzy")
        await stage.sees("Aquí nada se llama así.")
        await stage.press("enter")
        await stage.until(lambda: len(stage.app.screen_stack) == 2, "the call screen")
        assert stage.desk.done == []

    use("es")
    try:
        play(story)
    finally:
        use("en")


def test_the_palette_finds_actions_and_results_and_presses_their_key() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("ctrl+p")
        await stage.sees("Skip  (s)")
        await stage.types("wrong")
        await stage.sees("Wrong number  (w)")
        await stage.press("enter")
        await stage.until(lambda: stage.desk.done == ["wrong_number Soo-Jin"], "the result")

    play(story)
