"""Calls by baresip in power mode without a countdown: from a result in mid-call to the next voter's INVITE."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from scripts.benchmarks.figure import Figure, bounded, median, skipped
from tests.client.sip_desk import SipDesk, sit_down
from tests.dial.sip_provider import RINGS, Provider, answers, takes

from phonetui.core.phone_call import Pace

NAME = "result key in a call to the next INVITE, power mode without a countdown, on loopback, median"
AGAINST = "the key that dials to its INVITE"


def figures(calls: int = 30) -> Iterator[Figure]:
    """The result is written to the journal, the line is put down, and the next voter is dialed."""
    missing = [program for program in ("baresip", "sipp") if shutil.which(program) is None]
    if missing:
        yield skipped(NAME, "ms", f"{' and '.join(missing)} is not installed")
        return
    by_itself, by_key = (median(_to_invite(pace, calls)) * 1000 for pace in ("power", "preview"))
    yield bounded(NAME, by_itself, "ms", AGAINST, by_key, at_most=150)


def _to_invite(pace: Pace, calls: int) -> list[float]:
    """Seconds from the key to each INVITE but the first."""
    keys: list[float] = []

    async def story(caller: SipDesk) -> None:
        await caller.dials()
        for _ in range(calls):
            await caller.talks()
            pressed = time.time()
            await caller.saves("refused")
            if pace == "preview":
                pressed = time.time()
                await caller.dials()
            keys.append(pressed)
        await caller.talks()

    with (
        tempfile.TemporaryDirectory() as folder,
        Provider(Path(folder), RINGS, answers(), takes("BYE")) as provider,
    ):
        sit_down(Path(folder), provider.port, story, pace, voters=calls + 1)
        invited = provider.invited_at[1:]
    return [came - key for key, came in zip(keys, invited, strict=True)]
