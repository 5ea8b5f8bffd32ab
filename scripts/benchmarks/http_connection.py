"""One keep-alive HTTP connection that costs its own side next to nothing, so that the server's speed is what shows."""

from __future__ import annotations

import asyncio
import gzip
from types import TracebackType


class HttpConnection:
    """Posts JSON to a server on loopback, one request after the other; `packed` both ways with gzip, as laptops do."""

    def __init__(self, port: int, *, packed: bool = True) -> None:
        self._port = port
        self._packed = packed

    async def __aenter__(self) -> HttpConnection:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._writer.close()
        await self._writer.wait_closed()

    async def get(self, path: str, token: str = "") -> bytes:
        """The reply's body, inflated; raises `RuntimeError` for any but a good one."""
        return await self._ask("GET", path, b"", token)

    async def post(self, path: str, body: bytes, token: str = "") -> bytes:
        """Likewise."""
        return await self._ask("POST", path, body, token)

    async def _ask(self, method: str, path: str, body: bytes, token: str) -> bytes:
        head = [f"{method} {path} HTTP/1.1", "host: localhost", "content-type: application/json"]
        if token:
            head.append(f"authorization: Bearer {token}")
        if self._packed:
            head.append("accept-encoding: gzip")
        if self._packed and body:
            head.append("content-encoding: gzip")
            body = gzip.compress(body, 6)
        head.append(f"content-length: {len(body)}")
        self._writer.write("\r\n".join([*head, "", ""]).encode() + body)
        status, *lines = (await self._reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        reply = await self._reader.readexactly(int(headers.get("content-length", "0")))
        if headers.get("content-encoding") == "gzip":
            reply = gzip.decompress(reply)
        if status.split()[1] not in ("200", "201", "204"):
            raise RuntimeError(f"{path} was answered with {status}: {reply[:200]!r}")
        return reply
