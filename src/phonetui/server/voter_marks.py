"""Marking the voters of a file: they have voted, or do not want to be called."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Literal

from msgspec import Struct
from sqlalchemy import Column, Connection, select

from phonetui.core.refusal import Refused
from phonetui.core.voter import Voter, decode_voter
from phonetui.server.bulk import among
from phonetui.server.columns import PHONES
from phonetui.server.household_states import WITHDRAWN
from phonetui.server.households import SAME_HOUSEHOLD
from phonetui.server.identity import id_key, is_named, plain_name
from phonetui.server.list_ids import ListIds
from phonetui.server.locked_campaign import lock_campaign
from phonetui.server.moves import numbers_of
from phonetui.server.numbers import NO_NUMBER
from phonetui.server.refused_rows import RefusedRows
from phonetui.server.suppressing import suppress_numbers
from phonetui.server.tables import households, voters
from phonetui.server.unwritten import refuses_if_unwritten
from phonetui.server.voter_files import RefusedRow, VoterFile
from phonetui.server.voter_import import Progress
from phonetui.server.withdrawals import Why, withdraw

How = Literal["voted", "do_not_call"]
_WHY: dict[How, Why] = {"voted": "voted", "do_not_call": "do-not-call"}
NO_ID = "no id"
#: Rows in one transaction.
CHUNK = 5_000


class MarkReport(Struct, frozen=True):
    """What became of a file's rows; `found`, `not_found` and `refused` sum to `rows_read`.

    `voters` are those not called any more because of it, `numbers` those newly suppressed on the whole server.
    `refused_file` is empty where no row was refused.
    """

    rows_read: int
    found: int
    not_found: int
    refused: int
    voters: int
    numbers: int
    reasons: dict[str, int] = {}
    refused_file: str = ""


class Person(Struct, frozen=True):
    """Whom a row means: by the file's own id, else by name and number, else by the number alone."""

    file_key: str
    name: str
    numbers: tuple[str, ...]


class _Listed(Struct, frozen=True):
    """A voter of the campaign who may be meant."""

    voter_id: int
    file_key: str
    ended: str
    body: bytes
    number: str | None


@refuses_if_unwritten()
def mark(
    connection: Connection,
    campaign_id: str,
    path: Path,
    how: How,
    *,
    now: datetime,
    map_file: Path | None = None,
    pulled_by: str = "",
    progress: Progress | None = None,
) -> MarkReport:
    """Takes the voters of a file out of calling, in many transactions; `connection` must not be in one.

    With `do_not_call` every number of theirs, and every number in the file, is suppressed for all campaigns of the
    server. `pulled_by` names the connection whose list it is: whom another list knows by one of its ids is not meant by
    that. A `KeyboardInterrupt` leaves with a sentence that says how much is done; the same file may be marked again.
    Raises `Refused` for what is no such file, and for an unknown campaign.
    """
    lock_campaign(connection, campaign_id)
    connection.rollback()
    read = found = not_found = ended = numbers = 0
    bare = how == "do_not_call"
    with (
        VoterFile(path, map_file, now.year, bare_numbers=bare) as file,
        RefusedRows(path.with_name(f"{path.name}.refused.csv")) as refused,
    ):
        if not file.columns.has("id"):
            file.require("phone", *PHONES)
            if not bare:
                file.require("name", "first_name", "last_name", "name")
        rows = people(file)
        while chunk := list(islice(rows, CHUNK)):
            named = [row for row in chunk if isinstance(row, Person)]
            for row in chunk:
                if isinstance(row, RefusedRow):
                    refused.add(row)
            with _saying_what_is_done(connection, read, path):
                marked = _Marking(connection, campaign_id, how, now, pulled_by).take(named)
                connection.commit()
            read, found, not_found = read + len(chunk), found + marked[0], not_found + len(named) - marked[0]
            ended, numbers = ended + marked[1], numbers + marked[2]
            with _saying_what_is_done(connection, read, path):
                if progress:
                    progress(read, file.file.bytes_read, file.file.size)
    if not read:
        raise file.has_no_rows()
    count, reasons = refused.reasons.total(), dict(refused.reasons.most_common())
    return MarkReport(
        read, found, not_found, count, ended, numbers, reasons=reasons, refused_file=str(refused.path) if count else ""
    )


