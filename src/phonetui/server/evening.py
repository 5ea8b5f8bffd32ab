"""The evening as supervisors see it: put together at most once a second, for all who look at it."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from math import inf

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from sqlalchemy import Connection

from phonetui.core.campaign import Campaign
from phonetui.server import looks
from phonetui.server.accounts import Caller, caller_of
from phonetui.server.asked import WITH_TOKEN, problems
from phonetui.server.backups import pause
from phonetui.server.bells import Bell
from phonetui.server.callers_now import callers_now, here_today
from phonetui.server.clock import midnight
from phonetui.server.day_changes import OVERLAP, catch_up
from phonetui.server.day_counts import DayCounts
from phonetui.server.engine import Database
from phonetui.server.list_counts import ListCounts, count_lists
from phonetui.server.open_questions import asked_now
from phonetui.server.stored_campaign import StoredCampaign, is_over, known_campaign
from phonetui.server.supervising import OF_CAMPAIGN, TO_SUPERVISORS, supervised
from phonetui.server.watches import Watches
from phonetui.wire import CampaignState
from phonetui.wire_supervisors import (
    AT_MOST_EVERY,
    LONGEST_LOOK,
    DispositionCount,
    Evening,
    Look,
    Slice,
)

#: What reads a whole campaign is done again after so long, and so much longer for each household.
COUNT_AGAIN = timedelta(seconds=5)
FOR_EACH = timedelta(microseconds=50)
#: The day is read anew after so long, for what no event tells of.
READ_ANEW = timedelta(minutes=30)
_NEVER = datetime.min.replace(tzinfo=UTC)


class Board:
    """One campaign's evening, with all that is kept from one second to the next."""

    def __init__(self) -> None:
        self.one_at_a_time = asyncio.Lock()
        self.evening: Evening | None = None
        self.made_at = -inf
        self._day = DayCounts(_NEVER)
        self._read_at = _NEVER
        self._read_to = _NEVER
        self._counts: ListCounts | None = None
        self._systems: tuple[Look, ...] = ()

    def make(self, connection: Connection, campaign_id: str, now: datetime) -> Evening:
        """Puts the evening together."""
        stored = known_campaign(connection, campaign_id)
        campaign = stored.campaign
        self._follow(connection, campaign, now)
        counts = self._counted(connection, campaign, now)
        here = here_today(connection, campaign_id, self._day)
        callers = callers_now(connection, campaign_id, here, self._day, now)
        lists = counts.lists(connection, campaign_id, self._day, now)
        questions = asked_now(connection, campaign_id)
        found = (
            *looks.of_callers(callers, here, self._day, now),
            *looks.of_questions(questions, now),
            *looks.of_lists(lists, now),
            *looks.of_line(connection, campaign_id, now),
            *self._systems,
        )
        return marked(
            Evening(
                campaign_id=campaign_id,
                name=campaign.name,
                organisation=campaign.organisation,
                zone=campaign.zone,
                state=_state(connection, stored, now),
                version=campaign.version,
                role="supervisor",
                mark="",
                server_time=now,
                today=self._day.today(),
                last_hour=self._day.last_hour(now),
                callers=callers,
                slices=self._slices(counts, now),
                dispositions=self._dispositions(campaign),
                lists=lists,
                looks=found,
                questions=questions,
            )
        )

    def _follow(self, connection: Connection, campaign: Campaign, now: datetime) -> None:
        """Counts what has come since the last time; a new day begins at midnight in the campaign's zone."""
        began = midnight(now, campaign.zone)
        if self._day.midnight != began or now - self._read_at > READ_ANEW:
            self._day, self._read_at, self._read_to = DayCounts(began), now, began + OVERLAP
            self._counts = None
        catch_up(connection, campaign.campaign_id, self._day, self._read_to - OVERLAP)
        self._read_to = now

    def _counted(self, connection: Connection, campaign: Campaign, now: datetime) -> ListCounts:
        counts = self._counts
        if counts is None or not counts.at <= now < counts.at + COUNT_AGAIN + counts.households * FOR_EACH:
            counts = self._counts = count_lists(connection, campaign, self._day, now)
            self._systems = tuple(looks.of_systems(connection, campaign, now))
        return counts

    def _slices(self, counts: ListCounts, now: datetime) -> tuple[Slice, ...]:
        """How many were left is reckoned back from now."""
        told = list(self._day.slices(now))
        left, slices = counts.left(self._day), []
        for nth, part in reversed(told):
            slices.append(Slice(self._day.begins(nth), part, left))
            left += self._day.closed_in(nth)
        return tuple(reversed(slices))

    def _dispositions(self, campaign: Campaign) -> tuple[DispositionCount, ...]:
        counted = self._day.dispositions
        known = [DispositionCount(d.id, campaign.words(d.label), counted[d.id]) for d in campaign.dispositions]
        former = sorted(set(counted) - {d.id for d in campaign.dispositions})
        return (*known, *(DispositionCount(each, each, counted[each]) for each in former if counted[each]))


