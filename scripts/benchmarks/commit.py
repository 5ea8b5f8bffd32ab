"""How long an event takes to be safe on the disk, against the least that any disk asks for it."""

from __future__ import annotations

import asyncio
import os
import secrets
import tempfile
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from scripts.benchmarks.figure import Figure, compared, percentile
from scripts.benchmarks.hand import fill
from scripts.benchmarks.outcomes import call_in_progress, outcome

from phonetui.client.clock import SystemClock
from phonetui.client.journal import Journal

PAGE = secrets.token_bytes(4096)


def figures(commits: int = 1000) -> Iterator[Figure]:
    """An outcome with its move to the next voter, and one append of a page, in turn, on the same disk."""
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = asyncio.run(_measure(Path(folder), commits))
    for share, aim in ((0.5, None), (0.99, 4.0)):
        yield compared(
            f"event committed, p{share * 100:g}",
            percentile(ours, share) * 1000,
            "ms",
            "an fsynced 4 KiB append",
            percentile(theirs, share) * 1000,
            at_most=aim,
        )


async def _measure(folder: Path, commits: int) -> tuple[list[float], list[float]]:
    journal = await Journal.open(folder / "journal", secrets.token_bytes(32))
    households = await fill(journal, commits + 1, SystemClock().now())
    ours: list[float] = []
    theirs: list[float] = []
    with (folder / "append").open("ab", buffering=0) as file:
        for household, following in pairwise(households):
            entry, call = outcome(household, len(ours) + 1), call_in_progress(following)
            begun = time.perf_counter()
            await journal.record(entries=[entry], finished=[household.household_id], call=call)
            ours.append(time.perf_counter() - begun)
            begun = time.perf_counter()
            file.write(PAGE)
            os.fsync(file.fileno())
            theirs.append(time.perf_counter() - begun)
    await journal.close()
    return ours, theirs
