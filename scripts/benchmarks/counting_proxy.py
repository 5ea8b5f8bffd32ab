"""A TCP proxy on loopback that counts what crosses it, both ways, and can be cut off."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from types import TracebackType


class CountingProxy:
    """Passes every byte on to `port`; `crossed` counts them, HTTP's own included, TCP's and TLS's not."""

    def __init__(self, port: int) -> None:
        self.crossed = 0
        self._to = port
        self._cut = False
        self._open: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> CountingProxy:
        self._server = await asyncio.start_server(self._pass_on, "127.0.0.1", 0)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.cut_off()
        self._server.close()

    def cut_off(self) -> None:
        """Breaks every connection, and each new one."""
        self._cut = True
        for writer in self._open:
            writer.close()

    def restore(self) -> None:
        """Passes new connections on again."""
        self._cut = False

    async def _pass_on(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        if self._cut:
            to_client.close()
            return
        server, to_server = await asyncio.open_connection("127.0.0.1", self._to)
        await asyncio.gather(self._pump(client, to_server), self._pump(server, to_client))

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        with suppress(ConnectionError):
            while block := await reader.read(65536):
                self.crossed += len(block)
                writer.write(block)
                await writer.drain()
        self._open.discard(writer)
        writer.close()
