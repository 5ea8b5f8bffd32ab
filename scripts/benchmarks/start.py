"""From the command to the call screen, and to the first voter on it."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from scripts.benchmarks.figure import Figure, bounded, compared, median
from scripts.benchmarks.home import FIRST_FRAME, Home
from scripts.benchmarks.terminal import COLUMNS, StopwatchTerminal

EMPTY = (sys.executable, "-m", "scripts.benchmarks.empty_app")
BLANK_ROW = " " * COLUMNS


def figures(starts: int = 20) -> Iterator[Figure]:
    """Both applications are started in turn, once unmeasured; there is no network, the voters are in the journal."""
    frames: list[float] = []
    voters: list[float] = []
    empty: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder), households=25)
        for _ in range(starts + 1):
            with home.call_screen() as terminal:
                frames.append(terminal.until(FIRST_FRAME) - terminal.started)
                voters.append(terminal.until(home.first_voter) - terminal.started - frames[-1])
            with StopwatchTerminal(EMPTY, home.environment) as terminal:
                empty.append(terminal.until(BLANK_ROW) - terminal.started)
    first_frame = median(frames[1:]) * 1000
    yield compared(
        f"first frame of the call screen, median of {starts}",
        first_frame,
        "ms",
        "an empty Textual app",
        median(empty[1:]) * 1000,
        at_most=1.3,
    )
    yield bounded(
        "first voter on screen from the journal, after that frame",
        median(voters[1:]) * 1000,
        "ms",
        "that first frame",
        first_frame,
        at_most=250,
    )
