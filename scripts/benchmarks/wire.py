"""Bytes between a laptop and its campaign server for each call, counted by a proxy between the two.

Laptop and server are the real ones, in one process, on an event loop and clocks that pass a minute in a second: sends,
watches that end and are opened again, and the renewal of leases come as often as they do in an hour of calling. Counted
is all that TCP carries both ways, HTTP's own lines included; TLS and TCP would add theirs to either side alike.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import cycle, islice
from pathlib import Path

from msgspec import Struct
from scripts.benchmarks import campaign_server, voter_file
from scripts.benchmarks.caller import Caller
from scripts.benchmarks.counting_proxy import CountingProxy
from scripts.benchmarks.fast_time import FastClock, FastLoop
from scripts.benchmarks.figure import Figure, bounded
from scripts.benchmarks.http_connection import HttpConnection
from scripts.benchmarks.laptop import Laptop

from phonetui.core.call_actions import Answer, Result
from phonetui.server import admin
from phonetui.server.app import create_app
from phonetui.server.run import CampaignServer

MINUTE = 60.0
#: Seconds after which the same key again is a new result.
BETWEEN_KEYS = 1.0
#: Of three calls one is a talk, with what was answered to two questions.
CALLS = ((Result("not_home"),), (Result("busy"),), (Answer(1), Answer(1), Result("talked")))


class Served(Struct, frozen=True):
    """A campaign server on the loop, a secret with which two callers may join, and a folder for what is theirs."""

    port: int
    secret: str
    folder: Path
    clock: FastClock


def figures(calls: int = 60, drained: int = 100, minutes_before: float = 5) -> Iterator[Figure]:
    """A caller who is online for an hour, one who comes back after a hundred calls, and the same without a batch."""
    with asyncio.Runner(loop_factory=FastLoop) as runner:
        online, alone = runner.run(_online(calls, minutes_before))
        offline = runner.run(_drain(drained))
    against = "one request each, uncompressed"
    yield bounded("bytes on the wire a call, one a minute, online", online, "bytes", against, alone, at_most=1800)
    yield bounded(f"bytes on the wire a call, a drain of {drained}", offline, "bytes", against, alone, at_most=300)


async def _online(calls: int, minutes_before: float) -> tuple[float, float]:
    async with _served(voters=2 * calls + 200) as served, CountingProxy(served.port) as proxy:
        async with Caller(proxy.port, served.secret, served.folder, served.clock) as caller:
            await caller.until_ready()
            await asyncio.sleep(minutes_before * MINUTE)
            before = proxy.crossed
            for actions in islice(cycle(CALLS), calls):
                for action in actions:
                    await caller.desk.act(action)
                await asyncio.sleep(MINUTE)
            online = proxy.crossed - before
        return online / calls, await _one_by_one(served, proxy, calls) / calls


async def _one_by_one(served: Served, proxy: CountingProxy, calls: int) -> int:
    async with HttpConnection(proxy.port, packed=False) as connection:
        laptop = Laptop(connection, 2)
        await laptop.join(served.secret)
        before = proxy.crossed
        for _ in range(calls):
            await laptop.call()
        return proxy.crossed - before


async def _drain(drained: int) -> float:
    """A laptop holds 25 households, so the hundred are four of each: all but the first by the same dialing."""
    async with (
        _served(voters=2 * drained + 8, shared=4) as served,
        CountingProxy(served.port) as proxy,
        Caller(proxy.port, served.secret, served.folder, served.clock) as caller,
    ):
        await caller.until_ready()
        proxy.cut_off()
        for _ in range(drained):
            await caller.desk.act(Result("refused"))
            await asyncio.sleep(BETWEEN_KEYS)
        before = proxy.crossed
        proxy.restore()
        caller.desk.try_now()
        await caller.until_ready()
        return (proxy.crossed - before) / drained


@asynccontextmanager
async def _served(*, voters: int, shared: float = voter_file.SHARED) -> AsyncIterator[Served]:
    clock = FastClock()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "server"
        url = campaign_server.make(data, clock.now())
        campaign_server.add_voters(data, voters, clock.now(), shared=shared)
        now = clock.now()
        link = admin.invite(url, campaign_server.CAMPAIGN, "caller", 2, now + timedelta(days=30), now)
        server = CampaignServer(create_app(*admin.open_server(url, data, {}), clock.now), "127.0.0.1", 0, None)
        serving = asyncio.create_task(server.serve([server.socket]))
        try:
            yield Served(server.socket.getsockname()[1], link.partition("#")[2], Path(folder), clock)
        finally:
            server.should_exit = True
            await serving
