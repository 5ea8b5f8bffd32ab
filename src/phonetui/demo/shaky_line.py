"""A bad line: a proxy from loopback to loopback that knows where a request and its reply end, and harms some of them.

It knows of HTTP/1.1 what the laptop and the server use: every body has a `Content-Length`, and no request comes before
the reply to the one before.
"""

from __future__ import annotations

import asyncio
import math
import re
import socket
import struct
from asyncio import StreamReader, StreamWriter
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from random import Random
from types import TracebackType

HOST = "127.0.0.1"
#: The share of requests that meet a fault, and the seconds that a round trip takes at least and at most.
RATE = 0.3
LATENCY = (0.1, 0.6)
#: Seconds in which the server can carry out a request whose reply is lost; a watch is not waited for.
CARRIED_OUT = 1.0
#: The most bytes of one slice.
SLICE = 64

LOG_IN_PAGE = b"<html><h1>Welcome to the Grand Hotel</h1><form>Room <input name=room></form></html>"
CAPTIVE_PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s" % (
    len(LOG_IN_PAGE),
    LOG_IN_PAGE,
)
REDIRECT = b"HTTP/1.1 302 Found\r\nLocation: http://login.hotel.example/\r\nContent-Length: 0\r\n\r\n"

_LENGTH = re.compile(rb"(?i)(?<=\ncontent-length:) *(\d+)")


