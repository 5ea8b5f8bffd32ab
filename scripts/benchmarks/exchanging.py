"""Exchanges a second, each with one outcome in and one household out, against requests to an empty route."""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

from scripts.benchmarks import campaign_server
from scripts.benchmarks.campaign_server import CAMPAIGN
from scripts.benchmarks.figure import Figure, compared, median, skipped
from scripts.benchmarks.http_connection import HttpConnection
from scripts.benchmarks.laptop import Laptop
from scripts.benchmarks.served import served
from sqlalchemy import create_engine, make_url, text

from phonetui.client.clock import SystemClock
from phonetui.server import admin
from phonetui.server.engine import database_url

POSTGRES = "PHONETUI_TEST_POSTGRES"
CLOCK = SystemClock()


def figures(laptops: int = 16, calls: int = 40, rounds: int = 5, voters: int = 20_000) -> Iterator[Figure]:
    """So many laptops at once, on each database; one server process."""
    with tempfile.TemporaryDirectory() as folder:
        yield _figure("SQLite", Path(folder), None, (laptops, calls, rounds, voters))
    if not os.environ.get(POSTGRES):
        yield skipped("exchanges, PostgreSQL", "1/s", f"{POSTGRES} names no PostgreSQL server")
        return
    with tempfile.TemporaryDirectory() as folder, schema(os.environ[POSTGRES]) as url:
        yield _figure("PostgreSQL", Path(folder), url, (laptops, calls, rounds, voters))


def _figure(kind: str, data: Path, database: str | None, size: tuple[int, int, int, int]) -> Figure:
    laptops, calls, rounds, voters = size
    url = campaign_server.make(data, CLOCK.now(), database)
    campaign_server.add_voters(data, voters, CLOCK.now(), database)
    link = admin.invite(url, CAMPAIGN, "caller", laptops, CLOCK.now() + timedelta(days=1), CLOCK.now())
    place = ["--data", str(data), *(["--database", database] if database else [])]
    with (
        served("phonetui", "server", "run", *place, port_option=["--port"]) as port,
        served("scripts.benchmarks.empty_route") as empty_port,
    ):
        ours, theirs = asyncio.run(_measure((port, empty_port), link.partition("#")[2], laptops, calls, rounds))
    return compared(f"exchanges, {kind}", median(ours), "1/s", "an empty Litestar route", median(theirs))


async def _measure(
    ports: tuple[int, int], secret: str, laptops: int, calls: int, rounds: int
) -> tuple[list[float], list[float]]:
    ours: list[float] = []
    theirs: list[float] = []
    async with AsyncExitStack() as stack:
        to_server, to_nothing = [
            [await stack.enter_async_context(HttpConnection(port)) for _ in range(laptops)] for port in ports
        ]
        callers = [Laptop(connection, number) for number, connection in enumerate(to_server)]
        for caller in callers:
            await caller.join(secret)
        for _ in range(rounds):
            ours.append(await _a_second([caller.call for caller in callers], calls))
            theirs.append(await _a_second([partial(each.post, "/", b"") for each in to_nothing], calls))
    return ours, theirs


async def _a_second(requests: Sequence[Callable[[], Awaitable[object]]], times: int) -> float:
    """Each of the requests so many times in a row, all at once beside each other; how many that makes a second."""

    async def repeat(request: Callable[[], Awaitable[object]]) -> None:
        for _ in range(times):
            await request()

    begun = time.perf_counter()
    await asyncio.gather(*map(repeat, requests))
    return len(requests) * times / (time.perf_counter() - begun)


@contextmanager
def schema(database: str) -> Iterator[str]:
    """A schema of its own on the PostgreSQL server, gone afterwards; its URL as `--database` takes it."""
    url = make_url(database_url(None, database))
    name = f"phonetui_bench_{os.getpid()}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE SCHEMA {name}"))
    inside = url.set(drivername="postgresql").update_query_dict({"options": f"-csearch_path={name}"})
    try:
        yield inside.render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP SCHEMA {name} CASCADE"))
        engine.dispose()
