"""A laptop as lean as it can be, so that the server's speed is what shows."""

from __future__ import annotations

import msgspec
from scripts.benchmarks.campaign_server import CAMPAIGN
from scripts.benchmarks.http_connection import HttpConnection

from phonetui.client.clock import SystemClock
from phonetui.core import event as events
from phonetui.wire import WANT, ExchangeReply, ExchangeRequest, Join, Lease, Session

CLOCK = SystemClock()


class Laptop:
    """A caller's side of the exchange, as lean as it can be."""

    def __init__(self, connection: HttpConnection, number: int) -> None:
        self._connection = connection
        self._device_id = f"device-{number}"
        self._token = ""
        self._cursor = ""
        self._seq = 0
        self._hand: list[Lease] = []

    async def join(self, secret: str) -> None:
        """Makes an account and takes a first hand of households."""
        name = self._device_id
        join = Join(secret, f"{name}@example.org", name, "correct horse battery", name)
        session = msgspec.json.decode(await self._connection.post("/v1/join", msgspec.json.encode(join)), type=Session)
        self._token = session.token
        await self._exchange(())

    async def call(self) -> None:
        """Sends what came of one call; a household comes back."""
        lease = self._hand.pop(0)
        voter_id = lease.household.voters[0].voter_id
        self._seq += 1
        outcome = events.Outcome(
            id=CLOCK.new_id(),
            seq=self._seq,
            at=CLOCK.now(),
            campaign_id=CAMPAIGN,
            voter_id=voter_id,
            ticket=lease.tickets[voter_id],
            disposition="not_home",
            number_ending=events.ending(lease.household.number),
            shown_at=CLOCK.now(),
            campaign_version=1,
        )
        await self._exchange((msgspec.Raw(events.encode(outcome)),))

    async def _exchange(self, sent: tuple[msgspec.Raw, ...]) -> None:
        request = ExchangeRequest(
            campaign_id=CAMPAIGN,
            device_id=self._device_id,
            cursor=self._cursor,
            campaign_version=1,
            held=tuple(lease.household.household_id for lease in self._hand),
            events=sent,
            want=WANT - len(self._hand),
        )
        body = await self._connection.post("/v1/exchange", msgspec.json.encode(request), self._token)
        reply = msgspec.json.decode(body, type=ExchangeReply)
        if [receipt.status for receipt in reply.receipts] != ["stored"] * len(sent) or not reply.leases:
            raise RuntimeError(f"the campaign server answered {reply}")
        self._cursor = reply.cursor
        self._hand += reply.leases
