"""A supervisor's screen beside 200 callers: how often it is told something, and what each time costs the server."""

from __future__ import annotations

import asyncio
import os
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import msgspec
from scripts.benchmarks import campaign_server
from scripts.benchmarks.campaign_server import CAMPAIGN
from scripts.benchmarks.exchanging import POSTGRES, schema
from scripts.benchmarks.figure import Figure, bounded, median, skipped
from scripts.benchmarks.http_connection import HttpConnection
from scripts.benchmarks.laptop import Laptop
from scripts.benchmarks.served import served

from phonetui.client.clock import SystemClock
from phonetui.server import admin
from phonetui.wire import Join, Session
from phonetui.wire_supervisors import decode_evening

CLOCK = SystemClock()
#: Seconds of the evening that are measured, twice, and between two calls of a caller.
MEASURED, A_CALL = 40.0, 60.0
_decode_session = msgspec.json.Decoder(Session).decode


def figures(callers: int = 200, voters: int = 50_000) -> Iterator[Figure]:
    """On PostgreSQL, one server process, a call a minute from each."""
    names = "supervisor's updates, 200 callers", "server time an update, 200 callers"
    if not os.environ.get(POSTGRES):
        for name, unit in zip(names, ("1/s", "ms"), strict=True):
            yield skipped(name, unit, f"{POSTGRES} names no PostgreSQL server")
        return
    with tempfile.TemporaryDirectory() as folder, schema(os.environ[POSTGRES]) as database:
        data = Path(folder)
        url = campaign_server.make(data, CLOCK.now(), database)
        campaign_server.add_voters(data, voters, CLOCK.now(), database)
        ends = CLOCK.now() + timedelta(days=1)
        links = [admin.invite(url, CAMPAIGN, role, callers, ends) for role in ("caller", "supervisor")]
        secrets = [link.partition("#")[2] for link in links]
        place = ("--data", str(data), "--database", database)
        with served("phonetui", "server", "run", *place, port_option=["--port"]) as port:
            told, made, exchanged = asyncio.run(_evening(port, secrets, callers))
    yield bounded(names[0], told, "1/s", "callers", callers, at_most=1)
    yield bounded(names[1], made, "ms", "an exchange with an outcome", exchanged, at_most=50)


async def _evening(port: int, secrets: Sequence[str], callers: int) -> tuple[float, float, float]:
    """Updates a second; milliseconds that each takes, and that an exchange takes, of the server's and the database's.

    Both are times from request to reply, of requests that wait for nothing, while all the callers call.
    """
    async with AsyncExitStack() as stack:
        connections = [await stack.enter_async_context(HttpConnection(port)) for _ in range(callers + 2)]
        laptops = [Laptop(connection, number) for number, connection in enumerate(connections[:callers])]
        for laptop in laptops:
            await laptop.join(secrets[0])
        token = await _join(connections[callers], secrets[1])
        took: list[float] = []
        calling = [asyncio.create_task(_calls(laptop, took)) for laptop in laptops]
        try:
            told = await _watches(connections[callers], token)
            made = await _looks(connections[callers + 1], token)
        finally:
            for task in calling:
                task.cancel()
            ended = await asyncio.gather(*calling, return_exceptions=True)
        failed = [one for one in ended if not isinstance(one, asyncio.CancelledError)]
        if failed:
            raise RuntimeError(f"a caller stopped: {failed[0]}")
    return told, made, 1000 * median(took)


async def _join(connection: HttpConnection, secret: str) -> str:
    join = Join(secret, "morgan@example.org", "Morgan", "correct horse battery", "morgan")
    return _decode_session(await connection.post("/v1/join", msgspec.json.encode(join))).token


async def _calls(laptop: Laptop, took: list[float]) -> None:
    """A call a minute, the first at any moment of it."""
    await asyncio.sleep(random.uniform(0, A_CALL))
    while True:
        begun = time.perf_counter()
        await laptop.call()
        took.append(time.perf_counter() - begun)
        await asyncio.sleep(A_CALL - (time.perf_counter() - begun))


async def _watches(connection: HttpConnection, token: str) -> float:
    """As the screen does: each answer is asked for a newer one."""
    updates, mark, begun = 0, "", time.perf_counter()
    while time.perf_counter() - begun < MEASURED:
        path = f"/v1/campaigns/{CAMPAIGN}/evening?known={mark}&wait=25"
        evening = decode_evening(await connection.get(path, token))
        updates += evening.mark != mark
        mark = evening.mark
    return updates / (time.perf_counter() - begun)


async def _looks(connection: HttpConnection, token: str) -> float:
    """Milliseconds of one look; they are so far apart that each is made anew."""
    took: list[float] = []
    while sum(took) + len(took) * 1.1 < MEASURED:
        await asyncio.sleep(1.1)
        begun = time.perf_counter()
        await connection.get(f"/v1/campaigns/{CAMPAIGN}/evening", token)
        took.append(time.perf_counter() - begun)
    return 1000 * median(took)
