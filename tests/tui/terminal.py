"""The call screen over a desk in memory, in a real terminal."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.terminal import Terminal

REPOSITORY = Path(__file__).parents[2]


def terminal(*arguments: str, size: tuple[int, int] = (80, 24), **environment: str) -> Terminal:
    """A terminal of that size in which the application has been started."""
    others = ("NO_COLOR", "COLORTERM", "TERM", "COLUMNS", "LINES")  # of the terminal in which the tests run
    kept = {name: value for name, value in os.environ.items() if name not in others}
    command = [sys.executable, "-m", "tests.tui.desk_in_memory", *arguments]
    return Terminal(command, {**kept, "PYTHONPATH": str(REPOSITORY), **environment}, size)
