"""A Zetkin as a campaign server: call assignments are campaigns, allocated calls are leases, reports are outcomes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from phonetui.client.campaign_server import NoExchange, ProblemAnswer
from phonetui.client.clock import Clock
from phonetui.client.zetkin_calls import OpenCalls
from phonetui.client.zetkin_notebook import Notebook
from phonetui.client.zetkin_reports import Reports
from phonetui.client.zetkin_script import Place, campaign, linked_surveys, membership, moment, place_of
from phonetui.client.zetkin_voters import Ticket, held_until, lease
from phonetui.client.zetkin_web import Declined, ZetkinWeb
from phonetui.client.zetkin_wire import (
    Assignment,
    Call,
    OrgAction,
    Survey,
    decode_listed_action,
    decode_listed_assignment,
    decode_listed_survey,
    decode_survey,
)
from phonetui.core.campaign import Campaign
from phonetui.core.refusal import Refused
from phonetui.core.translation import later, tr
from phonetui.wire import WANT, Board, ExchangeReply, ExchangeRequest, Membership, OwnWishes, Receipt

#: So many calls are asked for in one exchange, so that the first is soon on the screen.
AT_ONCE = 5
#: Seconds after which an exchange tells what it has; the courier gives up after sixty.
LONGEST_WORK = 25.0
#: Seconds for which a queue that was empty is not asked again, and a script is not read again.
EMPTY_FOR, SCRIPT_FOR = 60.0, 600.0
#: Without a link to one in the instructions an organisation's surveys are asked, so many at most.
MOST_SURVEYS = 5

NOT_OPEN = later("Zetkin has no call assignment for you under this name any more; ask your organiser.")
NO_SUCH_THING = later("Zetkin has no such thing; it is for campaign servers of phonetui alone.")


class Region(Struct, frozen=True):
    """Where an organisation calls: its time zone, by which hours are kept, and its country's code for numbers."""

    zone: str
    country_code: str = ""


class _Script(Struct, frozen=True):
    campaign: Campaign | None
    surveys: dict[int, Survey]
    with_notes: bool
    read_at: float


