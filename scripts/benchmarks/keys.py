"""A result key, from the press to the last byte of the next voter: how long it takes and how much is written."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

from scripts.benchmarks.drawn import Drawn
from scripts.benchmarks.figure import Figure, bounded, compared, percentile
from scripts.benchmarks.home import Home
from scripts.benchmarks.terminal import Chunk, StopwatchTerminal

#: Not home and busy, in turn: the same key again within half a second would be taken for one held down.
KEYS = ("n", "b")
#: Seconds from a voter's last byte to the next key, more than the 0.25 s in which a key was meant for the one before.
PAUSE = 0.3
MINIMAL = (sys.executable, "-m", "scripts.benchmarks.one_line_app")


def figures(presses: int = 300, left_alone: float = 1.0) -> Iterator[Figure]:
    """Both applications are left alone for some seconds, then pressed in turn; there is no network to wait for."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder), households=presses + 20)
        with home.call_screen() as ours, StopwatchTerminal(MINIMAL, home.environment) as theirs:
            ours.until(home.first_voter)
            theirs.until("No key yet")
            for terminal in (ours, theirs):
                terminal.read_for(left_alone)
            before = ours.output
            answers, minimal = _press(ours, theirs, presses)
    seconds, written, changed = _drawn(before, answers)
    minimal_seconds = [answer[-1].seconds for answer in minimal]
    for share, aim in ((0.5, 1.5), (0.99, 2.0)):
        yield compared(
            f"result key to the last byte of the next voter, p{share * 100:g}",
            percentile(seconds, share) * 1000,
            "ms",
            "a minimal Textual app that changes one line",
            percentile(minimal_seconds, share) * 1000,
            at_most=aim,
        )
    for share in (0.5, 0.99):
        yield bounded(
            f"bytes to the terminal per next voter at 80x24, p{share * 100:g}",
            percentile(written, share),
            "bytes",
            "the text that changed",
            percentile(changed, share),
            at_most=3500,
        )


def _press(
    ours: StopwatchTerminal, theirs: StopwatchTerminal, presses: int
) -> tuple[list[list[Chunk]], list[list[Chunk]]]:
    answers: list[list[Chunk]] = []
    minimal: list[list[Chunk]] = []
    for key in islice(cycle(KEYS), presses):
        answers.append(ours.press(key, " saved for "))
        minimal.append(theirs.press(key, f": {key}"))
        time.sleep(max(0.0, ours.last_byte + PAUSE - time.perf_counter()))
    return answers, minimal


def _drawn(before: bytes, answers: list[list[Chunk]]) -> tuple[list[float], list[int], list[int]]:
    """Of each answer: seconds to the last byte of the voter, bytes written, bytes of the text that they changed."""
    screen, whole = Drawn(), Drawn()
    screen.feed(before)
    whole.feed(before)
    seconds = [screen.above_status(answer) for answer in answers]
    outputs = [b"".join(chunk.output for chunk in answer) for answer in answers]
    return seconds, [len(output) for output in outputs], [whole.feed(output) for output in outputs]
