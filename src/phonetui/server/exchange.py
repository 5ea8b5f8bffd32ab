"""The exchange: events in; receipts, leases and news out. A watch waits here without a transaction or a connection."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import Connection, bindparam, select

from phonetui.core.campaign import Campaign
from phonetui.core.voter import decode_voter
from phonetui.server import events, news
from phonetui.server.accounts import Caller, caller_of
from phonetui.server.backups import lends_from
from phonetui.server.bells import Bell, Bells
from phonetui.server.engine import Database, after_finding
from phonetui.server.former_members import REMOVED, left_campaign, take_last
from phonetui.server.hidden_numbers import called_at
from phonetui.server.household_states import WITHDRAWN
from phonetui.server.keys import ServerKeys
from phonetui.server.leases import Lender, borrowed
from phonetui.server.listening import listen
from phonetui.server.moves import numbers_of, suppressed
from phonetui.server.news import News
from phonetui.server.practice import practice
from phonetui.server.presence import heard_of
from phonetui.server.problems import RequestRefused
from phonetui.server.ringing import refusing
from phonetui.server.stored_campaign import StoredCampaign, campaign_open_to, is_over
from phonetui.server.tables import accounts, voters
from phonetui.server.transactions import transact
from phonetui.wire import LONGEST_WAIT, CampaignState, ExchangeReply, ExchangeRequest

if TYPE_CHECKING:
    from phonetui.server.ari import Ari
    from phonetui.server.phones import Phones

#: Events and households that one request may name.
MOST_IN_A_REQUEST = 1000
#: Seconds that a watch waits at most whose caller's phone is connected: when it ends, the laptop is heard of.
SHORT_WATCH = 30
#: From when on a server lends that was never put back to a backup.
_EVER = datetime.min.replace(tzinfo=UTC)

_TURN = select(accounts.c.caller_id).where(accounts.c.caller_id == bindparam("caller")).with_for_update()
_LIVING_THERE = (
    select(voters.c.voter_id, voters.c.ended, voters.c.body)
    .where(
        voters.c.campaign_id == bindparam("campaign"),
        voters.c.household_id.in_(bindparam("households", expanding=True)),
    )
    .order_by(after_finding(voters.c.voter_id))
)


class Exchange:
    """Answers laptops, over one database."""

    def __init__(
        self, database: Database, keys: ServerKeys, clock: Callable[[], datetime], ari: Ari | None = None
    ) -> None:
        """`ari` is the phone system through which the server places calls, where it does."""
        self._database = database
        self._key = keys.ticket
        self._clock = clock
        self._lends_from: datetime | None = None
        self.bells = Bells()
        self.phones: Phones | None = None
        if ari is not None:
            from phonetui.server.phones import Phones  # most servers place no calls

            self.phones = Phones(ari, database, keys, clock, self.bells)
        self._listening: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins to listen to the phone system."""
        if self.phones is not None:
            self.phones.start()

    async def answer(self, caller: Caller, request: ExchangeRequest) -> ExchangeReply:
        """The reply; a watch's comes when there is something to tell, or after `wait` seconds.

        Raises `no-such-campaign` and `too-large`, and `signed-out` when a token has ended during a watch.
        """
        if max(len(request.events), len(request.held), len(request.given_back)) > MOST_IN_A_REQUEST:
            raise RequestRefused("too-large", f"An exchange carries at most {MOST_IN_A_REQUEST} events and households.")
        if request.wait <= 0 or request.events:
            return await self._with_phone(caller, request, await self._exchange(caller, request))
        with self.bells.hang(request.campaign_id, caller.caller_id, caller.device_id) as bell:
            return await self._watch(caller, request, bell)

    def wake(self, campaign_id: str) -> None:
        """Lets this process's watches of a campaign look for news."""
        self.bells.ring(campaign_id)

    async def close(self) -> None:
        """Stops listening for news, and ends all calls."""
        if self.phones is not None:
            await self.phones.close()
        task, self._listening = self._listening, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    async def _watch(self, caller: Caller, request: ExchangeRequest, bell: Bell) -> ExchangeReply:
        """Answers at once where there is something to tell; else waits, and tells what the news is by then.

        What the request says of voters on hand is true when it comes, so leases are settled before the wait alone.
        """
        if self._listening is None or self._listening.done():
            self._listening = asyncio.create_task(listen(self._database, self.bells))
        began = asyncio.get_running_loop().time()
        first = reply = await self._with_phone(caller, request, await self._exchange(caller, request))
        has_leg = request.phone is not None and request.phone.leg_id
        until = began + min(request.wait, SHORT_WATCH if has_leg else LONGEST_WAIT, self._pause_left() or LONGEST_WAIT)
        waiting = True
        while waiting and not bell.replaced and not self._tells(caller, request, reply, first.campaign_state):
            waiting = await bell.rings(until)
            async with self._database.read() as connection:
                caller = await caller_of(connection, caller.token_hash)
                reply = await connection.run_sync(self._look, caller, request, first)
        return self._said_of_phone(caller, request, reply)

    async def _with_phone(self, caller: Caller, request: ExchangeRequest, reply: ExchangeReply) -> ExchangeReply:
        """The reply, after what was asked of the caller's line is under way."""
        if self.phones is not None and request.phone is not None:
            await self.phones.take(caller, request.campaign_id, request.phone)
        return self._said_of_phone(caller, request, reply)

    def _said_of_phone(self, caller: Caller, request: ExchangeRequest, reply: ExchangeReply) -> ExchangeReply:
        if request.phone is None:
            return reply
        if self.phones is None:
            return msgspec.structs.replace(reply, phone=refusing(request.phone, "no-bridge", self._clock()))
        return msgspec.structs.replace(reply, phone=self.phones.state(caller, request.phone))

    def _tells(self, caller: Caller, request: ExchangeRequest, reply: ExchangeReply, state: CampaignState) -> bool:
        """Whether a watch's reply says anything that the laptop does not know."""
        said = (reply.leases, reply.ended, reply.withdrawn, reply.suppressed, reply.notices, reply.campaign)
        phone_news = self.phones and request.phone and self.phones.has_news(caller, request.phone)
        return bool(phone_news) or any(said) or reply.campaign_state != state

    async def _exchange(self, caller: Caller, request: ExchangeRequest) -> ExchangeReply:
        reply = await transact(self._database, partial(self._answer, caller=caller, request=request))
        if request.events and reply.cursor != request.cursor:
            self.bells.ring(request.campaign_id)
        return reply

    def _answer(self, connection: Connection, caller: Caller, request: ExchangeRequest) -> ExchangeReply:
        """One transaction. The caller's exchanges take turns, so that no limit is passed by two at once."""
        now, left = self._clock(), left_campaign(connection, caller, request.campaign_id)
        if left is not None:
            return take_last(connection, self._key, caller, left, request, now)
        stored = campaign_open_to(connection, caller, request.campaign_id)
        if self._lends_from is None:
            self._lends_from = lends_from(connection, now) or _EVER
        if connection.dialect.name != "sqlite":  # where all transactions that write take turns
            connection.execute(_TURN, {"caller": caller.caller_id})
        campaign, state = stored.campaign, self._state(stored, now)
        arrived = events.store(connection, self._key, caller, campaign, request.events, now)
        practise = practice(connection, campaign, caller) == "wanted"
        lender = Lender(connection, self._key, caller, campaign, state == "open" and not practise, now)
        lent = lender.lend(request, arrived.undone)
        heard_of(connection, caller, request, lent.on_hand, arrived.receipts, now)
        told = news.since(connection, request.campaign_id, caller.caller_id, request.cursor)
        withdrawn, numbers = _concerning(connection, campaign, lent.on_hand, told)
        return ExchangeReply(
            receipts=arrived.receipts,
            stored_through=arrived.stored_through,
            leases=lent.leases,
            renewed_until=lent.renewed_until,
            along_until=lent.along_until,
            ended=lent.ended,
            withdrawn=withdrawn,
            suppressed=numbers,
            notices=told.notices,
            campaign=campaign if request.campaign_version != campaign.version else None,
            campaign_state=state,
            out=msgspec.structs.replace(lent.out, resumes_at=self._resumes_at(), practice=practise),
            cursor=str(told.cursor),
            server_time=now,
        )

    def _look(
        self, connection: Connection, caller: Caller, request: ExchangeRequest, first: ExchangeReply
    ) -> ExchangeReply:
        """What is new since the watch began; only reads."""
        if left_campaign(connection, caller, request.campaign_id) is not None:
            return msgspec.structs.replace(first, campaign_state="closed", out=REMOVED, server_time=self._clock())
        stored, now = campaign_open_to(connection, caller, request.campaign_id), self._clock()
        told = news.since(connection, request.campaign_id, caller.caller_id, first.cursor)
        on_hand = borrowed(connection, request.campaign_id, caller)
        withdrawn, numbers = _concerning(connection, stored.campaign, on_hand, told)
        return ExchangeReply(
            stored_through=first.stored_through,
            withdrawn=withdrawn,
            suppressed=numbers,
            notices=told.notices,
            campaign=stored.campaign if request.campaign_version != stored.campaign.version else None,
            campaign_state=self._state(stored, now),
            out=first.out,
            cursor=str(told.cursor),
            server_time=now,
        )

    def _state(self, stored: StoredCampaign, now: datetime) -> CampaignState:
        """The campaign's state; one whose last day is past is closed, and a restored server begins with a pause."""
        if is_over(stored.campaign, now):
            return "closed"
        resting = stored.state == "open" and self._lends_from is not None and now < self._lends_from
        return "paused" if resting else stored.state

    def _resumes_at(self) -> datetime | None:
        """From when on a restored server lends; None for one that was never restored."""
        return None if self._lends_from == _EVER else self._lends_from

    def _pause_left(self) -> float:
        """Seconds until a restored server lends again, which no bell tells of; 0 for one that lends."""
        return max(0.0, (self._lends_from - self._clock()).total_seconds()) if self._lends_from else 0.0


