"""How long it takes to lend households out of a long list, against a short one."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from scripts.benchmarks import campaign_server
from scripts.benchmarks.figure import Figure, compared, median

from phonetui.client.clock import SystemClock
from phonetui.server.accounts import Caller
from phonetui.server.engine import Database, database_url, open_database
from phonetui.server.exchange import Exchange
from phonetui.server.keys import read_keys
from phonetui.wire import WANT, ExchangeRequest

CLOCK = SystemClock()


def figures(long: int = 1_000_000, short: int = 10_000, leases: int = 100) -> Iterator[Figure]:
    """New callers ask each server for a first hand of households, in turn."""
    with tempfile.TemporaryDirectory() as long_list, tempfile.TemporaryDirectory() as short_list:
        for folder, voters in ((Path(long_list), long), (Path(short_list), short)):
            campaign_server.make(folder, CLOCK.now())
            campaign_server.add_voters(folder, voters, CLOCK.now())
        ours, theirs = asyncio.run(_measure(Path(long_list), Path(short_list), leases))
    yield compared(
        f"lease of {WANT} households at {long:,} voters",
        median(ours) * 1000,
        "ms",
        f"at {short:,} voters",
        median(theirs) * 1000,
        at_most=1.5,
    )


async def _measure(long_list: Path, short_list: Path, leases: int) -> tuple[list[float], list[float]]:
    databases = [open_database(database_url(folder, None)) for folder in (long_list, short_list)]
    servers = [_exchange(database, folder) for database, folder in zip(databases, (long_list, short_list), strict=True)]
    taken: tuple[list[float], list[float]] = ([], [])
    for caller in range(leases):
        for server, times in zip(servers, taken, strict=True):
            times.append(await _lend(server, caller))
    for server, database in zip(servers, databases, strict=True):
        await server.close()
        await database.close()
    return taken


def _exchange(database: Database, folder: Path) -> Exchange:
    return Exchange(database, read_keys(folder, {}), CLOCK.now)


async def _lend(server: Exchange, number: int) -> float:
    name = f"caller-{number}"
    caller = Caller(name, name, f"{name}@example.org", True, {}, f"device-{number}", "")
    request = ExchangeRequest(campaign_id=campaign_server.CAMPAIGN, device_id=caller.device_id, want=WANT)
    begun = time.perf_counter()
    reply = await server.answer(caller, request)
    seconds = time.perf_counter() - begun
    if len(reply.leases) != WANT:
        raise RuntimeError(f"{len(reply.leases)} households were lent in place of {WANT}")
    return seconds
