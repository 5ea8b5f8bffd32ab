"""Storing events: each answered by its own receipt, all of a batch in one transaction with what follows from them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

import msgspec
from msgspec import Raw, Struct
from sqlalchemy import Connection, bindparam, select, update

from phonetui.core.campaign import Campaign
from phonetui.core.event import HelpQuestion, Skip, Undo
from phonetui.server.accounts import Caller
from phonetui.server.arrivals import Arrival, NotTaken, event_id, event_seq, read
from phonetui.server.attempts import OVERSEERS
from phonetui.server.consequences import follow
from phonetui.server.engine import insert_new
from phonetui.server.late_do_not_calls import suppress_late
from phonetui.server.outboxes import advance
from phonetui.server.questions import put
from phonetui.server.scrubbing import erased_among, without_content
from phonetui.server.tables import events, households
from phonetui.wire import Receipt, digest

#: What a receipt says of an event that was answered for good without being stored.
NOT_STORED = ("rejected", "conflict")
#: In place of the device of an event that nobody who was signed in has sent.
FROM_A_FILE = ""


class Stored(Struct, frozen=True):
    """What became of a batch. `undone`: households in which something was taken back, and when they were lent."""

    receipts: tuple[Receipt, ...]
    stored_through: int
    undone: Mapping[int, datetime]


class _StoredEvent(Struct, kw_only=True):
    """A row of the table `events`; one that was there before comes without its body."""

    campaign_id: str
    caller_id: str
    event_id: str
    device_id: str
    role: str
    seq: int
    kind: str
    voter_id: int | None
    household_id: int | None
    lent_at: datetime | None
    round: int
    attempt_id: str
    digest: str
    stored_at: datetime
    late: bool
    body: bytes = b""


def store(
    connection: Connection,
    key: bytes,
    caller: Caller,
    campaign: Campaign,
    bodies: Sequence[Raw],
    now: datetime,
    *,
    signed_in: bool = True,
) -> Stored:
    """Stores the events of one request. A bad one is rejected by name and touches no other.

    Where the device is not `signed_in`, anybody may have made one up: its ticket alone shows whose it is, and none of
    them says how far the device's outbox has come, until the device itself sends it.
    """
    batch = _Batch(connection, caller, campaign, now, caller.device_id if signed_in else FROM_A_FILE)
    answers = [batch.read(body, key) for body in bodies]
    batch.look_up([answer for answer in answers if isinstance(answer, Arrival)])
    receipts = tuple(batch.admit(answer) if isinstance(answer, Arrival) else answer for answer in answers)
    attempt_ids = batch.write()
    follow(connection, campaign, caller, attempt_ids, batch.skipped(), now)
    suppress_late(connection, key, campaign, batch.of_erased(), now)
    if not signed_in:
        return Stored(receipts, 0, batch.undone())
    answered = zip(bodies, receipts, strict=True)
    settled = {event_seq(body) for body, receipt in answered if receipt.status != "stored"}
    through = advance(connection, campaign.campaign_id, caller.caller_id, caller.device_id, settled, bool(bodies))
    return Stored(receipts, through, batch.undone())


_OF_CAMPAIGN = events.c.campaign_id == bindparam("campaign")
_WITH_IDS = events.c.event_id.in_(bindparam("ids", expanding=True))
_KNOWN = select(*[events.c[name] for name in _StoredEvent.__struct_fields__ if name != "body"]).where(
    _OF_CAMPAIGN, _WITH_IDS
)
_HOUSEHOLDS = select(events.c.household_id).where(_OF_CAMPAIGN, _WITH_IDS)
_LOCKED = (
    select(households.c.household_id, households.c.lent_at)
    .where(
        households.c.campaign_id == bindparam("campaign"),
        households.c.household_id.in_(bindparam("households", expanding=True)),
    )
    .order_by(households.c.household_id)
    .with_for_update()
)
_WAITING = (
    select(events.c.attempt_id)
    .where(_OF_CAMPAIGN, events.c.attempt_id.in_(bindparam("ids", expanding=True)))
    .distinct()
)
_JOIN = (
    update(events).where(_OF_CAMPAIGN, events.c.attempt_id == bindparam("was")).values(attempt_id=bindparam("becomes"))
)


class _Batch:
    """One request's events on their way into the table. `known` are events by id: earlier ones and this batch's."""

    def __init__(
        self, connection: Connection, caller: Caller, campaign: Campaign, now: datetime, device_id: str
    ) -> None:
        self._connection = connection
        self._caller = caller
        self._device_id = device_id
        self._campaign = campaign
        self._campaign_id = campaign.campaign_id
        self._now = now
        self._role = caller.role(self._campaign_id) or "caller"
        self._erased: set[str] = set()
        self._known: dict[str, _StoredEvent] = {}
        self._lent_at: dict[int, datetime | None] = {}
        self._new: list[tuple[_StoredEvent, Arrival]] = []

    def read(self, body: Raw, key: bytes) -> Arrival | Receipt:
        """The event in `body`, or the receipt that rejects it."""
        try:
            return read(
                body,
                key,
                self._campaign_id,
                self._caller.caller_id,
                self._role in OVERSEERS,
                by_ticket_alone=self._device_id == FROM_A_FILE,
            )
        except NotTaken as rejected:
            return rejected.receipt(event_id(body), digest(bytes(body)))

    def look_up(self, arrivals: Sequence[Arrival]) -> None:
        """Locks the households that the events are about, then finds what is stored already.

        The lock comes first, so that two devices' events about one attempt see each other.
        """
        self._lock({arrival.ticket.household_id for arrival in arrivals if arrival.ticket}, arrivals)
        ids = {arrival.head.id for arrival in arrivals} | {arrival.head.supersedes for arrival in arrivals}
        if not ids:
            return
        about = {int(arrival.head.voter_id) for arrival in arrivals if arrival.head.voter_id}
        self._erased = {str(id_) for id_ in erased_among(self._connection, self._campaign_id, about)}
        for row in self._connection.execute(_KNOWN, {"campaign": self._campaign_id, "ids": sorted(ids)}):
            self._known[row.event_id] = _StoredEvent(**row._mapping)

    def _lock(self, household_ids: set[int], arrivals: Sequence[Arrival]) -> None:
        without_ticket = {arrival.head.supersedes for arrival in arrivals if arrival.of_attempt and not arrival.ticket}
        if without_ticket:
            of = {"campaign": self._campaign_id, "ids": sorted(without_ticket)}
            household_ids |= {found for found in self._connection.scalars(_HOUSEHOLDS, of) if found}
        if household_ids:
            these = {"campaign": self._campaign_id, "households": sorted(household_ids)}
            rows = self._connection.execute(_LOCKED, these)
            self._lent_at = {row.household_id: row.lent_at for row in rows}

    def admit(self, arrival: Arrival) -> Receipt:
        """The receipt for an event that could be read; a new one is put down to be written."""
        head = arrival.head
        stored = self._known.get(head.id)
        if stored is not None:
            same = stored.digest == arrival.digest and stored.caller_id == self._caller.caller_id
            if same:
                return Receipt(head.id, arrival.digest, "duplicate")
            return NotTaken("something-else").receipt(head.id, arrival.digest, "conflict")
        try:
            event = self._event(arrival)
        except NotTaken as rejected:
            return rejected.receipt(head.id, arrival.digest)
        self._known[head.id] = event
        self._new.append((event, arrival))
        return Receipt(head.id, arrival.digest, "stored")

    def _event(self, arrival: Arrival) -> _StoredEvent:
        """The row to be; raises `NotTaken` where the caller may not take back what the event takes back."""
        head, ticket = arrival.head, arrival.ticket
        earlier = self._known.get(head.supersedes)
        self._check_earlier(arrival, earlier)
        visit = ticket or earlier
        lent_again = self._lent_at.get(ticket.household_id) if ticket else None
        return _StoredEvent(
            campaign_id=self._campaign_id,
            caller_id=self._caller.caller_id,
            event_id=head.id,
            device_id=self._device_id,
            role=self._role,
            seq=head.seq,
            kind=head.kind,
            voter_id=int(head.voter_id) if head.voter_id else None,
            household_id=visit.household_id if visit else None,
            lent_at=visit.lent_at if visit else None,
            round=visit.round if visit else 0,
            attempt_id=_attempt_of(head.id, head.supersedes, earlier) if arrival.of_attempt else "",
            digest=arrival.digest,
            stored_at=self._now,
            late=bool(ticket and lent_again and lent_again > ticket.lent_at),
            body=without_content(self._campaign, arrival.body) if head.voter_id in self._erased else arrival.body,
        )

    def _check_earlier(self, arrival: Arrival, earlier: _StoredEvent | None) -> None:
        head = arrival.head
        if earlier is None:
            if arrival.of_attempt and arrival.ticket is None:
                raise NotTaken("not-here")
            return
        if earlier.caller_id != self._caller.caller_id and self._role not in OVERSEERS:
            raise NotTaken("not-yours")
        if arrival.of_attempt and arrival.ticket is None and head.voter_id != str(earlier.voter_id):
            raise NotTaken("other-voter")
        if earlier.attempt_id == head.id:
            raise NotTaken("in-its-own-place")

    def write(self) -> set[str]:
        """Stores the new events; answers with the attempts that they change."""
        if not self._new:
            return set()
        made = {event.event_id for event, _ in self._new if event.attempt_id}
        waiting = self._waiting_for(made)
        for event, _ in self._new:
            event.attempt_id = self._root(event.attempt_id)
        rows = [msgspec.structs.asdict(event) for event, _ in self._new]
        self._connection.execute(insert_new(self._connection, events), rows)
        asked = [
            event.event_id
            for event, arrival in self._new
            if isinstance(arrival.event, HelpQuestion) and arrival.head.voter_id not in self._erased
        ]
        put(self._connection, self._campaign_id, self._caller.caller_id, asked, self._now)
        self._join(waiting)
        return {event.attempt_id for event, _ in self._new if event.attempt_id} | waiting

    def _waiting_for(self, event_ids: Collection[str]) -> set[str]:
        """Those of these new events whose undo or correction came before them."""
        if not event_ids:
            return set()
        return set(self._connection.scalars(_WAITING, {"campaign": self._campaign_id, "ids": sorted(event_ids)}))

    def _join(self, waiting: Collection[str]) -> None:
        """What waited for a correction belongs to the attempt that it corrects."""
        moves = [
            {"campaign": self._campaign_id, "was": event_id, "becomes": root}
            for event_id in waiting
            if (root := self._root(event_id)) != event_id
        ]
        if moves:
            self._connection.execute(_JOIN, moves)

    def _root(self, attempt_id: str) -> str:
        """The first event of the attempt, as far back as the known events lead."""
        while (event := self._known.get(attempt_id)) and event.attempt_id not in ("", attempt_id):
            attempt_id = event.attempt_id
        return attempt_id

    def skipped(self) -> dict[int, datetime]:
        """The households that new skips are about, and when they were lent."""
        return self._households(event for event, arrival in self._new if isinstance(arrival.event, Skip))

    def of_erased(self) -> set[str]:
        """The attempts that new events of erased voters are about."""
        return {event.attempt_id for event, arrival in self._new if arrival.head.voter_id in self._erased} - {""}

    def undone(self) -> dict[int, datetime]:
        """Those in which something is taken back that this device recorded: it has the voter on its screen."""
        undos = ((event, arrival.head) for event, arrival in self._new if isinstance(arrival.event, Undo))
        return self._households(event for event, head in undos if self._is_ours(self._known.get(head.supersedes)))

    def _is_ours(self, earlier: _StoredEvent | None) -> bool:
        """Whether this device recorded it, or may have: a restored server has lost it, or a file brought it."""
        return earlier is None or earlier.device_id in (self._device_id, FROM_A_FILE)

    def _households(self, about: Iterable[_StoredEvent]) -> dict[int, datetime]:
        return {event.household_id: event.lent_at for event in about if event.household_id and event.lent_at}


def _attempt_of(event_id: str, supersedes: str, earlier: _StoredEvent | None) -> str:
    """The attempt that the event is about, as far as it is known: `core.event.root`."""
    if not supersedes:
        return event_id
    return (earlier.attempt_id if earlier else "") or supersedes
