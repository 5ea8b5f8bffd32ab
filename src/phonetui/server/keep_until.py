"""Until when a campaign keeps its voters: past that day, once nobody is called any more, the server erases them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import partial
from zoneinfo import ZoneInfo

from litestar import get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy import Connection, bindparam, select, update

from phonetui.core.refusal import Refused
from phonetui.server import audit
from phonetui.server.accounts import Caller
from phonetui.server.asked import WITH_TOKEN, problems
from phonetui.server.engine import Database
from phonetui.server.erasing import AT_ONCE, erase
from phonetui.server.kept_voters import is_past
from phonetui.server.late_do_not_calls import forget_old
from phonetui.server.locked_campaign import lock_campaign
from phonetui.server.log import log_failure
from phonetui.server.scrubbing import ERASED
from phonetui.server.stored_campaign import find_campaign
from phonetui.server.supervising import OF_CAMPAIGN, TO_SUPERVISORS, WITH_BODY, Deed, Office
from phonetui.server.tables import campaigns, voters
from phonetui.server.transactions import transact
from phonetui.server.words import forget_words
from phonetui.wire_supervisors import KeepUntil

#: Seconds between two looks.
LOOK_EVERY = 60 * 60

_DUE = select(campaigns.c.campaign_id, campaigns.c.keep_until).where(campaigns.c.keep_until.is_not(None))
_NEXT = (
    select(voters.c.voter_id)
    .where(
        voters.c.campaign_id == bindparam("campaign"), voters.c.voter_id > bindparam("after"), voters.c.ended != ERASED
    )
    .order_by(voters.c.voter_id)
    .limit(AT_ONCE)
)


def keep_until(connection: Connection, campaign_id: str) -> KeepUntil:
    """The last day on which the campaign's voters are kept."""
    this = select(campaigns.c.keep_until).where(campaigns.c.campaign_id == campaign_id)
    return KeepUntil(connection.execute(this).scalar_one())


def set_keep_until(connection: Connection, campaign_id: str, day: date | None, caller_id: str, now: datetime) -> None:
    """Keeps them until that day; none: until somebody erases them. Raises `Refused` for a day that is past."""
    stored = find_campaign(connection, campaign_id)
    today = now.astimezone(ZoneInfo(stored.campaign.zone)).date() if stored else now.date()
    if day is not None and day < today:
        raise Refused(f"{day:%B} {day.day}, {day.year}, is past; name today, or a day to come.")
    this = campaigns.c.campaign_id == campaign_id
    connection.execute(update(campaigns).where(this).values(keep_until=day))
    audit.record(connection, campaign_id, caller_id, "keep-until", day.isoformat() if day else "", now)


class Keeper:
    """Erases the voters of campaigns whose day is past, over one database; it looks once an hour."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        ticket_key: bytes,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._database = database
        self._clock = clock
        self._ticket_key = ticket_key
        self._pause = pause
        self._looking: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins to look."""
        self._looking = asyncio.create_task(self._keep_looking())

    async def close(self) -> None:
        """Stops; what was not erased yet is the next time."""
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.wait([self._looking])

    async def _keep_looking(self) -> None:
        while True:
            await self.look()
            await self._pause(LOOK_EVERY)

    async def look(self) -> None:
        """Erases those who are kept too long, part by part, with all that was written down in the campaign.

        What fails is logged, and tried again at the next look; it keeps no other campaign's voters.
        """
        due: list[str] = []
        with _logging_failures():
            async with self._database.read() as connection:
                due = await connection.run_sync(self._due)
        for campaign_id in due:
            with _logging_failures():
                await self._erase(campaign_id)
        with _logging_failures():
            await transact(self._database, lambda it: forget_old(it, self._clock()))
            await self._database.forget_overwritten()

    async def _erase(self, campaign_id: str) -> None:
        after: int | None = 0
        while after is not None:
            after = await transact(self._database, partial(self._erase_some, campaign_id=campaign_id, after=after))
        await transact(self._database, partial(self._forget_words, campaign_id=campaign_id))

    def _due(self, connection: Connection) -> list[str]:
        """Campaigns that keep their voters no more."""
        now, due = self._clock(), []
        for row in connection.execute(_DUE).all():
            stored = find_campaign(connection, row.campaign_id)
            if stored is not None and is_past(stored, row.keep_until, now):
                due.append(row.campaign_id)
        return due

    def _erase_some(self, connection: Connection, campaign_id: str, after: int) -> int | None:
        """The last that was erased; None where there are no more."""
        ids: list[int] = list(connection.scalars(_NEXT, {"campaign": campaign_id, "after": after}))
        if not ids:
            return None
        erased = erase(
            connection, campaign_id, ids, self._clock(), erasing_key=None, ticket_key=self._ticket_key
        ).voters
        if erased:  # another process may have been first
            audit.record(connection, campaign_id, audit.AT_THE_CONSOLE, "erased-all", erased, self._clock())
        return ids[-1]

    def _forget_words(self, connection: Connection, campaign_id: str) -> None:
        now = self._clock()
        if forgotten := forget_words(connection, lock_campaign(connection, campaign_id), now):
            audit.record(connection, campaign_id, audit.AT_THE_CONSOLE, "erased-words", forgotten, now)


@contextmanager
def _logging_failures() -> Iterator[None]:
    try:
        yield
    except Exception as error:  # noqa: BLE001 - one voter who cannot be read must not end the keeping of all others
        log_failure(error)


# -- routes ------------------------------------------------------------------------------------------------------------


@get(f"{OF_CAMPAIGN}/keep-until", security=WITH_TOKEN, responses=problems(*TO_SUPERVISORS))
async def get_keep_until(
    campaign_id: FromPath[str], caller: NamedDependency[Caller], office: NamedDependency[Office]
) -> KeepUntil:
    """Says until when the campaign's voters are kept."""
    return await office.read(caller, campaign_id, lambda at: keep_until(at.connection, at.campaign_id))


@put(f"{OF_CAMPAIGN}/keep-until", status_code=204, security=WITH_TOKEN, responses=problems(*WITH_BODY))
async def put_keep_until(
    campaign_id: FromPath[str],
    data: JSONBody[KeepUntil],
    caller: NamedDependency[Caller],
    office: NamedDependency[Office],
) -> None:
    """Sets the day after which the server erases the campaign's voters, once no calls are made any more."""

    def deed(at: Deed) -> None:
        set_keep_until(at.connection, at.campaign_id, data.day, caller.caller_id, at.now)

    await office.do(caller, campaign_id, deed)


ROUTES = [get_keep_until, put_keep_until]
