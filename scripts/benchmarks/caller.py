"""A caller at a desk without a screen: the real journal, outbox, courier and HTTP client."""

from __future__ import annotations

import asyncio
import random
import secrets
from pathlib import Path
from types import TracebackType

import msgspec
from scripts.benchmarks.campaign_server import CAMPAIGN
from scripts.benchmarks.http_connection import HttpConnection

from phonetui.client.clock import Clock
from phonetui.client.desk import PhoneDesk
from phonetui.client.journal import Journal
from phonetui.client.outbox import Outbox
from phonetui.client.phonetui_server import PhonetuiServer
from phonetui.wire import Join, Session

DEVICE = "device-1"


class Caller:
    """Joins with an invitation's secret and sits down; leaving the block closes the desk."""

    def __init__(self, port: int, secret: str, folder: Path, clock: Clock) -> None:
        self._port = port
        self._secret = secret
        self._folder = folder
        self._clock = clock
        self._changed = asyncio.Event()

    async def __aenter__(self) -> Caller:
        session = await self._join()
        self._server = PhonetuiServer(f"http://127.0.0.1:{self._port}", session.token)
        journal = await Journal.open(self._folder / "journal", secrets.token_bytes(32))
        loaded = await journal.load()
        outbox = Outbox(
            DEVICE,
            CAMPAIGN,
            loaded,
            random=random.Random(1).random,
            now=self._clock.now(),
            tick=self._clock.tick(),
        )
        self.desk = PhoneDesk(session.name, journal, loaded, outbox, self._server, self._clock)
        self.desk.listen(self._changed.set)
        await self.desk.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.desk.close()
        await self._server.close()

    async def _join(self) -> Session:
        """By a connection without a time limit, for on a fast clock a password takes minutes to hash."""
        join = Join(self._secret, "dana@example.org", "Dana", "correct horse battery", DEVICE)
        async with HttpConnection(self._port) as connection:
            return msgspec.json.decode(await connection.post("/v1/join", msgspec.json.encode(join)), type=Session)

    async def until_ready(self) -> None:
        """Returns once a voter is on the screen and nothing is unsent."""
        while self.desk.view.call.voter is None or self.desk.view.unsent:
            self._changed.clear()
            await self._changed.wait()
