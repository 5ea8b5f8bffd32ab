"""Each thing that can happen to a request, as the server and the laptop see it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from random import Random
from urllib.parse import urlsplit

import pytest

from phonetui.client.campaign_server import NoExchange, NotPhonetui, Offline
from phonetui.client.phonetui_server import PhonetuiServer
from phonetui.demo.shaky_line import FAULTS, HOST, ShakyLine
from phonetui.wire import ExchangeReply, ExchangeRequest
from tests.client.loopback import Loopback, listening, zipped
from tests.client.people import NOON

REQUEST = ExchangeRequest(campaign_id="fall", device_id="laptop")
REPLY = ExchangeReply(cursor="c1", server_time=NOON)


class Laptop:
    """A laptop, the line that it is on, and the server behind it."""

    def __init__(self, line: ShakyLine, server: Loopback) -> None:
        self.line = line
        self.server = server
        self._reached = PhonetuiServer(f"http://{HOST}:{line.port}", "token")

    async def asks(self) -> ExchangeReply:
        async with asyncio.timeout(120):
            return await self._reached.exchange(REQUEST)

    async def fails(self, with_what: type[NoExchange]) -> str:
        with pytest.raises(with_what) as failure:
            await self.asks()
        return str(failure.value)


def on_a_line(fault: str, story: Callable[[Laptop], Awaitable[None]], *, seed: int = 1, rate: float = 1.0) -> Laptop:
    """The story on a line on which this alone happens."""

    async def told() -> Laptop:
        async with listening(zipped(REPLY)) as server:
            port = urlsplit(server.url).port or 0
            faults = (fault,) if fault else ()
            async with ShakyLine(port, Random(seed), rate=rate, latency=(0, 0.01), faults=faults) as line:
                laptop = Laptop(line, server)
                await story(laptop)
                await laptop._reached.close()
                return laptop

    return asyncio.run(told())


def test_without_a_fault_every_request_is_answered_on_one_connection() -> None:
    async def story(laptop: Laptop) -> None:
        for _ in range(3):
            assert await laptop.asks() == REPLY

    laptop = on_a_line("", story, rate=0.0)
    assert (len(laptop.server.requests), laptop.server.connections, laptop.line.met.total()) == (3, 1, 0)


@pytest.mark.parametrize(
    ("fault", "asked"),
    [("stall", 1), ("slice", 1), ("duplicate", 2)],
)
def test_some_faults_are_seen_by_the_server_alone(fault: str, asked: int) -> None:
    async def story(laptop: Laptop) -> None:
        assert await laptop.asks() == REPLY

    laptop = on_a_line(fault, story)
    assert len(laptop.server.requests) == asked
    assert len(set(laptop.server.requests)) == 1
    assert laptop.line.met == {fault: 1}


@pytest.mark.parametrize(
    ("fault", "seen", "asked"),
    [
        ("cut after request", Offline, 1),
        ("cut in reply", Offline, 1),
        ("truncated gzip", Offline, 1),
        ("captive page", NotPhonetui, 0),
        ("redirect", NotPhonetui, 0),
    ],
)
def test_others_end_an_exchange(fault: str, seen: type[NoExchange], asked: int) -> None:
    async def story(laptop: Laptop) -> None:
        await laptop.fails(seen)

    assert len(on_a_line(fault, story).server.requests) == asked


def test_a_reset_comes_before_the_server_has_the_request_or_after() -> None:
    async def story(laptop: Laptop) -> None:
        await laptop.fails(Offline)

    asked = {len(on_a_line("reset", story, seed=seed).server.requests) for seed in range(8)}
    assert asked == {0, 1}


def test_a_stale_connection_is_found_out_by_the_next_request() -> None:
    async def story(laptop: Laptop) -> None:
        assert await laptop.asks() == REPLY
        await laptop.fails(Offline)
        assert await laptop.asks() == REPLY

    assert len(on_a_line("stale keep-alive", story).server.requests) == 2


def test_with_the_plug_out_nothing_gets_through_until_it_is_back() -> None:
    async def story(laptop: Laptop) -> None:
        await laptop.asks()
        laptop.line.pull_plug()
        assert laptop.line.plug_out
        waiting = asyncio.create_task(laptop.asks())
        await asyncio.wait([waiting], timeout=0.1)
        assert len(laptop.server.requests) == 1
        laptop.line.put_plug_back()
        (came,) = await asyncio.gather(waiting, return_exceptions=True)
        assert came == REPLY or isinstance(came, Offline)  # the connection hung, or it broke
        assert await laptop.asks() == REPLY

    for seed in range(6):
        on_a_line("", story, seed=seed, rate=0.0)


def test_a_new_connection_breaks_while_the_plug_is_out() -> None:
    async def story(laptop: Laptop) -> None:
        laptop.line.pull_plug()
        await laptop.fails(Offline)
        laptop.line.put_plug_back()
        assert await laptop.asks() == REPLY

    on_a_line("", story, rate=0.0)


def test_a_server_that_is_not_there_breaks_the_connection() -> None:
    async def story(laptop: Laptop) -> None:
        with socket.socket() as deaf:
            deaf.bind((HOST, 0))
            laptop.line.server_port = deaf.getsockname()[1]
            await laptop.fails(Offline)

    on_a_line("", story, rate=0.0)


def test_a_narrow_line_takes_its_time() -> None:
    async def told() -> float:
        async with (
            listening(zipped(REPLY)) as server,
            ShakyLine(urlsplit(server.url).port or 0, Random(1), rate=0.0, latency=(0, 0)) as line,
        ):
            laptop = Laptop(line, server)
            await laptop.asks()
            line.bandwidth = 8 * len(server.requests[0])
            began = asyncio.get_running_loop().time()
            await laptop.asks()
            await laptop._reached.close()
            return asyncio.get_running_loop().time() - began

    assert asyncio.run(told()) >= 1 / 8


def test_the_share_of_requests_that_meet_a_fault_is_the_rate() -> None:
    async def drawn() -> ShakyLine:
        line = ShakyLine(0, Random(1), rate=0.3)
        for _ in range(2000):
            line.draw()
        return line

    line = asyncio.run(drawn())
    assert line.met.total() == pytest.approx(600, rel=0.1)
    assert set(line.met) == set(FAULTS)
