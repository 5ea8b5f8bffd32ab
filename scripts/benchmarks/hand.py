"""A journal with voters on hand, as an exchange would have left it."""

from __future__ import annotations

from datetime import datetime, timedelta

from scripts.benchmarks import sample

from phonetui.client.journal import Journal
from phonetui.client.outbox import Taken
from phonetui.core.voter import Household
from phonetui.wire import ExchangeReply


async def fill(journal: Journal, households: int, now: datetime) -> tuple[Household, ...]:
    """Lends so many households of one voter each, for a day."""
    lent = tuple(sample.households(households, now))
    reply = ExchangeReply(
        leases=tuple(sample.lease(household, now + timedelta(days=1)) for household in lent),
        campaign=sample.campaign(now.date()),
        cursor="1",
        server_time=now,
    )
    await journal.take(Taken(reply=reply))
    return lent
