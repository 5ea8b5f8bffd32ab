"""Taking in an outbox that came in a file: its events go the way of an exchange's, so each counts once."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from pathlib import Path

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import DBAPIError

from phonetui.core.campaign import Campaign
from phonetui.core.refusal import Refused
from phonetui.core.text import clean
from phonetui.server import events
from phonetui.server.accounts import Caller
from phonetui.server.stored_campaign import find_campaign
from phonetui.server.tables import accounts, members
from phonetui.wire import Receipt, Role
from phonetui.wire_outbox import (
    OUTBOX_FORMAT,
    OutboxHead,
    OutboxLine,
    decode_outbox_end,
    decode_outbox_head,
    decode_outbox_line,
)

#: Events in one transaction, so that a server beside it waits but a moment.
AT_ONCE = 100
LARGEST_FILE = 64 << 20

_ID = re.compile(r"[\w-]{1,36}", re.ASCII)
#: What decoding raises; text that is not UTF-8 is a ValueError.
_UNREADABLE = (msgspec.MsgspecError, ValueError, RecursionError)


class Outbox(Struct, frozen=True):
    """A file's head and events, as whole as they were written."""

    head: OutboxHead
    lines: tuple[OutboxLine, ...]


class OutboxReport(Struct, frozen=True):
    """What became of a file's events; `reasons` are those for the rejected ones, with how many each."""

    caller: str
    events: int
    stored: int
    duplicate: int
    rejected: int
    reasons: dict[str, int]


class _Format(Struct):
    outbox: int


_read_format = msgspec.json.Decoder(_Format).decode


def read_outbox(file: Path) -> Outbox:
    """The outbox in a file; raises `Refused` for another file, and for one that is not as it was written."""
    *lines, last = _lines(file)
    head = _head(file, lines[0] if lines else last)
    try:
        end = decode_outbox_end(last)
    except _UNREADABLE:
        raise Refused(f"The file {file} is cut short; copy it again, or export it again on the laptop.") from None
    if (end.events, end.sha256) != (len(lines) - 1, hashlib.sha256(b"".join(lines)).hexdigest()):
        raise _changed(file)
    try:
        return Outbox(head, tuple(decode_outbox_line(line) for line in lines[1:]))
    except _UNREADABLE:
        raise _changed(file) from None


def take_in(
    engine: Engine,
    ticket_key: bytes,
    file: Path,
    outbox: Outbox,
    now: datetime,
    told: Callable[[int], None] = lambda events: None,
) -> OutboxReport:
    """Stores the events as if the laptop had sent them; again, and all are duplicates. Raises `Refused`.

    `told` hears how many are taken in so far; a `KeyboardInterrupt` leaves with a sentence that says so too.
    """
    receipts: list[Receipt] = []
    try:
        with engine.connect() as connection:
            caller = _caller(connection, file, outbox.head)
            campaigns = _campaigns(connection, file, caller, outbox.lines)
        caller = _by_ticket_alone(caller, campaigns)
        for campaign_id, lines in _batches(outbox.lines):
            with engine.begin() as connection:
                stored = _store(connection, ticket_key, caller, campaigns[campaign_id], lines, now)
            receipts += stored
            told(len(receipts))
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            f"Stopped: {len(receipts):,} of {len(outbox.lines):,} entries of {file} are taken in. "
            "Import it again; what is stored already counts once."
        ) from None
    except DBAPIError:
        raise Refused(
            f"The database could not take all of {file}; import it again, what is stored already counts once."
        ) from None
    statuses = Counter(receipt.status for receipt in receipts)
    refused = [receipt for receipt in receipts if receipt.status in events.NOT_STORED]
    return OutboxReport(
        caller=caller.name,
        events=len(receipts),
        stored=statuses["stored"],
        duplicate=statuses["duplicate"],
        rejected=len(refused),
        reasons=dict(Counter(receipt.reason for receipt in refused)),
    )


