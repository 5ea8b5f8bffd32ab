"""An exchange that only echoes, for what surrounds the exchange."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from phonetui.server.accounts import Caller
from phonetui.server.engine import Database
from phonetui.server.keys import ServerKeys
from phonetui.server.problems import RequestRefused
from phonetui.wire import ExchangeReply, ExchangeRequest, Receipt, digest


class Echo:
    """Stands in for the exchange: receipts for what came, after the wait that was asked for."""

    def __init__(self, database: Database, keys: ServerKeys, clock: Callable[[], datetime], ari: None) -> None:
        self._clock = clock

    def start(self) -> None:
        """There is nothing to listen to."""

    async def answer(self, caller: Caller, request: ExchangeRequest) -> ExchangeReply:
        if request.campaign_id == "broken":
            raise ZeroDivisionError("Dana De La Cruz, (812) 555-0166")
        if request.campaign_id == "unknown":
            raise RequestRefused("no-such-campaign")
        await asyncio.sleep(request.wait)
        receipts = tuple(Receipt(str(n), digest(event), "stored") for n, event in enumerate(request.events))
        return ExchangeReply(receipts=receipts, cursor=caller.name, server_time=self._clock())

    async def close(self) -> None:
        """There is nothing to stop."""
