from __future__ import annotations

import os
import termios

import pytest

from phonetui.commands.terminal import fitted


def fitted_to(columns: int, text: str) -> list[str]:
    """The text as a terminal of so many columns gets it."""
    keyboard, screen = os.openpty()
    termios.tcsetwinsize(screen, (24, columns))
    try:
        with os.fdopen(screen, "w", encoding="utf-8") as out:
            return fitted(text, out).split("\n")
    finally:
        os.close(keyboard)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a sentence that goes on and on for long", ["a sentence that goes on and on", "for long"]),
        ("  set in, a sentence that goes on", ["  set in, a sentence that goes", "  on"]),
        (
            "! note  Calls  are locked, and were not seen",
            ["! note  Calls  are locked, and", " " * 15 + "were not seen"],
        ),
        ("! note  Server  answers at its usual place", ["! note  Server  answers at its", " " * 8 + "usual place"]),
    ],
)
def test_a_line_that_is_too_long_goes_on_below_its_last_column(text: str, lines: list[str]) -> None:
    assert fitted_to(30, text) == lines
