"""Attempts: what stands of the outcomes after undo and correction, worked out anew from all their events."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import UTC, datetime

import msgspec
from msgspec import Struct
from sqlalchemy import BindParameter, Connection, bindparam, delete, select

from phonetui.core.campaign import Campaign
from phonetui.core.event import Attempt, Outcome, current
from phonetui.core.recall import disposition_of, ends_number
from phonetui.server.called_numbers import CalledNumbers
from phonetui.server.engine import insert_new
from phonetui.server.tables import attempts, ended_numbers, events, suppressed_numbers

#: The roles whose events may take back or correct what another caller recorded.
OVERSEERS = ("supervisor", "owner")


class StoredAttempt(Struct, frozen=True, kw_only=True):
    """A row of the table `attempts`."""

    campaign_id: str
    attempt_id: str
    caller_id: str
    voter_id: int
    household_id: int
    number: str
    disposition: str
    contact: bool
    talk: bool
    same_call: bool
    round: int
    lent_at: datetime
    at: datetime
    late: bool
    body: bytes


class Restated(Struct, frozen=True):
    """What changed attempts touch: to be worked out anew. `suppressed` numbers concern every campaign.

    `visits` has for each household when it was lent to be called.
    """

    voters: set[int]
    visits: set[tuple[int, datetime]]
    ended: set[str]
    suppressed: set[str]


class _Recorded(Struct, frozen=True):
    """An outcome or undo as it was stored."""

    event_id: str
    caller_id: str
    role: str
    household_id: int
    lent_at: datetime
    round: int
    stored_at: datetime
    late: bool
    event: Attempt


_decoder: msgspec.json.Decoder[Attempt] = msgspec.json.Decoder(Attempt)

_IDS: BindParameter[list[str]] = bindparam("ids", expanding=True)
_FORGET = (
    delete(attempts)
    .where(attempts.c.campaign_id == bindparam("campaign"), attempts.c.attempt_id.in_(_IDS))
    .returning(attempts.c.voter_id, attempts.c.household_id, attempts.c.lent_at)
)
_WRITE = attempts.insert()
_RECORDED = select(events).where(
    events.c.campaign_id == bindparam("campaign"), events.c.attempt_id.in_(_IDS), events.c.kind.in_(("outcome", "undo"))
)
_UNMARK_ENDED = (
    delete(ended_numbers)
    .where(ended_numbers.c.campaign_id == bindparam("campaign"), ended_numbers.c.attempt_id.in_(_IDS))
    .returning(ended_numbers.c.number)
)
_UNMARK_SUPPRESSED = (
    delete(suppressed_numbers)
    .where(suppressed_numbers.c.campaign_id == bindparam("campaign"), suppressed_numbers.c.reason.in_(_IDS))
    .returning(suppressed_numbers.c.number)
)


def restate(connection: Connection, campaign: Campaign, attempt_ids: Collection[str]) -> Restated:
    """Replaces these attempts by what their events amount to now, with the numbers that they end or suppress."""
    ids = sorted(attempt_ids)
    if not ids:
        return Restated(set(), set(), set(), set())
    before = connection.execute(_FORGET, {"campaign": campaign.campaign_id, "ids": ids}).all()
    recorded = _recorded(connection, campaign.campaign_id, ids)
    visited = {one.household_id for events_of in recorded.values() for one in events_of}
    numbers = CalledNumbers(connection, campaign.campaign_id, visited)
    after = [row for attempt_id in ids if (row := _what_stands(campaign, attempt_id, recorded[attempt_id], numbers))]
    if after:
        connection.execute(_WRITE, [msgspec.structs.asdict(row) for row in after])
    ended, suppressed = _unmark(connection, campaign.campaign_id, ids) if before else (set[str](), set[str]())
    newly_ended, newly_suppressed = _mark(connection, campaign, after)
    return Restated(
        {row.voter_id for row in before} | {row.voter_id for row in after},
        {(row.household_id, row.lent_at) for row in before} | {(row.household_id, row.lent_at) for row in after},
        ended | newly_ended,
        suppressed | newly_suppressed,
    )


def _recorded(connection: Connection, campaign_id: str, ids: Sequence[str]) -> dict[str, list[_Recorded]]:
    recorded: defaultdict[str, list[_Recorded]] = defaultdict(list)
    for row in connection.execute(_RECORDED, {"campaign": campaign_id, "ids": ids}):
        recorded[row.attempt_id].append(
            _Recorded(
                row.event_id,
                row.caller_id,
                row.role,
                row.household_id,
                row.lent_at,
                row.round,
                row.stored_at,
                row.late,
                _decoder.decode(row.body),
            )
        )
    return recorded


def _what_stands(
    campaign: Campaign, attempt_id: str, recorded: Sequence[_Recorded], numbers: CalledNumbers
) -> StoredAttempt | None:
    """The attempt after undo and correction; None when it was taken back, or only its undo has arrived."""
    first = next((one for one in recorded if one.event_id == attempt_id), None)
    allowed = [one for one in recorded if first is None or one.caller_id == first.caller_id or one.role in OVERSEERS]
    outcome = current(one.event for one in allowed).get(attempt_id)
    if outcome is None:
        return None
    made = first or next(one for one in allowed if one.event_id == outcome.id)
    return _described(campaign, attempt_id, made, outcome, numbers)


def as_if_it_stood(connection: Connection, campaign: Campaign, attempt_id: str, event_id: str) -> StoredAttempt | None:
    """The attempt with one of its outcomes, whatever came after it; None where that is no longer known."""
    try:
        recorded = {one.event_id: one for one in _recorded(connection, campaign.campaign_id, [attempt_id])[attempt_id]}
    except msgspec.DecodeError:  # it was erased
        return None
    wanted = recorded.get(event_id)
    if wanted is None or not isinstance(wanted.event, Outcome):
        return None
    numbers = CalledNumbers(connection, campaign.campaign_id, {wanted.household_id})
    return _described(campaign, attempt_id, recorded.get(attempt_id, wanted), wanted.event, numbers)


def _described(
    campaign: Campaign, attempt_id: str, made: _Recorded, outcome: Outcome, numbers: CalledNumbers
) -> StoredAttempt:
    """The attempt that was `made` when its first event says, and has that outcome."""
    voter_id, disposition = int(outcome.voter_id), disposition_of(campaign, outcome.disposition)
    return StoredAttempt(
        campaign_id=campaign.campaign_id,
        attempt_id=attempt_id,
        caller_id=made.caller_id,
        voter_id=voter_id,
        household_id=made.household_id,
        number=numbers.find(made.household_id, voter_id, outcome.number_ending),
        disposition=outcome.disposition,
        contact=disposition.contact,
        talk=disposition.contact and (disposition.talk or outcome.talked),
        same_call=outcome.same_call,
        round=made.round,
        lent_at=made.lent_at,
        at=min(max(made.event.at.astimezone(UTC), made.lent_at), made.stored_at),
        late=made.late,
        body=msgspec.json.encode(outcome),
    )


def _unmark(connection: Connection, campaign_id: str, attempt_ids: Sequence[str]) -> tuple[set[str], set[str]]:
    """Takes back what these attempts said of numbers; answers with those that they had ended, and suppressed."""
    these = {"campaign": campaign_id, "ids": attempt_ids}
    return set(connection.scalars(_UNMARK_ENDED, these)), set(connection.scalars(_UNMARK_SUPPRESSED, these))


def _mark(connection: Connection, campaign: Campaign, rows: Sequence[StoredAttempt]) -> tuple[set[str], set[str]]:
    """Writes down the numbers that these attempts end, and suppress; answers with both."""
    ended, suppressed = set(), set()
    for row in rows:
        disposition = disposition_of(campaign, row.disposition)
        if not row.number or not ends_number(disposition):
            continue
        key = {"campaign_id": row.campaign_id, "number": row.number}
        if disposition.suppresses:
            suppressed.add(row.number)
            mark = {**key, "reason": row.attempt_id, "at": row.at}
            connection.execute(insert_new(connection, suppressed_numbers), mark)
        else:
            ended.add(row.number)
            connection.execute(insert_new(connection, ended_numbers), {**key, "attempt_id": row.attempt_id})
    return ended, suppressed
