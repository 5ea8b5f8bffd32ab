"""What keyboards send, as it arrives in xterm, the Linux console, rxvt, PuTTY and Windows Terminal, in tmux and screen.

The bytes in tmux 3.3 and screen 4.9 were written down inside them, on Debian 12; ssh and mosh pass on what they get.
"""

from __future__ import annotations

import sys

import pytest

if sys.platform == "win32":
    pytest.skip("needs a pty", allow_module_level=True)

from tests.terminal import Terminal
from tests.tui.terminal import terminal

TERMS = ("xterm-256color", "tmux-256color", "screen", "linux", "rxvt", "putty")
HOME = {"xterm": "\x1b[H", "vt220, tmux": "\x1b[1~", "application mode": "\x1bOH", "rxvt": "\x1b[7~"}
END = {"xterm": "\x1b[F", "vt220, tmux": "\x1b[4~", "application mode": "\x1bOF", "rxvt": "\x1b[8~"}
BACKSPACE = {"DEL": "\x7f", "^H": "\x08"}
ENTER = {"enter": "\r", "on the right": "\x1bOM", "on the right, in tmux": "\n"}


def opened(shown: Terminal) -> Terminal:
    shown.sees("Hola, ¿hablo con Soo-Jin?")
    shown.settles()
    return shown


@pytest.mark.parametrize("term", TERMS)
def test_a_voter_is_called_whatever_the_terminal_calls_itself(term: str) -> None:
    with terminal(TERM=term) as shown:
        opened(shown).press(" ")
        shown.sees("2 of 5")
        shown.press("2")
        shown.sees("3 of 5")
        shown.press("n")
        shown.sees("There are answers from a talk; press n again")
        shown.press("n")
        shown.sees("✓ Not home saved for Soo-Jin")
        assert shown.at_cursor.startswith("(812) 555-0188")
        shown.press("q")
        shown.sees("Press q again to leave")
        shown.press("q")
        assert shown.ends() == 0


def test_backspace_goes_back_whichever_of_its_two_bytes_it_sends() -> None:
    with terminal() as shown:
        opened(shown)
        for sent in BACKSPACE.values():
            shown.press(" ")
            shown.sees("2 of 5")
            shown.press(sent)
            shown.sees("1 of 5")


def test_a_line_is_typed_with_every_home_end_backspace_and_enter() -> None:
    with terminal() as shown:
        opened(shown)
        for home, end, enter in zip(HOME.values(), END.values(), [*ENTER.values(), "\r"], strict=True):
            shown.press("i")
            shown.sees("Note")
            shown.settles()
            for sent, line in (("ell", "ell"), (home, "ell"), ("h", "hell"), (end, "hell"), ("oo", "helloo")):
                shown.press(sent)
                shown.sees(f"Note  {line}")
                shown.settles()
            shown.press("\x7f\x08")
            shown.sees(lambda text: text.endswith("Note  hell"))
            shown.press("\x7f" * 4)
            shown.sees(lambda text: text.endswith("Note"))
            shown.press(enter)
            shown.sees("? help")


def test_f_keys_and_plain_ones_do_the_same() -> None:
    with terminal() as shown:
        opened(shown)
        for sent in ("\x1b[15~", "."):
            shown.press(sent)
            shown.sees("The campaign server was asked just now.")
            shown.press("k")
            shown.sees(lambda text: "asked just now" not in text)


@pytest.mark.parametrize("sent", ["\x1bn", "\x1bN", "\x1b[110;3u", "\x1bt"])
def test_alt_and_a_letter_is_not_that_letter(sent: str) -> None:
    with terminal() as shown:
        opened(shown)
        before = shown.lines
        shown.press(sent)
        shown.settles()
        assert shown.lines == before
