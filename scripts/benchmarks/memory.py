"""Resident memory of the call screen in the middle of a long shift without a network."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from scripts.benchmarks.figure import Figure, compared, median
from scripts.benchmarks.home import Home
from scripts.benchmarks.start import BLANK_ROW
from scripts.benchmarks.terminal import StopwatchTerminal

EMPTY = (sys.executable, "-m", "scripts.benchmarks.empty_app")


def figures(starts: int = 5, on_hand: int = 100, unsent: int = 1000, left_alone: float = 2.0) -> Iterator[Figure]:
    """Both applications are started in turn, and left alone for some seconds until all that a start loads is loaded."""
    ours: list[int] = []
    theirs: list[int] = []
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder), households=on_hand, unsent=unsent)
        for _ in range(starts):
            with home.call_screen() as terminal:
                terminal.until(home.first_voter)
                terminal.read_for(left_alone)
                ours.append(terminal.resident())
            with StopwatchTerminal(EMPTY, home.environment) as terminal:
                terminal.until(BLANK_ROW)
                terminal.read_for(left_alone)
                theirs.append(terminal.resident())
    yield compared(
        f"resident memory, {on_hand:,} voters on hand, {unsent:,} unsent",
        median(ours) / 2**20,
        "MiB",
        "an empty Textual app",
        median(theirs) / 2**20,
        at_most=2.3,
    )