def _concerning(
    connection: Connection, campaign: Campaign, on_hand: Collection[int], told: News
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The voters withdrawn, and the numbers suppressed, among the households on this laptop.

    Where the laptop knows no numbers, those who are called at one that was suppressed are withdrawn.
    """
    if not on_hand or not told.any:
        return (), ()
    withdrawn, numbers = _news_of_hand(connection, campaign.campaign_id, on_hand, told)
    if campaign.dialing.hide_numbers:
        withdrawn, numbers = withdrawn | called_at(connection, campaign.campaign_id, on_hand, numbers), set()
    return tuple(sorted(withdrawn)), tuple(sorted(numbers))


def _news_of_hand(
    connection: Connection, campaign_id: str, on_hand: Collection[int], told: News
) -> tuple[set[str], set[str]]:
    rows = connection.execute(_LIVING_THERE, {"campaign": campaign_id, "households": sorted(on_hand)}).all()
    numbers = {number for row in rows for number in numbers_of(decode_voter(row.body))}
    if told.complete:
        here = {str(row.voter_id) for row in rows}
        left = {voter_id for household_id, voter_id in told.left if household_id in on_hand}
        return here & told.withdrawn | left - here, numbers & told.suppressed
    gone = {str(row.voter_id) for row in rows if row.ended in WITHDRAWN}
    return gone, suppressed(connection, numbers)