class ZetkinServer:
    """One caller at one Zetkin. Everything raises `NoExchange`.

    A receipt is built from what was read back. `notebooks` is the folder of the journals, and `key` opens these. `wait`
    passes the time of a watch, for which Zetkin has nothing to say.
    """

    def __init__(
        self,
        web: ZetkinWeb,
        notebooks: Path,
        key: bytes,
        region: Region,
        clock: Clock,
        wait: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._web = web
        self._region = region
        self._clock = clock
        self._wait = wait
        self._calls = OpenCalls(web)
        self._notebooks = notebooks
        self._key = key
        self._reports: dict[Place, Reports] = {}
        self._scripts: dict[Place, _Script] = {}
        self._empty_until: dict[Place, float] = {}
        self._allocating = False
        self._through: dict[Place, int] = {}

    async def exchange(self, request: ExchangeRequest) -> ExchangeReply:
        """One exchange: many requests to Zetkin; what came of some is told although a later one failed."""
        place = place_of(request.campaign_id)
        if place is None:
            raise ProblemAnswer(tr(NOT_OPEN), "no-such-campaign")
        self._through[place] = max(self._through.get(place, 0), _count(request.cursor))
        if request.wait:
            return await self._watch(place, request)
        if request.leaves and not request.events and not request.given_back:
            return self._reply(place, ())  # Zetkin is told nothing of who is there
        began = self._clock.tick()
        receipts = await self._settle(place, request, lambda: self._clock.tick() - began < LONGEST_WORK)
        try:
            for household_id in request.given_back:
                await self._calls.give_back(Ticket(place.org, int(household_id)))
            return await self._news(place, request, receipts, began)
        except NoExchange:
            if not receipts:
                raise
            return self._reply(place, receipts)

    async def campaigns(self) -> tuple[Membership, ...]:
        """The call assignments that the caller may choose from."""
        return tuple(membership(each, self._region.zone) for each in await self._assignments())

    async def close(self) -> None:
        """Close the connections."""
        await self._web.close()

    async def drop_journal_key(self, journal_id: str) -> None:
        """Zetkin has no copy of it."""

    async def sign_out(self) -> None:
        """End the log-in."""
        await self._web.drop("/session")

    async def sign_up(self, campaign_id: str, phone_bank_id: str) -> None:
        """Zetkin has no phone banks."""
        raise Refused(tr(NO_SUCH_THING))

    async def cancel(self, campaign_id: str, phone_bank_id: str) -> None:
        """Likewise."""
        raise Refused(tr(NO_SUCH_THING))

    async def practised(self, campaign_id: str) -> None:
        """No call assignment wants it."""

    async def board(self, campaign_id: str) -> Board:
        """Zetkin tells no caller what others do."""
        raise Refused(tr(NO_SUCH_THING))

    async def wishes(self) -> OwnWishes:
        """Zetkin keeps none."""
        raise Refused(tr(NO_SUCH_THING))

    async def wish(self, wishes: OwnWishes) -> None:
        """Likewise."""
        raise Refused(tr(NO_SUCH_THING))

    # -- an exchange -------------------------------------------------------------------------------------------------

    async def _settle(self, place: Place, request: ExchangeRequest, in_time: Callable[[], bool]) -> tuple[Receipt, ...]:
        if not request.events:
            return ()
        reports = self._reports_of(place)
        with suppress(Declined):  # what was done is told even where the assignment can no longer be read
            script = await self._script(place)
            reports.surveys, reports.with_notes = script.surveys, script.with_notes
        receipts, through = await reports.settle(request.events, in_time)
        self._through[place] = max(self._through[place], through)
        return tuple(receipts)

    def _reports_of(self, place: Place) -> Reports:
        if place not in self._reports:
            notebook = Notebook(self._notebooks / f"surveys-{place.org}-{place.assignment}.json", self._key)
            self._reports[place] = Reports(self._web, self._calls, notebook)
        return self._reports[place]

    async def _watch(self, place: Place, request: ExchangeRequest) -> ExchangeReply:
        """More calls at once where the laptop wants some; else one look at how things stand once the time is up."""
        if request.want and self._may_allocate(place):
            reply = await self._news(place, request, (), self._clock.tick())
            if reply.leases:
                return reply
        await self._wait(request.wait)
        await self._calls.look()
        return await self._news(place, request, (), self._clock.tick())

    async def _news(
        self, place: Place, request: ExchangeRequest, receipts: Sequence[Receipt], began: float
    ) -> ExchangeReply:
        script = await self._script(place)
        if script.campaign is None:
            if not request.campaign_version:
                raise ProblemAnswer(tr(NOT_OPEN), "no-such-campaign")
            return msgspec.structs.replace(self._reply(place, receipts), campaign_state="closed")
        mine = self._calls.known
        if mine is None:
            mine = await self._calls.look()
        lent, ended = self._lent(place, request, mine)
        lent += await self._allocate(place, request, request.want - len(lent), began)
        until = held_until(script.campaign, self._now())
        return msgspec.structs.replace(
            self._reply(place, receipts),
            leases=tuple(lease(call, place.org, until, self._region.country_code) for call in lent),
            ended=ended,
            renewed_until=None if mine is None else until,
            campaign=script.campaign if script.campaign.version != request.campaign_version else None,
        )

    def _lent(
        self, place: Place, request: ExchangeRequest, mine: dict[int, Call] | None
    ) -> tuple[list[Call], tuple[str, ...]]:
        """The calls that the laptop does not hold, and those that it holds though they are its own no more."""
        if mine is None:
            return [], ()
        here = {str(call.id): call for call in mine.values() if call.assignment_id == place.assignment}
        held = {*request.held, *request.given_back}
        return (
            [call for name, call in here.items() if name not in held],
            tuple(name for name in request.held if name not in here),
        )

    def _may_allocate(self, place: Place) -> bool:
        return not self._allocating and self._clock.tick() >= self._empty_until.get(place, 0.0)

    async def _allocate(self, place: Place, request: ExchangeRequest, wanted: int, began: float) -> list[Call]:
        """The next ones of the queue, one by one; a failure leaves those that were had."""
        found: list[Call] = []
        if wanted <= 0 or not self._may_allocate(place):
            return found
        self._allocating = True
        try:
            most = min(wanted if request.along else min(wanted, AT_ONCE), max(WANT, request.along))
            while len(found) < most and (not found or self._clock.tick() - began < LONGEST_WORK):
                call = await self._calls.allocate(place)
                if call is None:
                    self._empty_until[place] = self._clock.tick() + EMPTY_FOR
                    break
                found.append(call)
        except NoExchange:
            if not found:
                raise
        finally:
            self._allocating = False
        return found

    def _reply(self, place: Place, receipts: Sequence[Receipt]) -> ExchangeReply:
        """The cursor counts the events that are settled, for Zetkin counts nothing."""
        return ExchangeReply(
            receipts=tuple(receipts),
            stored_through=self._through[place],
            cursor=str(self._through[place]),
            server_time=self._now(),
        )

    # -- the script --------------------------------------------------------------------------------------------------

    async def _script(self, place: Place) -> _Script:
        """The script, read again after a while; without a campaign where the assignment is not there any more."""
        known = self._scripts.get(place)
        if known is not None and self._clock.tick() - known.read_at < SCRIPT_FOR:
            return known
        try:
            made = await self._read_script(place)
        except NoExchange:
            if known is None:
                raise
            made = known
        self._scripts[place] = made
        return made

    async def _read_script(self, place: Place) -> _Script:
        read_at = self._clock.tick()
        assigned = await self._assignments()
        assignment = next(
            (each for each in assigned if (each.organization.id, each.id) == (place.org, place.assignment)), None
        )
        if assignment is None:
            return _Script(None, {}, with_notes=True, read_at=read_at)
        surveys = await self._surveys(assignment)
        made = campaign(assignment, surveys, await self._actions(place), self._region.zone)
        return _Script(
            made, {each.id: each for each in surveys}, with_notes=not assignment.disable_caller_notes, read_at=read_at
        )

    async def _assignments(self) -> list[Assignment]:
        return await self._web.get_all("/users/me/call_assignments", decode_listed_assignment)

    async def _surveys(self, assignment: Assignment) -> list[Survey]:
        """Those that the instructions link to; without a link those of the organisation."""
        there = f"/orgs/{assignment.organization.id}/surveys"
        wanted = linked_surveys(assignment)
        if not wanted:
            with suppress(Declined):
                wanted = [each.id for each in await self._web.get_all(there, decode_listed_survey)]
        found = []
        for survey_id in wanted[:MOST_SURVEYS]:
            with suppress(Declined):  # one that is gone, or not for callers
                found.append(await self._web.get(f"{there}/{survey_id}", decode_survey))
        return found

    async def _actions(self, place: Place) -> list[OrgAction]:
        """Events from today on, without those that are over."""
        now = self._now()
        with suppress(Declined):
            after = f"start_time>{now.date().isoformat()}"
            listed = await self._web.get_all(f"/orgs/{place.org}/actions", decode_listed_action, after)
            return [each for each in listed if (at := moment(each.start_time)) and at > now]
        return []

    def _now(self) -> datetime:
        return self._clock.now() + self._web.clock_offset


async def no_password(password: str) -> None:
    """Of a desk that Zetkin has signed out: the way back is a browser's. Raises `Refused`."""
    raise Refused(
        tr("Zetkin takes no password here; leave with q and type `phonetui login` to log in, nothing is lost.")
    )


def _count(cursor: str) -> int:
    return int(cursor) if cursor.isascii() and cursor.isdigit() else 0