def _lines(file: Path) -> list[bytes]:
    try:
        if file.stat().st_size > LARGEST_FILE:
            raise _no_outbox(file)
        lines = file.read_bytes().splitlines(keepends=True)
    except OSError as error:
        raise Refused(f"The file {file} cannot be read ({error.strerror}); name the file from the laptop.") from None
    if not lines:
        raise _no_outbox(file)
    return lines


def _head(file: Path, line: bytes) -> OutboxHead:
    try:
        written = _read_format(line).outbox
        if written > OUTBOX_FORMAT:
            raise Refused(f"The file {file} was written by a newer phonetui; install that one here and import again.")
        head = decode_outbox_head(line)
    except _UNREADABLE:
        raise _no_outbox(file) from None
    if not (_ID.fullmatch(head.caller_id) and _ID.fullmatch(head.device_id)):
        raise _changed(file)
    return head


def _no_outbox(file: Path) -> Refused:
    return Refused(f"The file {file} is no outbox; name the file that `phonetui outbox export` wrote on the laptop.")


def _changed(file: Path) -> Refused:
    return Refused(
        f"The file {file} is not as it was written, so nothing of it was taken; export it again on the laptop."
    )


# -- whose it is -------------------------------------------------------------------------------------------------------


def _caller(connection: Connection, file: Path, head: OutboxHead) -> Caller:
    account = connection.execute(select(accounts).where(accounts.c.caller_id == head.caller_id)).first()
    if account is None:
        raise Refused(
            f"The file {file} is from a caller whom this server does not know; it was made for "
            f"{clean(head.server, 200)}, so import it there."
        )
    mine = select(members.c.campaign_id, members.c.role).where(members.c.caller_id == head.caller_id)
    roles = {row.campaign_id: row.role for row in connection.execute(mine)}
    return Caller(account.caller_id, account.name, account.email, account.owner, roles, head.device_id, "")


def _campaigns(connection: Connection, file: Path, caller: Caller, lines: Sequence[OutboxLine]) -> dict[str, Campaign]:
    """The campaigns that the events are of; raises `Refused` unless the caller calls for each."""
    found = {}
    for campaign_id in {line.campaign_id for line in lines}:
        known = caller.role(campaign_id) is not None and "\0" not in campaign_id
        stored = find_campaign(connection, campaign_id) if known else None
        if stored is None:
            raise Refused(
                f"The file {file} holds results for {clean(campaign_id, 64)}, which is no campaign of "
                f"{caller.name}'s on this server; invite {caller.name} to it, or import the file where it belongs."
            )
        found[campaign_id] = stored.campaign
    return found


def _by_ticket_alone(caller: Caller, campaign_ids: Iterable[str]) -> Caller:
    """The caller without any higher role: anybody may write a supervisor's name into a file."""
    roles: dict[str, Role] = dict.fromkeys(campaign_ids, "caller")
    return msgspec.structs.replace(caller, owner=False, roles=roles)


# -- storing -----------------------------------------------------------------------------------------------------------


def _batches(lines: Sequence[OutboxLine]) -> Iterator[tuple[str, Sequence[OutboxLine]]]:
    for campaign_id, of_campaign in groupby(lines, attrgetter("campaign_id")):
        together = tuple(of_campaign)
        for start in range(0, len(together), AT_ONCE):
            yield campaign_id, together[start : start + AT_ONCE]


def _store(
    connection: Connection,
    ticket_key: bytes,
    caller: Caller,
    campaign: Campaign,
    lines: Sequence[OutboxLine],
    now: datetime,
) -> tuple[Receipt, ...]:
    in_turn = select(accounts.c.caller_id).where(accounts.c.caller_id == caller.caller_id).with_for_update()
    connection.execute(in_turn)
    bodies = [line.event for line in lines]
    return events.store(connection, ticket_key, caller, campaign, bodies, now, signed_in=False).receipts