def marked(evening: Evening) -> Evening:
    """The evening with its mark; when a laptop that is there was heard of last makes no other of it."""
    calm = tuple(
        caller if caller.doing == "offline" else msgspec.structs.replace(caller, heard_at=caller.since)
        for caller in evening.callers
    )
    same = msgspec.structs.replace(evening, mark="", server_time=_NEVER, callers=calm)
    return msgspec.structs.replace(evening, mark=hashlib.sha256(msgspec.json.encode(same)).hexdigest()[:16])


def _state(connection: Connection, stored: StoredCampaign, now: datetime) -> CampaignState:
    if is_over(stored.campaign, now):
        return "closed"
    return "paused" if stored.state == "open" and pause(connection, now) else stored.state


class Evenings:
    """The evenings of every campaign that somebody looks at, over one database; `every` is in seconds."""

    def __init__(
        self, database: Database, clock: Callable[[], datetime], watches: Watches, every: float = AT_MOST_EVERY
    ) -> None:
        self._database = database
        self._clock = clock
        self._watches = watches
        self._every = every
        self._boards: dict[str, Board] = {}
        self._waiting: dict[Bell, str] = {}

    def look_again(self, campaign_id: str) -> None:
        """Something was done in the campaign that its supervisors ought to see at once."""
        if campaign_id in self._boards:
            self._boards[campaign_id].made_at = -inf
        for bell, of in self._waiting.items():
            if of == campaign_id:
                bell.ring()

    async def see(self, caller: Caller, campaign_id: str, known: str, wait: int) -> Evening:
        """The evening as soon as it is another than that with the mark `known`, or after `wait` seconds.

        Raises `no-such-campaign` and `not-yours`, also where a token or a role has ended meanwhile.
        """
        async with self._database.read() as connection:
            await connection.run_sync(supervised, caller, campaign_id)
        if not known or wait <= 0:
            return msgspec.structs.replace(await self._latest(campaign_id), role=caller.role(campaign_id))
        async with self._watches.open():
            evening = await self._changed(campaign_id, known, min(wait, LONGEST_LOOK))
        async with self._database.read() as connection:
            caller = await caller_of(connection, caller.token_hash)
            await connection.run_sync(supervised, caller, campaign_id)
        return msgspec.structs.replace(evening, role=caller.role(campaign_id))

    async def _changed(self, campaign_id: str, known: str, wait: float) -> Evening:
        now = asyncio.get_running_loop().time
        until, bell = now() + wait, Bell()
        self._waiting[bell] = campaign_id
        try:
            while (evening := await self._latest(campaign_id)).mark == known and now() < until:
                await bell.rings(min(now() + self._every, until))
        finally:
            del self._waiting[bell]
        return evening

    async def _latest(self, campaign_id: str) -> Evening:
        board = self._boards.setdefault(campaign_id, Board())
        async with board.one_at_a_time:
            now = asyncio.get_running_loop().time()
            if board.evening is None or now >= board.made_at + self._every:
                make = partial(board.make, campaign_id=campaign_id, now=self._clock())
                board.evening = await self._database.look(make)
                board.made_at = now
            return board.evening


@get(f"{OF_CAMPAIGN}/evening", security=WITH_TOKEN, responses=problems(*TO_SUPERVISORS, "bad-request"))
async def see_evening(
    campaign_id: FromPath[str],
    caller: NamedDependency[Caller],
    evenings: NamedDependency[Evenings],
    known: FromQuery[str] = "",
    wait: FromQuery[int] = 0,
) -> Evening:
    """Shows the evening: who calls, what came of it, what needs a look; with `wait` once it is not `known` any more."""
    return await evenings.see(caller, campaign_id, known, wait)


ROUTES = [see_evening]