@contextmanager
def _saying_what_is_done(connection: Connection, read: int, path: Path) -> Iterator[None]:
    """Ctrl-C leaves all chunks but the one that was being written."""
    try:
        yield
    except KeyboardInterrupt:
        connection.rollback()
        raise KeyboardInterrupt(
            f"Stopped after {read:,} rows of {path.name}, which are marked; mark the file again to go on."
            if read
            else f"Stopped; nothing of {path.name} is marked."
        ) from None


def people(file: VoterFile) -> Iterator[Person | RefusedRow]:
    """Whom each row means; refused where it names nobody."""
    no_one = NO_NUMBER if file.columns.has(*PHONES) else NO_ID
    for line, fields, reason in file.file.rows():
        if reason:
            yield RefusedRow(line, "", reason)
            continue
        file.clean(fields)
        row_id, name, numbers, why_not = file.row_id(fields), "", tuple[str, ...](), no_one
        with suppress(Refused):
            name = plain_name(Voter("", *file.names(fields)))
        try:
            numbers = tuple(phone.number for phone in file.phones(fields))
        except Refused as refused:
            why_not = str(refused) if str(refused) != NO_NUMBER else no_one
        if row_id or numbers:
            yield Person(id_key(row_id) if row_id else "", name, numbers)
        else:
            yield RefusedRow(line, "", why_not)


class _Marking:
    """One chunk, in one transaction."""

    def __init__(self, connection: Connection, campaign_id: str, how: How, now: datetime, pulled_by: str) -> None:
        self._connection = connection
        self._campaign = lock_campaign(connection, campaign_id)
        self._ids = ListIds(connection, campaign_id, pulled_by) if pulled_by else None
        self._how = how
        self._now = now

    def take(self, people: Sequence[Person]) -> tuple[int, int, int]:
        """Marks them; returns how many were found, how many voters are newly ended, and how many numbers suppressed."""
        by_key = {voter.file_key: voter for voter in self._listed(voters.c.file_key, self._meant(people))}
        if self._ids:
            self._ids.keep(by_key)
        sharing: defaultdict[str, list[_Listed]] = defaultdict(list)
        for voter in self._listed(households.c.number, {number for p in people for number in p.numbers}):
            sharing[voter.number or ""].append(voter)
        found, meant = 0, dict[int, _Listed]()
        for person in people:
            known = by_key.get(person.file_key)
            here = [voter for number in person.numbers for voter in sharing.get(number, ())]
            these = [known] if known else [voter for voter in here if _name(voter) == person.name != ""]
            meant.update((voter.voter_id, voter) for voter in these)
            found += bool(these or (here and self._how == "do_not_call"))
        gone = {voter_id for voter_id, voter in meant.items() if voter.ended not in WITHDRAWN}
        withdraw(self._connection, self._campaign, gone, _WHY[self._how], self._now)
        if self._how == "voted":
            return found, len(gone), 0
        numbers = {number for person in people for number in person.numbers}
        numbers.update(number for voter in meant.values() for number in numbers_of(_voter(voter)))
        return found, len(gone), suppress_numbers(self._connection, self._campaign.campaign_id, numbers, self._now)

    def _meant(self, people: Sequence[Person]) -> Collection[str]:
        """The keys by which they are known here."""
        by_key = {person.file_key: person for person in people if person.file_key}
        if self._ids is None:
            return by_key
        strange = self._ids.somebody_elses(
            by_key, lambda key, there: is_named(there, by_key[key].name, by_key[key].numbers)
        )
        return by_key.keys() - strange

    def _listed(self, column: Column[str], values: Collection[str]) -> list[_Listed]:
        """The voters of whom the column, of theirs or of their household, is one of the values."""
        columns = [voters.c[name] for name in _Listed.__struct_fields__ if name != "number"]
        other = households if column.table is voters else voters
        chosen = (
            select(*columns, households.c.number)
            .join_from(column.table, other, SAME_HOUSEHOLD, isouter=True)  # outer, so that SQLite begins on this side
            .where(column.table.c.campaign_id == self._campaign.campaign_id, among(self._connection, column, values))
        )
        rows = self._connection.execute(chosen).all() if values else []
        return [_Listed(**row._mapping) for row in rows if row.voter_id is not None]


def _voter(listed: _Listed) -> Voter:
    return decode_voter(listed.body)


def _name(listed: _Listed) -> str:
    return plain_name(_voter(listed))
