"""A server on loopback that answers with exactly the bytes it is told to."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ssl import SSLContext

import msgspec

from phonetui.wire import PROBLEMS, Problem


class Loopback:
    """Answers each request with the next of `answers`, the last one for ever; keeps what it was sent.

    None hangs; bytes are sent as they are, and a short body is followed by the end of the connection.
    """

    def __init__(self, *answers: bytes | None) -> None:
        self.answers = list(answers)
        self.requests: list[bytes] = []
        self.connections = 0
        self.asked = asyncio.Event()
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                self.requests.append(head + await reader.readexactly(_length(head)))
                self.asked.set()
                answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
                if answer is None:
                    await asyncio.Future()
                    return
                writer.write(answer)
                await writer.drain()
                head, end, body = answer.partition(b"\r\n\r\n")
                if not end or len(body) < _length(head + end):
                    return
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            return  # 3.11's streams log a cancelled task as a fault
        finally:
            writer.close()


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0


@asynccontextmanager
async def listening(*answers: bytes | None, tls: SSLContext | None = None) -> AsyncIterator[Loopback]:
    """The server, with its address in `url`."""
    loopback = Loopback(*answers)
    server = await asyncio.start_server(loopback.serve, "127.0.0.1", 0, ssl=tls)
    port = server.sockets[0].getsockname()[1]
    loopback.url = f"{'https' if tls else 'http'}://127.0.0.1:{port}"
    try:
        yield loopback
    finally:
        server.close()


def http(body: bytes, *headers: str, status: str = "200 OK", kind: str = "application/json") -> bytes:
    """A whole answer."""
    lines = (f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *headers)
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def json(value: object, *headers: str) -> bytes:
    """A 200 with JSON."""
    return http(msgspec.json.encode(value), *headers)


def zipped(value: object) -> bytes:
    """A 200 with gzipped JSON."""
    return http(gzip.compress(msgspec.json.encode(value), mtime=0), "Content-Encoding: gzip")


def problem(kind: str, status: str, *headers: str) -> bytes:
    """An RFC 9457 problem of the campaign server's."""
    body = msgspec.json.encode(Problem(type=kind, title=PROBLEMS[kind], status=int(status[:3])))
    return http(body, *headers, status=status, kind="application/problem+json")
