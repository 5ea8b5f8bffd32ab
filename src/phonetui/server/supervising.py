"""What supervisors' routes share: who may do it, one transaction with its line in the audit log, who hears of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from msgspec import Struct
from sqlalchemy import Connection

from phonetui.core.campaign import Campaign
from phonetui.core.refusal import Refused
from phonetui.server import audit
from phonetui.server.accounts import Caller
from phonetui.server.asked import OF_BODIES
from phonetui.server.attempts import OVERSEERS
from phonetui.server.engine import Database
from phonetui.server.problems import RequestRefused
from phonetui.server.stored_campaign import StoredCampaign, campaign_open_to
from phonetui.server.transactions import transact

Result = TypeVar("Result")

#: Where all that is about one campaign lies.
OF_CAMPAIGN = "/v1/campaigns/{campaign_id:str}"
#: What any of these routes may answer, and one with a body, too.
TO_SUPERVISORS = ("signed-out", "no-such-campaign", "not-yours")
WITH_BODY = (*TO_SUPERVISORS, *OF_BODIES, "refused")


class Deed(Struct, frozen=True):
    """Something that a supervisor does, in one transaction."""

    connection: Connection
    caller: Caller
    stored: StoredCampaign
    now: datetime

    @property
    def campaign(self) -> Campaign:
        """The campaign that it is about."""
        return self.stored.campaign

    @property
    def campaign_id(self) -> str:
        """Its id."""
        return self.campaign.campaign_id

    def record(self, action: str, subject: str | int = "", *, everywhere: bool = False) -> None:
        """Writes it into the audit log; `everywhere`: it is done to the whole server."""
        of = audit.WHOLE_SERVER if everywhere else self.campaign_id
        audit.record(self.connection, of, self.caller.caller_id, action, subject, self.now)


class Office:
    """Where supervisors' deeds are done. `wake` lets this process's laptops and supervisors look for news."""

    def __init__(self, database: Database, clock: Callable[[], datetime], wake: Callable[[str], None]) -> None:
        self._database = database
        self._clock = clock
        self._wake = wake
        #: Held by whoever reads a whole campaign: one at a time, so that callers do not wait for all of them.
        self.one_search = asyncio.Lock()

    async def read(self, caller: Caller, campaign_id: str, look: Callable[[Deed], Result]) -> Result:
        """What the look finds; it writes nothing. Raises as `do`."""
        async with self._database.read() as connection:
            return await connection.run_sync(lambda it: self._with(it, caller, campaign_id, look))

    async def do(
        self, caller: Caller, campaign_id: str, deed: Callable[[Deed], Result], *, quietly: bool = False
    ) -> Result:
        """Does it, whole or not at all; `quietly` where there is nothing to see.

        Raises `no-such-campaign` and `not-yours`, and `refused` with the sentence of what the deed itself refuses.
        """
        done = await transact(self._database, lambda it: self._with(it, caller, campaign_id, deed))
        if not quietly:
            self._wake(campaign_id)
        return done

    async def prepare(self, caller: Caller, campaign_id: str, work: Callable[[], Result]) -> Result:
        """Work without the database, on a thread, for one who may do the deed that it is for; raises as `do`."""
        async with self._database.read() as connection:
            await connection.run_sync(supervised, caller, campaign_id)
        try:
            return await asyncio.to_thread(work)
        except Refused as refused:
            raise RequestRefused("refused", str(refused)) from None

    def _with(self, connection: Connection, caller: Caller, campaign_id: str, deed: Callable[[Deed], Result]) -> Result:
        stored = supervised(connection, caller, campaign_id)
        try:
            return deed(Deed(connection, caller, stored, self._clock()))
        except RequestRefused:
            raise
        except Refused as refused:
            raise RequestRefused("refused", str(refused)) from None


def supervised(connection: Connection, caller: Caller, campaign_id: str) -> StoredCampaign:
    """The campaign; raises `no-such-campaign`, and `not-yours` for one whom the caller does not supervise."""
    stored = campaign_open_to(connection, caller, campaign_id)
    if caller.role(campaign_id) not in OVERSEERS:
        raise RequestRefused("not-yours", "Only the campaign's supervisors and owners may do this.")
    return stored
