from __future__ import annotations

import re
import signal
import sys
from collections.abc import Callable

import pytest

from tests.tui.test_pictures import GOLDENS

if sys.platform == "win32":
    pytest.skip("needs a pty", allow_module_level=True)

from tests.terminal import Terminal
from tests.tui.terminal import terminal


def golden(name: str) -> list[str]:
    return (GOLDENS / "en" / name).read_text(encoding="utf-8").splitlines()


def opened(shown: Terminal) -> None:
    shown.sees("Hola, ¿hablo con Soo-Jin?")
    shown.settles()


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40)], ids=lambda size: "{}x{}".format(*size))
def test_a_terminal_shows_what_the_screen_holds(size: tuple[int, int]) -> None:
    name = "{}x{}.txt".format(*size)
    with terminal(size=size) as shown:
        opened(shown)
        assert shown.lines == golden(f"voter_{name}")
        shown.press("?")
        shown.sees("Every key")
        shown.settles()
        assert shown.lines == golden(f"help_{name}")
        shown.press("\x1b")
        opened(shown)
        shown.press("!")
        shown.sees("press ! again")
        shown.settles()
        assert shown.lines == golden(f"confirming_{name}")
        shown.press("n")
        shown.sees("✓ Not home saved for Soo-Jin")
        for key, step in ((" ", "2 of 5"), ("2", "3 of 5"), ("\x7f", "2 of 5")):
            shown.press(key)
            shown.sees(step)
        shown.press("k")  # which does nothing but take the last word back
        shown.settles()
        assert shown.lines[:-2] == golden(f"question_{name}")[:-2]


def test_the_next_voter_costs_few_bytes() -> None:
    with terminal(COLORTERM="truecolor") as shown:
        opened(shown)
        before = len(shown.output)
        shown.press("n")
        shown.sees("Hi, is this Vernon?")
        shown.settles()
        assert 200 < len(shown.output) - before <= 3500


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40)], ids=lambda size: "{}x{}".format(*size))
def test_the_cursor_stands_at_what_matters(size: tuple[int, int]) -> None:
    with terminal(size=size) as shown:
        opened(shown)
        assert shown.at_cursor.startswith("(812) 555-0166")  # the number to dial
        for keys, there in (
            (" ", "¿Piensa votar?"),  # the question
            ("!", "Do not call for all"),  # what wants an answer at once
            ("n", "(812) 555-0188"),
            ("?", "1 … 9"),
            ("\x1b", "(812) 555-0188"),
            ("e", "Wrong is the"),
        ):
            shown.press(keys)
            shown.settles()
            assert shown.at_cursor.startswith(there), shown.text


def test_the_cursor_stands_where_the_next_letter_goes() -> None:
    with terminal() as shown:
        opened(shown)
        shown.press("i")
        shown.sees("Note")
        shown.press("dog barks")
        shown.sees("dog barks")
        shown.settles()
        assert shown.at_cursor == ""
        shown.press("\x1b[D\x1b[D")
        shown.settles()
        assert shown.at_cursor == "ks"
        shown.press("\x1b[H")
        shown.settles()
        assert shown.at_cursor == "dog barks"


def test_nothing_blinks_in_a_line_to_type() -> None:
    with terminal() as shown:
        opened(shown)
        shown.press("i")
        shown.sees("Note")
        shown.settles()
        assert shown.looks(1.5) == b""


@pytest.mark.parametrize("theme", ["ansi", "plain"])
def test_the_terminals_own_colours_are_the_only_ones(theme: str) -> None:
    with terminal(theme, COLORTERM="truecolor") as shown:
        opened(shown)
        for keys in ("!", "n", " ", "2", "i", "\x1b", "/", "\x1b", "?", "\x1b"):
            shown.press(keys)
            shown.settles()
    written = {code for codes in re.findall(rb"\x1b\[([\d;]*)m", shown.output) for code in codes.split(b";")}
    assert not written & {b"38", b"48"}
    coloured = {code for code in written if code and 30 <= int(code) <= 107 and code not in (b"39", b"49")}
    assert bool(coloured) == (theme == "ansi")


def test_a_second_in_which_nothing_happens_costs_nothing() -> None:
    with terminal() as shown:
        opened(shown)
        assert shown.looks(2.2) == b""


def test_the_window_is_named_for_the_program_and_gets_its_name_back() -> None:
    with terminal() as shown:
        opened(shown)
        shown.press("n")
        shown.sees("Hi, is this Vernon?")
        shown.press("q")
        shown.sees("Press q again to leave")
        shown.press("q")
        assert shown.ends() == 0
    titles = re.findall(rb"\x1b\][012];([^\x07\x1b]*)", shown.output)
    assert titles == [b"phonetui"]
    assert shown.output.index(b"\x1b[22;0t") < shown.output.index(b"\x1b[23;0t")


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
@pytest.mark.parametrize("when", [lambda shown: shown.sees("phonetui"), opened], ids=["opening", "in a call"])
def test_a_signal_to_end_leaves_the_terminal_as_it_was(
    ending: signal.Signals, when: Callable[[Terminal], None]
) -> None:
    with terminal() as shown:
        before = shown.modes
        when(shown)
        shown.process.send_signal(ending)
        assert shown.ends() == 128 + ending
        assert shown.modes == before
    assert b"\x1b[?1049l" in shown.output
    assert b"Traceback" not in shown.output


@pytest.mark.parametrize("key", ["", "n", "?", "i"])
def test_a_closed_window_ends_the_application(key: str) -> None:
    with terminal() as shown:
        opened(shown)
        shown.press(key)
        assert shown.hangs_up() == 129


def test_no_colour_means_none() -> None:
    with terminal(NO_COLOR="1", COLORTERM="truecolor") as shown:
        opened(shown)
        shown.press("!")
        shown.sees("press ! again")
        shown.settles()
    coloured = re.findall(rb"\x1b\[[\d;]*?\b(?:3[0-8]|4[0-8]|9\d|10\d)\b[\d;]*m", shown.output)
    assert coloured == []
    assert re.search(rb"\x1b\[[\d;]*\b7\b[\d;]*mpress ! again", shown.output)  # in reverse, not in red