class ShakyLine:
    """Carries what comes to its `port` on to the server's; of the requests a share, `rate`, meets one of `faults`.

    `latency` is in seconds a round trip, `bandwidth` in bytes a second each way. `met` counts the faults by name.
    """

    def __init__(
        self,
        server_port: int,
        random: Random,
        *,
        rate: float = RATE,
        latency: tuple[float, float] = LATENCY,
        bandwidth: float = math.inf,
        faults: Sequence[str] = (),
    ) -> None:
        self.server_port = server_port
        self.random = random
        self.rate = rate
        self.latency = latency
        self.bandwidth = bandwidth
        self.met: Counter[str] = Counter()
        self._faults = tuple(faults) or tuple(FAULTS)
        self._plugged_in = asyncio.Event()
        self._plugged_in.set()
        self._ways = asyncio.Lock(), asyncio.Lock()
        self._carrying: dict[_Connection, asyncio.Task[None]] = {}
        self._listening: asyncio.Server | None = None
        self.port = 0

    async def __aenter__(self) -> ShakyLine:
        await self.listen(0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.close()

    async def listen(self, port: int) -> None:
        """Begin to carry; port 0 takes any that is free. Raises `OSError` where the port is taken."""
        self._listening = await asyncio.start_server(self._accept, HOST, port)
        self.port = self._listening.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Break every connection, and take no more."""
        if self._listening is not None:
            self._listening.close()
        tasks = list(self._carrying.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    @property
    def plug_out(self) -> bool:
        """Whether the plug is out."""
        return not self._plugged_in.is_set()

    def pull_plug(self) -> None:
        """Let nothing through: of the connections some break and some hang, and each new one breaks."""
        self._plugged_in.clear()
        for connection in self._carrying:
            if self.random.random() < 0.5:
                connection.reset()

    def put_plug_back(self) -> None:
        """Carry on, on the connections that hang too."""
        self._plugged_in.set()

    def draw(self) -> Fault:
        """What the next request meets."""
        if self.random.random() >= self.rate:
            return carry
        name = self.random.choice(self._faults)
        self.met[name] += 1
        return FAULTS[name]

    async def takes(self, size: int, way: int) -> None:
        """Wait as long as so many bytes take, 0 to the server and 1 back; what comes next queues behind them."""
        async with self._ways[way]:
            await asyncio.sleep(size / self.bandwidth)
        await asyncio.sleep(self.random.uniform(*self.latency) / 2)
        await self._plugged_in.wait()

    def _accept(self, reader: StreamReader, writer: StreamWriter) -> None:
        connection = _Connection(self, reader, writer)
        if self.plug_out:
            connection.reset()
            return
        task = self._carrying[connection] = asyncio.create_task(connection.carry_all())
        task.add_done_callback(lambda done: self._carrying.pop(connection))


class _Connection:
    """A laptop's connection, and the one to the server behind it."""

    def __init__(self, line: ShakyLine, reader: StreamReader, writer: StreamWriter) -> None:
        self.line = line
        self._laptop, self._to_laptop = reader, writer
        self._server: StreamReader | None = None
        self._to_server: StreamWriter | None = None

    async def carry_all(self) -> None:
        """One request after the other, until either side or a fault ends it."""
        try:
            while True:
                request = await _message(self._laptop)
                await self.line.draw()(self, request)
        except (EOFError, OSError):
            pass
        finally:
            self._to_laptop.close()
            self._leave_server()

    async def ask(self, request: bytes, *, sliced: bool = False) -> bytes:
        """The server's reply."""
        await self.line.takes(len(request), 0)
        if self._server is None or self._to_server is None or self._server.at_eof():
            self._leave_server()
            self._server, self._to_server = await asyncio.open_connection(HOST, self.line.server_port)
        await self._write(self._to_server, request, sliced)
        return await _message(self._server)

    async def answer(self, reply: bytes, *, sliced: bool = False) -> None:
        """The reply, whole or not, for the laptop."""
        await self.line.takes(len(reply), 1)
        await self._write(self._to_laptop, reply, sliced)

    async def next_request(self) -> None:
        """Wait for its first byte, which is all that anybody reads of it."""
        await self._laptop.readexactly(1)

    def reset(self) -> None:
        """Break the connection as a router that has forgotten it does, by RST."""
        _reset(self._to_laptop)

    async def _write(self, writer: StreamWriter, message: bytes, sliced: bool) -> None:
        while sliced and message:
            end = self.line.random.randint(1, SLICE)
            writer.write(message[:end])
            await writer.drain()
            await asyncio.sleep(0.001)  # or the next slice goes in the same packet
            message = message[end:]
        writer.write(message)
        await writer.drain()

    def _leave_server(self) -> None:
        if self._to_server is not None:
            self._to_server.close()


async def _message(reader: StreamReader) -> bytes:
    """One whole request or reply; raises `EOFError` where the connection ends."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = _LENGTH.search(head)
    return head + await reader.readexactly(int(length[1])) if length else head


def _reset(writer: StreamWriter) -> None:
    at_once = struct.pack("ii", 1, 0)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
    writer.transport.abort()


# -- what can happen to a request --------------------------------------------------------------------------------------

#: Carries one request, or does what befalls it; ends the connection by raising `OSError`.
Fault = Callable[[_Connection, bytes], Awaitable[None]]


async def carry(connection: _Connection, request: bytes) -> None:
    """No fault."""
    await connection.answer(await connection.ask(request))


async def _stall(connection: _Connection, request: bytes) -> None:
    """As when packets are lost and sent again."""
    line = connection.line
    await asyncio.sleep(line.random.uniform(2, 5) * line.latency[1])
    await carry(connection, request)


async def _cut_after_request(connection: _Connection, request: bytes) -> None:
    """The server carries it out, and nobody hears of it."""
    await _unheard(connection, request)
    raise ConnectionAbortedError


async def _unheard(connection: _Connection, request: bytes) -> None:
    try:
        async with asyncio.timeout(CARRIED_OUT):
            await connection.ask(request)
    except TimeoutError:
        pass


async def _cut_in_reply(connection: _Connection, request: bytes) -> None:
    reply = await connection.ask(request)
    await connection.answer(reply[: connection.line.random.randrange(len(reply))])
    raise ConnectionAbortedError


async def _slice(connection: _Connection, request: bytes) -> None:
    """Some bytes at a time, both ways."""
    await connection.answer(await connection.ask(request, sliced=True), sliced=True)


async def _reset_before_or_after(connection: _Connection, request: bytes) -> None:
    if connection.line.random.random() < 0.5:
        await _unheard(connection, request)
    connection.reset()
    raise ConnectionResetError


async def _duplicate(connection: _Connection, request: bytes) -> None:
    """It reaches the server twice, at the same time."""
    line = connection.line
    second_reader, second = await asyncio.open_connection(HOST, line.server_port)
    try:
        second.write(request)
        replies = await asyncio.gather(connection.ask(request), _message(second_reader))
    finally:
        second.close()
    await connection.answer(line.random.choice(replies))


async def _captive_page(connection: _Connection, request: bytes) -> None:
    await connection.answer(CAPTIVE_PAGE)


async def _redirect(connection: _Connection, request: bytes) -> None:
    await connection.answer(REDIRECT)


async def _truncated_gzip(connection: _Connection, request: bytes) -> None:
    """A whole reply by HTTP's rules, of a body that is not."""
    head, end, body = (await connection.ask(request)).partition(b"\r\n\r\n")
    kept = connection.line.random.randrange(len(body)) if body else 0
    await connection.answer(_LENGTH.sub(b" %d" % kept, head) + end + body[:kept])


async def _stale_keep_alive(connection: _Connection, request: bytes) -> None:
    """The next request on this connection finds it closed."""
    await carry(connection, request)
    await connection.next_request()
    raise ConnectionAbortedError


#: By the names under which they are counted.
FAULTS: dict[str, Fault] = {
    "stall": _stall,
    "cut after request": _cut_after_request,
    "cut in reply": _cut_in_reply,
    "slice": _slice,
    "reset": _reset_before_or_after,
    "duplicate": _duplicate,
    "captive page": _captive_page,
    "redirect": _redirect,
    "truncated gzip": _truncated_gzip,
    "stale keep-alive": _stale_keep_alive,
}
