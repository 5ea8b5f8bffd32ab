"""What an exchange's receipts say of the events that were sent."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from phonetui.client.reason import Reason
from phonetui.wire import ExchangeReply, ExchangeRequest, digest


class _Id(Struct):
    id: str


_read_id = msgspec.json.Decoder(_Id).decode


def read_receipts(
    request: ExchangeRequest, reply: ExchangeReply
) -> tuple[tuple[str, ...], tuple[tuple[str, Reason], ...]]:
    """The ids acknowledged, and those rejected with why: a receipt counts for the exact bytes that it names."""
    sent = {_read_id(event).id: digest(memoryview(event)) for event in request.events}
    receipts = [receipt for receipt in reply.receipts if sent.get(receipt.id) == receipt.digest]
    acknowledged = tuple(receipt.id for receipt in receipts if receipt.status in ("stored", "duplicate"))
    refused = [receipt for receipt in receipts if receipt.status in ("conflict", "rejected")]
    return acknowledged, tuple((receipt.id, Reason.on(receipt)) for receipt in refused)
