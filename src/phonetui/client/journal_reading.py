"""What a start reads from the journal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from phonetui.client.journal_records import Entry, Held, Loaded, Rejected, Told
from phonetui.client.reason import Reason, decode_reason
from phonetui.core import event as events
from phonetui.core.campaign import Campaign, decode_campaign
from phonetui.core.pace import Break
from phonetui.wire import Lease, Out, decode_lease, decode_out

if TYPE_CHECKING:
    from sqlite3 import Connection

Shape = TypeVar("Shape")


def load(connection: Connection) -> Loaded:
    """Everything that a start needs."""
    cursor, offset, state, out, last_seq, shift_from, sent_again_after = connection.execute(
        "SELECT cursor, server_offset, campaign_state, out, last_seq, shift_from, sent_again_after FROM journal"
    ).fetchone()
    call, campaign = connection.execute("SELECT call.body, campaign.body FROM call, campaign").fetchone()
    return Loaded(
        call=call,
        campaign=_known(campaign, decode_campaign),
        begun_with=_begun_with(connection),
        held=tuple(_held(connection)),
        kept=tuple(_kept(connection)),
        unsent=unsent(connection),
        next_seq=last_seq + 1,
        cursor=cursor,
        outcomes=tuple(_outcomes(connection, shift_from, last_seq)),
        earlier=tuple(_outcomes(connection, 1, shift_from - 1)),
        rejected=tuple(rejected(connection)),
        server_offset=timedelta(seconds=offset),
        campaign_state=state,
        out=_known(out, decode_out) or Out(),
        sent_again_after=sent_again_after,
        notices=tuple(_notices(connection)),
        questions=tuple(_questions(connection)),
        breaks=tuple(_breaks(connection, shift_over=False)),
        earlier_breaks=tuple(_breaks(connection, shift_over=True)),
    )


def unsent(connection: Connection, after: int = 0) -> tuple[Entry, ...]:
    """The events that no receipt has come for, by `seq`, from the one after `after`."""
    rows = connection.execute(
        "SELECT seq, id, body, voter_id, household_id, urgent FROM events WHERE stage = 'unsent' AND seq > ? "
        "ORDER BY seq",
        (after,),
    )
    return tuple(_entry(row) for row in rows)


def known_campaign(connection: Connection) -> Campaign | None:
    """The campaign; None before the first exchange, and where another version wrote it."""
    (body,) = connection.execute("SELECT body FROM campaign").fetchone()
    return _known(body, decode_campaign)


def _begun_with(connection: Connection) -> Campaign | None:
    row = connection.execute("SELECT begun_with.body FROM begun_with JOIN call USING (version)").fetchone()
    return _known(row[0], decode_campaign) if row else None


def _breaks(connection: Connection, *, shift_over: bool) -> Iterator[Break]:
    rows = connection.execute("SELECT since, until FROM breaks WHERE shift_over = ? ORDER BY since", (shift_over,))
    for since, until in rows:
        yield Break(datetime.fromisoformat(since), datetime.fromisoformat(until) if until else None)


def holds(connection: Connection, entries: Sequence[Entry]) -> bool:
    """Whether there are entries, and every one of them is in the journal, byte for byte."""
    found = {entry.id: entry.body for entry in unsent(connection)}
    return bool(entries) and all(found.get(entry.id) == entry.body for entry in entries)


def _held(connection: Connection) -> Iterator[Held]:
    rows = connection.execute("SELECT body, until, finished FROM leases WHERE NOT shift_over ORDER BY place")
    for body, until, finished in rows:
        lease = _known(body, decode_lease)
        if lease is not None:
            lease = msgspec.structs.replace(lease, until=datetime.fromisoformat(until))
            yield Held(lease, bool(finished) or not lease.household.voters)


def _kept(connection: Connection) -> Iterator[Lease]:
    for (body,) in connection.execute("SELECT body FROM leases WHERE shift_over ORDER BY place"):
        lease = _known(body, decode_lease)
        if lease is not None:
            yield lease


def _outcomes(connection: Connection, first: int, last: int) -> Iterator[events.Attempt]:
    rows = connection.execute(
        "SELECT body FROM events WHERE seq BETWEEN ? AND ? AND stage <> 'rejected' ORDER BY seq", (first, last)
    )
    for (body,) in rows:
        try:
            event = events.decode(body)
        except msgspec.DecodeError:  # another version wrote it; it is sent all the same
            continue
        if isinstance(event, events.Attempt):
            yield event


def _notices(connection: Connection) -> Iterator[Told]:
    rows = connection.execute("SELECT notice_id, at, text, answers, seen FROM notices ORDER BY at, rowid")
    for notice_id, at, text, answers, seen in rows:
        yield Told(notice_id, datetime.fromisoformat(at), text, answers, bool(seen))


def _questions(connection: Connection) -> Iterator[events.HelpQuestion]:
    rows = connection.execute("SELECT body FROM events WHERE stage <> 'rejected' ORDER BY seq")
    for body in filter(events.is_question, (body for (body,) in rows)):
        question = _known(body, events.decode_question)
        if question is not None:
            yield question


def rejected(connection: Connection) -> Iterator[Rejected]:
    """The events that the campaign server would not take, by `seq`."""
    rows = connection.execute(
        "SELECT reason, seq, id, body, voter_id, household_id, urgent FROM events WHERE stage = 'rejected' ORDER BY seq"
    )
    for reason, *row in rows:
        yield Rejected(_entry(row), _known(reason.encode(), decode_reason) or Reason(reason))


def _entry(row: Sequence[Any]) -> Entry:
    seq, event_id, body, voter_id, household_id, urgent = row
    return Entry(seq, event_id, body, voter_id, household_id, bool(urgent))


def _known(body: bytes, decode: Callable[[bytes], Shape]) -> Shape | None:
    """What `body` holds; None where it is empty, or where another version wrote it and this one cannot read it."""
    try:
        return decode(body)
    except msgspec.DecodeError:
        return None
