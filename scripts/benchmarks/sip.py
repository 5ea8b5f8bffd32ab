"""Calls by baresip to a provider on loopback that answers at once: to the talk, to its end, and to the engine's."""

from __future__ import annotations

import asyncio
import shutil
import socket
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from scripts.benchmarks.figure import Figure, bounded, compared, median, skipped
from tests.dial.caller import NUMBER, Caller, account
from tests.dial.sip_provider import RINGS, Provider, answers, takes

from phonetui.core.phone_call import State

AGAINST = "a TCP connection there and back"
NAMES = (
    "dial to talking on loopback, median",
    "hang-up to the call's end on loopback, median",
    "hang-up to closed on loopback, with baresip gone and nothing left of it",
)


def figures(calls: int = 30) -> Iterator[Figure]:
    """The first call is not counted: it starts baresip and registers."""
    missing = [program for program in ("baresip", "sipp") if shutil.which(program) is None]
    if missing:
        for name in NAMES:
            yield skipped(name, "ms", f"{' and '.join(missing)} is not installed")
        return
    with tempfile.TemporaryDirectory() as folder:
        dialed, ended, closed = asyncio.run(_measure(Path(folder), calls))
    other = median([_there_and_back() for _ in range(calls)]) * 1000
    yield bounded(NAMES[0], median(dialed) * 1000, "ms", AGAINST, other, at_most=50)
    yield compared(NAMES[1], median(ended) * 1000, "ms", AGAINST, other)
    yield compared(NAMES[2], closed * 1000, "ms", AGAINST, other)


async def _measure(folder: Path, calls: int) -> tuple[list[float], list[float], float]:
    """Seconds of each call, to its talk and to its end; of one more, to the engine's."""
    dialed: list[float] = []
    ended: list[float] = []
    with Provider(folder, RINGS, answers(), takes("BYE")) as provider:
        async with Caller(folder, account(folder, provider.port)) as caller:
            await caller.engine.start()
            for _ in range(calls):
                begun = time.perf_counter()
                await caller.engine.dial(NUMBER, 25)
                dialed.append(await _until(caller, "talking", begun))
                begun = time.perf_counter()
                await caller.engine.hangup()
                ended.append(await _until(caller, "ended", begun))
            await caller.engine.dial(NUMBER, 25)
            await caller.told("talking")
            begun = time.perf_counter()
            await caller.engine.close()
            closed = time.perf_counter() - begun
    return dialed, ended, closed


async def _until(caller: Caller, state: State, begun: float) -> float:
    await caller.told(state)
    return time.perf_counter() - begun


def _there_and_back() -> float:
    """Seconds of a byte to a socket on loopback and back."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        begun = time.perf_counter()
        with socket.create_connection(server.getsockname()) as there, server.accept()[0] as back:
            there.sendall(b"?")
            back.sendall(back.recv(1))
            there.recv(1)
            return time.perf_counter() - begun
