"""The callers with a client that takes any answer with status 200 for receipts of all that it sent."""

from __future__ import annotations

from unittest.mock import patch

import msgspec

from phonetui.client.clock import SystemClock
from phonetui.client.phonetui_server import PhonetuiServer
from phonetui.wire import ExchangeReply, ExchangeRequest, Receipt, decode_exchange_reply, digest
from tests.torture import callers


class _Id(msgspec.Struct):
    id: str


async def _exchange(server: PhonetuiServer, request: ExchangeRequest) -> ExchangeReply:
    answer = await server._web.ask("POST", "/v1/exchange", msgspec.json.encode(request), server.token)
    if answer.status != 200 or answer.content_type == "application/json":
        return server._read(answer, decode_exchange_reply)
    receipts = [
        Receipt(msgspec.json.decode(event, type=_Id).id, digest(memoryview(event)), "stored")
        for event in request.events
    ]
    return ExchangeReply(receipts=tuple(receipts), cursor=request.cursor, server_time=SystemClock().now())


if __name__ == "__main__":
    with patch.object(PhonetuiServer, "exchange", _exchange):
        callers.main()
