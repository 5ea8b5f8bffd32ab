"""The `phonetui` command with a server that stores what comes twice as if it came once more."""

from __future__ import annotations

import sys
from unittest.mock import patch

import msgspec

from phonetui.cli import main
from phonetui.client.clock import SystemClock
from phonetui.server.arrivals import Arrival
from phonetui.server.events import _Batch
from phonetui.wire import Receipt, digest

CLOCK = SystemClock()
_admit = _Batch.admit


def _admit_again(batch: _Batch, arrival: Arrival) -> Receipt:
    receipt = _admit(batch, arrival)
    if receipt.status == "duplicate":
        _admit(batch, _under_another_id(arrival))
    return receipt


def _under_another_id(arrival: Arrival) -> Arrival:
    other = CLOCK.new_id()
    body = arrival.body.replace(arrival.head.id.encode(), other.encode())
    head = msgspec.structs.replace(arrival.head, id=other)
    return msgspec.structs.replace(arrival, head=head, body=body, digest=digest(body))


if __name__ == "__main__":
    with patch.object(_Batch, "admit", _admit_again):
        sys.exit(main())
