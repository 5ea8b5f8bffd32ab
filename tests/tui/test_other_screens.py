from __future__ import annotations

from textual import events

from phonetui.tui.help_screen import HelpScreen
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
        assert stage.status.endswith("Space more  Esc back to the call")
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
        assert stage.lines[1].startswith(" ▸ Where did you get my number?")
        assert stage.lines[2].startswith("   From the public voter file of the")
        await stage.types(" zebra")
        await stage.sees("Nothing found; try another word.")
        await stage.press("escape")
        assert stage.voter == "Soo-Jin De La Cruz"

    play(story)


def test_an_answer_is_chosen_with_the_arrows_and_enter_goes_back() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("/", "down", "down", "up")
        await stage.sees("▸ Where did you get my number?")
        await stage.press("up", "up", "up")
        await stage.sees("▸ How do I vote by mail?")
        await stage.press("enter")
        assert stage.voter == "Soo-Jin De La Cruz"

    play(story)


def test_a_pasted_question_is_searched() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("/")
        stage.app.post_message(events.Paste("number\x1b[2J"))
        await stage.sees("number[2J")

    play(story)


def test_the_palette_finds_actions_and_results_and_presses_their_key() -> None:
    async def story(stage: Stage) -> None:
        await stage.press("ctrl+p")
        await stage.sees("Skip  (s)")
        await stage.types("wrong")
        await stage.sees("Wrong number  (w)")
        await stage.press("enter")
        await stage.until(lambda: stage.desk.done == ["wrong_number Soo-Jin"], "the result")

    play(story)
