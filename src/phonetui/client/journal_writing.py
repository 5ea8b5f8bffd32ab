"""The journal's transactions, each called within one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from phonetui.client.journal_reading import known_campaign, unsent
from phonetui.client.journal_records import Entry
from phonetui.core.campaign import Campaign
from phonetui.core.pace import Break
from phonetui.wire import ExchangeReply, Lease, Notice

if TYPE_CHECKING:
    from sqlite3 import Connection

    from phonetui.client.outbox import Taken

#: What is acknowledged is kept so long, in case the campaign server is restored from a backup.
KEPT = timedelta(days=7)

Statement = tuple[str, Sequence[Any]]


def record(
    connection: Connection,
    entries: Sequence[Entry],
    finished: Collection[str],
    returned: Collection[str],
    changed: Collection[Lease],
    call: bytes,
    version: int = 0,
) -> tuple[Statement, ...]:
    """Events, households finished or put back, the call in progress; answers with what would take it back.

    `version` is that of the campaign that the call goes by.
    """
    households = [*finished, *returned, *(lease.household.household_id for lease in changed)]
    before = tuple(_as_before(connection, entries, households))
    connection.executemany(
        "INSERT INTO events (seq, id, body, voter_id, household_id, urgent) VALUES (?, ?, ?, ?, ?, ?)",
        [msgspec.structs.astuple(entry) for entry in entries],
    )
    if entries:
        connection.execute("UPDATE journal SET last_seq = ?", (max(entry.seq for entry in entries),))
    connection.executemany("UPDATE leases SET finished = 1 WHERE household_id = ?", [(key,) for key in finished])
    for household_id in returned:
        connection.execute(
            "UPDATE leases SET finished = 0, place = (SELECT min(place) - 1 FROM leases) WHERE household_id = ?",
            (household_id,),
        )
    _change(connection, changed)
    connection.execute("UPDATE call SET body = ?, version = ?", (call, version))
    return before


def _as_before(connection: Connection, entries: Sequence[Entry], household_ids: Sequence[str]) -> Iterator[Statement]:
    for entry in entries:
        yield "DELETE FROM events WHERE id = ?", (entry.id,)
    for household_id in household_ids:
        row = connection.execute(
            "SELECT finished, place, body, household_id FROM leases WHERE household_id = ?", (household_id,)
        ).fetchone()
        if row:
            yield "UPDATE leases SET finished = ?, place = ?, body = ? WHERE household_id = ?", row
    yield "UPDATE journal SET last_seq = ?", connection.execute("SELECT last_seq FROM journal").fetchone()
    yield "UPDATE call SET body = ?, version = ?", connection.execute("SELECT body, version FROM call").fetchone()


def take(connection: Connection, taken: Taken) -> tuple[Entry, ...]:
    """All that a reply brings; answers with the events that a restored server has forgotten, unsent again."""
    reply = taken.reply
    _settle(connection, taken)
    _renew(connection, reply)
    _change(connection, taken.changed)
    for lease in reply.leases:
        _lend(connection, lease)
    _keep_notices(connection, reply.notices, reply.server_time)
    _note(connection, taken)
    if taken.forgotten_after is None:
        return ()
    connection.execute(
        "UPDATE events SET stage = 'unsent' WHERE stage = 'stored' AND seq > ?", (taken.forgotten_after,)
    )
    return unsent(connection, taken.forgotten_after)


def _renew(connection: Connection, reply: ExchangeReply) -> None:
    along = reply.along_until
    if reply.renewed_until is not None:
        connection.execute(
            "UPDATE leases SET until = ? "
            "WHERE NOT finished AND household_id NOT IN (SELECT value FROM json_each(CAST(? AS TEXT)))",
            (_utc(reply.renewed_until), _json(list(along))),
        )
    connection.executemany(
        "UPDATE leases SET until = ?1 WHERE household_id = ?2 AND NOT finished AND until <> ?1",
        [(_utc(until), household_id) for household_id, until in along.items()],
    )


def set_offset(connection: Connection, offset: timedelta) -> None:
    """The laptop's wall clock was set: the server's is that far ahead of it now."""
    connection.execute("UPDATE journal SET server_offset = ?", (offset.total_seconds(),))


def _change(connection: Connection, leases: Collection[Lease]) -> None:
    """Leases that lost voters; one that lost them all is no longer to be called."""
    connection.executemany(
        "UPDATE leases SET body = ?, finished = ? WHERE household_id = ? AND NOT finished",
        [(_json(lease), not lease.household.voters, lease.household.household_id) for lease in leases],
    )


def _settle(connection: Connection, taken: Taken) -> None:
    at = _utc(taken.reply.server_time)
    settled = [("stored", "", at, event_id) for event_id in taken.acknowledged]
    settled += [("rejected", _json(reason).decode(), at, event_id) for event_id, reason in taken.rejected]
    connection.executemany(
        "UPDATE events SET stage = ?, reason = ?, settled_at = coalesce(nullif(settled_at, ''), ?) "
        "WHERE stage = 'unsent' AND id = ?",
        settled,
    )
    if settled:
        _sweep(connection)


def _lend(connection: Connection, lease: Lease) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO leases (household_id, place, until, body) "
        "VALUES (?, (SELECT coalesce(max(place), 0) + 1 FROM leases), ?, ?)",
        (lease.household.household_id, _utc(lease.until), _json(lease)),
    )


def _note(connection: Connection, taken: Taken) -> None:
    reply: ExchangeReply = taken.reply
    connection.execute(
        "UPDATE journal SET cursor = ?, server_offset = ?, campaign_state = ?, out = ?, sent_again_after = ?",
        (
            reply.cursor,
            taken.server_offset.total_seconds(),
            reply.campaign_state,
            _json(reply.out),
            taken.sent_again_after,
        ),
    )
    if reply.campaign is not None:
        _take_campaign(connection, reply.campaign)


def _take_campaign(connection: Connection, campaign: Campaign) -> None:
    """The one before stays for the call that was begun with it, or is just being written down."""
    before = known_campaign(connection)
    connection.execute("DELETE FROM begun_with WHERE version IS NOT (SELECT version FROM call)")
    if before is not None:
        connection.execute(
            "INSERT OR IGNORE INTO begun_with (version, body) SELECT ?, body FROM campaign", (before.version,)
        )
    connection.execute("UPDATE campaign SET body = ?", (_json(campaign),))


def _keep_notices(connection: Connection, notices: Collection[Notice], now: datetime) -> None:
    """What the campaign tells; what it has told before is not told anew."""
    connection.executemany(
        "INSERT OR IGNORE INTO notices (notice_id, at, text, answers) VALUES (?, ?, ?, ?)",
        [(notice.notice_id, _utc(notice.at or now), notice.text, notice.answers) for notice in notices],
    )


def see(connection: Connection, notice_ids: Collection[str]) -> None:
    """The caller has seen these."""
    connection.executemany("UPDATE notices SET seen = 1 WHERE notice_id = ?", [(each,) for each in notice_ids])


def keep_break(connection: Connection, one: Break) -> None:
    """A break that begins, or what it came to."""
    until = _utc(one.until) if one.until else ""
    connection.execute("INSERT OR REPLACE INTO breaks (since, until) VALUES (?, ?)", (_utc(one.since), until))


def end_shift(connection: Connection, *, keep_hand: bool, keep_also: str = "") -> None:
    """The shift's voters go, except those with something unsent, and with `keep_hand` those still to be called.

    The household `keep_also` stays though it is no longer to be called.
    """
    connection.execute("UPDATE journal SET shift_from = last_seq + 1")
    connection.execute("UPDATE breaks SET shift_over = 1")
    connection.execute(
        "UPDATE leases SET shift_over = 1 WHERE household_id <> ? AND (finished OR NOT ?)", (keep_also, keep_hand)
    )
    if not keep_hand:
        connection.execute("UPDATE call SET body = x''")
    _sweep(connection)


def _sweep(connection: Connection) -> None:
    """What an ended shift left, as soon as its last event is settled."""
    connection.execute(
        "DELETE FROM leases WHERE shift_over "
        "AND household_id NOT IN (SELECT household_id FROM events WHERE stage = 'unsent')"
    )
    connection.execute(
        "UPDATE events SET voter_id = '', household_id = '' "
        "WHERE seq < (SELECT shift_from FROM journal) AND stage <> 'unsent' AND voter_id || household_id <> ''"
    )


def expire(connection: Connection, now: datetime) -> None:
    """What was acknowledged or told seven days before `now` goes, and voters whose lease had ended by then."""
    before = _utc(now - KEPT)
    connection.execute("DELETE FROM events WHERE stage = 'stored' AND settled_at < ?", (before,))
    connection.execute("DELETE FROM notices WHERE at < ?", (before,))
    connection.execute("DELETE FROM breaks WHERE since < ?", (before,))
    connection.execute(
        "DELETE FROM leases WHERE until < ? "
        "AND household_id NOT IN (SELECT household_id FROM events WHERE stage = 'unsent')",
        (before,),
    )


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _json(value: object) -> bytes:
    return msgspec.json.encode(value)
