"""A supervisor's screen beside 200 callers: how often it is told something, and what each time costs the server."""

from __future__ import annotations

import asyncio
import os
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import msgspec
from scripts.benchmarks import campaign_server
from scripts.benchmarks.campaign_server import CAMPAIGN
from scripts.benchmarks.exchanging import POSTGRES, schema
from scripts.benchmarks.figure import Figure, bounded, median
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


def figures(callers: int = 200, voters: int = 50_000, measured: float = MEASURED) -> Iterator[Figure]:
    """One server process, on PostgreSQL where one is named, a call a minute from each caller."""
    with tempfile.TemporaryDirectory() as folder, _database() as (kind, database):
        data = Path(folder)
        url = campaign_server.make(data, CLOCK.now(), database)
        campaign_server.add_voters(data, voters, CLOCK.now(), database)
        ends = CLOCK.now() + timedelta(days=1)
        links = [admin.invite(url, CAMPAIGN, role, callers, ends, CLOCK.now()) for role in ("caller", "supervisor")]
        secrets = [link.partition("#")[2] for link in links]
        place = ["--data", str(data), *(["--database", database] if database else [])]
        with served("phonetui", "server", "run", *place, port_option=["--port"]) as port:
            told, made, exchanged = asyncio.run(_evening(port, secrets, callers, measured))
    of = f"{callers} callers, {kind}"
    yield bounded(f"supervisor's updates, {of}", told, "1/s", "callers", callers, at_most=1)
    yield bounded(f"server time an update, {of}", made, "ms", "an exchange with an outcome", exchanged, at_most=50)


@contextmanager
def _database() -> Iterator[tuple[str, str | None]]:
    if not os.environ.get(POSTGRES):
        yield "SQLite", None
        return
    with schema(os.environ[POSTGRES]) as url:
        yield "PostgreSQL", url


async def _evening(port: int, secrets: Sequence[str], callers: int, measured: float) -> tuple[float, float, float]:
    """Updates a second; milliseconds that each takes, and that an exchange takes, of the server's and the database's.

    Both are times from request to reply, of requests that wait for nothing, while all the callers call.
    """
    async with AsyncExitStack() as stack:
        laptops: list[Laptop] = []
        for number in range(callers):  # one after the other: who is silent at first is hung up on
            laptops.append(Laptop(await stack.enter_async_context(HttpConnection(port)), number))
            await laptops[-1].join(secrets[0])
        watching = await stack.enter_async_context(HttpConnection(port))
        token = await _join(watching, secrets[1])
        took: list[float] = []
        calling = [asyncio.create_task(_calls(laptop, min(A_CALL, measured), took)) for laptop in laptops]
        try:
            told = await _watches(watching, token, measured)
            made = await _looks(watching, token, measured)
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


async def _calls(laptop: Laptop, a_call: float, took: list[float]) -> None:
    """A call in so many seconds, the first at any moment of them."""
    await asyncio.sleep(random.uniform(0, a_call))
    while True:
        begun = time.perf_counter()
        await laptop.call()
        took.append(time.perf_counter() - begun)
        await asyncio.sleep(a_call - (time.perf_counter() - begun))


async def _watches(connection: HttpConnection, token: str, measured: float) -> float:
    """As the screen does: each answer is asked for a newer one."""
    updates, mark, begun = 0, "", time.perf_counter()
    while time.perf_counter() - begun < measured:
        path = f"/v1/campaigns/{CAMPAIGN}/evening?known={mark}&wait=25"
        evening = decode_evening(await connection.get(path, token))
        updates += evening.mark != mark
        mark = evening.mark
    return updates / (time.perf_counter() - begun)


async def _looks(connection: HttpConnection, token: str, measured: float) -> float:
    """Milliseconds of one look; they are so far apart that each is made anew."""
    took: list[float] = []
    while sum(took) + len(took) * 1.1 < measured:
        await asyncio.sleep(1.1)
        begun = time.perf_counter()
        await connection.get(f"/v1/campaigns/{CAMPAIGN}/evening", token)
        took.append(time.perf_counter() - begun)
    return 1000 * median(took)
