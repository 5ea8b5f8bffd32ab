"""What to send, when, and what an answer means. No I/O and no clock: moments are handed in.

`tick` is seconds on a monotonic clock; `now` the laptop's wall clock, which may be wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec
from msgspec import Raw, Struct

from phonetui.client.backoff import Backoff
from phonetui.client.campaign_server import Busy, NoExchange, ProblemAnswer, SignedOut
from phonetui.client.flight import Flight
from phonetui.client.hand import Hand
from phonetui.client.journal_records import Entry, Loaded
from phonetui.client.presence import NOWHERE, Presence
from phonetui.client.reason import Reason
from phonetui.client.receipts import read_receipts
from phonetui.client.received import cleaned
from phonetui.client.view import LineState
from phonetui.core.refusal import Refused
from phonetui.wire import LONGEST_WAIT, WANT, CampaignState, ExchangeReply, ExchangeRequest, Lease, Out

if TYPE_CHECKING:
    from phonetui.client.bridge import BridgeDialer

#: A send carries so many events, and so many bytes of them, at most.
MOST_EVENTS = 100
MOST_BYTES = 256 << 10
#: A request names so many households at most; the server takes no more.
MOST_HELD = 1000

#: Seconds of a first watch. Each that came to its end doubles the next; after one that broke it starts over.
FIRST_WAIT = 25


class Taken(Struct, frozen=True, kw_only=True):
    """What a reply comes to.

    `reply` is cleaned and holds only what is newer than what is known: its `leases` are to be added to the hand.
    `changed` are leases on hand that lost voters, or all of them. `forgotten_after` is set by a server that has lost
    the events after that `seq`: they are unsent again. `sent_again_after` is the last such, until it has come beyond.
    """

    reply: ExchangeReply
    acknowledged: tuple[str, ...] = ()
    rejected: tuple[tuple[str, Reason], ...] = ()
    changed: tuple[Lease, ...] = ()
    forgotten_after: int | None = None
    sent_again_after: int | None = None
    server_offset: timedelta = timedelta()


class Outbox:
    """The unsent events of one caller in one campaign, the households on hand, and the state of the line.

    A send and a watch may be under way at once. A reply counts in two steps: `receive` says what it comes to, and
    `commit` makes it so once the journal has it. `hand` is for others to read, and to copy. `want` is how many
    households it asks for, those on hand included. `bridge` rides along; `woken` is called when there is to be a send,
    `presence` for what each request tells supervisors.
    """

    def __init__(
        self,
        device_id: str,
        campaign_id: str,
        loaded: Loaded,
        *,
        random: Callable[[], float],
        now: datetime,
        tick: float,
        want: int = WANT,
    ) -> None:
        self.state: LineState = "connecting"
        self.bridge: BridgeDialer | None = None
        self.woken: Callable[[], None] = lambda: None
        self.presence: Callable[[], Presence] = lambda: NOWHERE
        self._device_id = device_id
        self._campaign_id = campaign_id
        self._want = want
        self._campaign_version = loaded.campaign.version if loaded.campaign else 0
        self._unsent = {entry.id: entry for entry in loaded.unsent}
        self._last_seq = loaded.next_seq - 1
        self._sent_again_after = loaded.sent_again_after
        self.hand = Hand(
            (held.lease for held in loaded.held if not held.finished),
            (held.lease for held in loaded.held if held.finished),
        )
        self._news = ExchangeReply(
            cursor=loaded.cursor,
            server_time=now + loaded.server_offset,
            campaign_state=loaded.campaign_state,
            out=loaded.out,
        )
        self._set_at = tick  # when `_news.server_time` was right
        self._moment = 0
        self._known_at: dict[str, int] = {}  # the moment of the newest knowledge about a household, voter or number
        self._put_back: dict[str, frozenset[str]] = {}  # households on hand again, and the events that say so
        self._sending: Flight | None = None
        self._watching: Flight | None = None
        self._asked = True
        self._along = 0
        self._given_back: set[str] = set()
        self._most_events = MOST_EVENTS
        self._wait = FIRST_WAIT
        self._sends = Backoff(random, tick)
        self._watches = Backoff(random, tick)

    @property
    def unsent(self) -> int:
        """How many events no receipt has come for."""
        return len(self._unsent)

    @property
    def campaign_state(self) -> CampaignState:
        """Whether the campaign is open, as last known."""
        return self._news.campaign_state

    @property
    def out(self) -> Out:
        """Why the server lent nobody, as last known."""
        return self._news.out

    def add(
        self,
        entries: Sequence[Entry],
        *,
        finished: Collection[str] = (),
        returned: Collection[str] = (),
        suppressed: Collection[str] = (),
        changed: Collection[Lease] = (),
    ) -> None:
        """What the journal has recorded: events, households that left the hand or came back, numbers not to call."""
        self._unsent |= {entry.id: entry for entry in entries}
        self._last_seq = max([self._last_seq, *(entry.seq for entry in entries)])
        for household_id in finished:
            self.hand.finish(household_id)
        for household_id in returned:
            self.hand.put_back(household_id)
            self._put_back[household_id] = frozenset(one.id for one in entries if one.household_id == household_id)
        self.hand.suppress(suppressed)
        self.hand.change(changed)
        self._learn((*finished, *returned, *suppressed))

    @property
    def taking_along(self) -> bool:
        """Whether voters to take along are still asked for."""
        return self._along > 0

    def take_along(self, households: int, tick: float) -> None:
        """Ask for so many in all, to the end of the day's hours, until the server has answered."""
        self._along = households
        self.poke(tick)

    def give_back(self, household_ids: Collection[str], tick: float) -> None:
        """Have these go back uncalled; the journal has them as finished. Nobody else is asked for any more."""
        self._want = 0
        self._given_back.update(household_ids)
        self.add((), finished=household_ids)
        self.poke(tick)

    def server_now(self, tick: float) -> datetime:
        """The server's time as last known: from its last answer, before the first from the stored offset."""
        return self._news.server_time + timedelta(seconds=tick - self._set_at)

    # -- what to ask, and when ---------------------------------------------------------------------------------------
    @property
    def send_at(self) -> float | None:
        """The tick from which `next_request` has something; None while it waits for an answer, a key or a sign-in."""
        due = self._asked or self._unsent or self._along or self._given_back or self.state != "online"
        return self._sends.at if due and not self._sending and self.state != "signed_out" else None

    @property
    def watch_at(self) -> float | None:
        """The tick from which `next_watch` has something; None while one is open or the line is down."""
        return max(self._watches.at, self._sends.at) if self.state == "online" and not self._watching else None

    def poke(self, tick: float) -> None:
        """Ask now rather than when the next try is due; a server that asked to be left alone still is."""
        self._asked = True
        self._sends.try_now(tick)
        self.woken()

    def signed_in(self, tick: float) -> None:
        """The caller has signed in again."""
        self.state = "connecting"
        self.poke(tick)

    def next_request(self, tick: float) -> ExchangeRequest | None:
        """The send to make now, if any."""
        if self.send_at is None or tick < self.send_at:
            return None
        self._asked = False
        events = tuple(Raw(entry.body) for entry in self._batch())
        request = self._request(tick, events=events, along=self._along)
        self._sending = Flight(request, tick, self._moment, self._settled(), self._blind())
        return request

    def next_watch(self, tick: float) -> ExchangeRequest | None:
        """The watch to open now, if any."""
        if self.watch_at is None or tick < self.watch_at:
            return None
        request = self._request(tick, wait=FIRST_WAIT if self.bridge and self.bridge.ask.leg_id else self._wait)
        self._watching = Flight(request, tick, self._moment, self._settled(), self._blind())
        return request

    def farewell(self, tick: float) -> ExchangeRequest:
        """Says that the caller goes. Nothing hangs on its answer, which need not be waited for."""
        return msgspec.structs.replace(self._request(tick), want=0, shown="", shown_for=0, leaves=True)

    def _request(self, tick: float, *, events: tuple[Raw, ...] = (), wait: int = 0, along: int = 0) -> ExchangeRequest:
        want = max(self._want, along) - len(self.hand.lent(self.server_now(tick)))
        here = self.presence()
        return ExchangeRequest(
            campaign_id=self._campaign_id,
            device_id=self._device_id,
            cursor=self._news.cursor,
            campaign_version=self._campaign_version,
            held=tuple(dict.fromkeys((*self.hand.to_call, *self.unsettled())))[:MOST_HELD],
            events=events,
            want=max(0, want),
            wait=wait,
            along=along,
            given_back=tuple(sorted(self._given_back))[:MOST_HELD],
            phone=self.bridge.ask if self.bridge else None,
            shown=here.shown,
            shown_for=here.shown_for,
            unsent=len(self._unsent) - len(events),
            on_break=here.on_break,
        )

    def _batch(self) -> Iterable[Entry]:
        """Do-not-calls first, then in the order in which they were made; the first goes whatever its size."""
        waiting = sorted(self._unsent.values(), key=lambda entry: (not entry.urgent, entry.seq))
        size = 0
        for count, entry in enumerate(waiting[: self._most_events]):
            size += len(entry.body)
            if count and size > MOST_BYTES:
                return
            yield entry

    def _settled(self) -> int:
        return min((entry.seq - 1 for entry in self._unsent.values()), default=self._last_seq)

    def unsettled(self) -> dict[str, None]:
        """Households that something unsent is about, the newest first: the server still takes them for lent."""
        return {entry.household_id: None for entry in reversed(self._unsent.values()) if entry.household_id}

    def _blind(self) -> bool:
        """Whether something unsent does not say whom it is about: its shift is over, and the server has lost it."""
        return any(entry.is_about_somebody_lost for entry in self._unsent.values())

    # -- what an answer means ----------------------------------------------------------------------------------------

    def receive(self, request: ExchangeRequest, reply: ExchangeReply, now: datetime) -> Taken:
        """What the reply comes to; raises `NotPhonetui` for one that is none. Nothing counts until `commit`."""
        flight = self._flight(request)
        reply = cleaned(reply)
        acknowledged, rejected = read_receipts(request, reply)
        offset = reply.server_time - now
        forgotten_after = self._forgotten_after(reply, flight)
        if forgotten_after is not None or flight.blind or self._blind():
            reply = msgspec.structs.replace(reply, leases=())
        reply = self._news_in(reply, flight, {*acknowledged, *(event_id for event_id, _ in rejected)})
        after = self.hand.copy()
        after.take(reply)
        lent = [after.to_call.get(lease.household.household_id) for lease in reply.leases]
        return Taken(
            reply=msgspec.structs.replace(reply, leases=tuple(lease for lease in lent if lease)),
            acknowledged=acknowledged,
            rejected=rejected,
            changed=after.changed_since(self.hand),
            forgotten_after=forgotten_after,
            sent_again_after=self._sent_again(reply) if forgotten_after is None else forgotten_after,
            server_offset=offset,
        )

    def commit(self, request: ExchangeRequest, taken: Taken, again: Sequence[Entry], tick: float) -> None:
        """The journal has taken the reply; `again` are the events that are unsent once more."""
        reply = taken.reply
        for event_id in (*taken.acknowledged, *(event_id for event_id, _ in taken.rejected)):
            self._unsent.pop(event_id, None)
        self._unsent |= {entry.id: entry for entry in again}
        self._sent_again_after = taken.sent_again_after
        self.hand.take(reply)
        households = [lease.household.household_id for lease in (*taken.changed, *reply.leases)]
        self._learn((*households, *reply.ended, *reply.withdrawn, *reply.suppressed))
        self._news, self._set_at = reply, tick
        if reply.campaign is not None:
            self._campaign_version = reply.campaign.version
        self._given_back.difference_update(request.given_back)
        if request.along == self._along:
            self._along = 0
        self._arrived(request, taken, tick)
        if self.bridge and reply.phone:
            self.bridge.hear(reply.phone)

    def _news_in(self, reply: ExchangeReply, flight: Flight, answered: Collection[str]) -> ExchangeReply:
        """The reply, to the events `answered`, without what a later one, or a key since then, has overtaken."""
        known = self._news
        if flight.moment < self._moment and reply.server_time < known.server_time:
            reply = msgspec.structs.replace(
                reply, cursor=known.cursor, campaign_state=known.campaign_state, out=known.out
            )
        unsettled = self.unsettled()
        leases = tuple(lease for lease in reply.leases if self._is_news(lease, flight, unsettled))
        ended = tuple(key for key in reply.ended if self._has_ended(key, flight, answered))
        kept = {key: self.hand.to_call[key].until for key in {*reply.ended} - {*ended} if key in self.hand.to_call}
        return msgspec.structs.replace(reply, leases=leases, ended=ended, along_until=reply.along_until | kept)

    def _has_ended(self, household_id: str, flight: Flight, answered: Collection[str]) -> bool:
        """Whether a lease has ended for good: who has just taken a result back has its household once more."""
        untold = (self._put_back.get(household_id, frozenset()) & self._unsent.keys()) - set(answered)
        return not untold and self._known_at.get(household_id, 0) <= flight.moment

    def _is_news(self, lease: Lease, flight: Flight, unsettled: Collection[str]) -> bool:
        """Whether a lease is to be believed. One that is not is named again as long as the server holds to it."""
        household = lease.household
        if any(household.household_id in known for known in (self.hand.to_call, self._given_back, unsettled)):
            return False
        about = (household.household_id, household.line, *(voter.voter_id for voter in household.voters))
        return all(self._known_at.get(name, 0) <= flight.moment for name in about)

    def _forgotten_after(self, reply: ExchangeReply, flight: Flight) -> int | None:
        """What a server restored from a backup has lost; asked for once, for it may never say that it has it."""
        through = reply.stored_through
        return through if through < flight.settled and through != self._sent_again(reply) else None

    def _sent_again(self, reply: ExchangeReply) -> int | None:
        """After which seq all was sent again, unless the server has come beyond it, or was restored since."""
        after, same_server = self._sent_again_after, reply.out.resumes_at == self._news.out.resumes_at
        return after if same_server and after is not None and reply.stored_through <= after else None

    def _learn(self, about: Iterable[str]) -> None:
        self._moment += 1
        self._known_at |= dict.fromkeys(about, self._moment)

    # -- the line ----------------------------------------------------------------------------------------------------

    def failed(self, request: ExchangeRequest, failure: Refused, tick: float) -> None:
        """The exchange came to nothing, or the journal could not take what came of it."""
        self._landed(request)
        if self.bridge and not request.wait:
            self.bridge.lost(request.phone)
        if isinstance(failure, SignedOut):
            self.state = "signed_out"
        elif request.wait:  # it says little: a send finds out how the line is
            self._wait = FIRST_WAIT
            self._watches.failed(tick)
            self._asked = True
        else:
            self._send_failed(request, failure, tick)

    def _send_failed(self, request: ExchangeRequest, failure: Refused, tick: float) -> None:
        if isinstance(failure, NoExchange):
            self.state = "offline"
        if isinstance(failure, Busy | ProblemAnswer):
            self._sends.rest(tick, failure.retry_after)
        if isinstance(failure, ProblemAnswer) and failure.kind == "too-large":
            self._most_events = max(1, len(request.events) // 2)
        self._sends.failed(tick)

    def _arrived(self, request: ExchangeRequest, taken: Taken, tick: float) -> None:
        flight = self._flight(request)
        self._landed(request)
        self.state = "online"
        if request.wait:
            self._watched(taken, flight, tick)
        elif request.events and not (taken.acknowledged or taken.rejected):
            self._sends.failed(tick)  # an answer that settles nothing must not be asked for in a loop
        else:
            self._sends.succeeded(tick)

    def _watched(self, taken: Taken, flight: Flight, tick: float) -> None:
        reply, to_its_end = taken.reply, tick - flight.tick >= flight.request.wait - 1
        if to_its_end:
            self._wait = min(LONGEST_WAIT, 2 * self._wait)
        of_phone = reply.phone is not None and reply.phone.is_news_to(flight.request.phone)
        told = reply.leases or reply.campaign or reply.notices or taken.changed or taken.forgotten_after is not None
        if to_its_end or told or of_phone:
            self._watches.succeeded(tick)
        else:
            self._watches.failed(tick)  # an answer at once that tells nothing new must not be asked for in a loop

    def _flight(self, request: ExchangeRequest) -> Flight:
        for flight in (self._sending, self._watching):
            if flight is not None and flight.request is request:
                return flight
        raise ValueError("this request is not under way")

    def _landed(self, request: ExchangeRequest) -> None:
        if request.wait:
            self._watching = None
        else:
            self._sending = None
