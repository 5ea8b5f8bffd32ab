"""Taking a voter file into a campaign: every row is imported, merged or refused."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Protocol

from msgspec import Struct
from sqlalchemy import Connection, select

from phonetui.server.bulk import among
from phonetui.server.identity import erasure_hashes
from phonetui.server.kept_voters import check_kept
from phonetui.server.list_ids import ListIds
from phonetui.server.locked_campaign import lock_campaign
from phonetui.server.refused_rows import RefusedRows
from phonetui.server.tables import erased_voters, imports, voters
from phonetui.server.unwritten import refuses_if_unwritten
from phonetui.server.voter_files import RefusedRow, VoterFile, VoterRow
from phonetui.server.voter_intake import Intake, divide

#: Rows in one transaction: the more, the faster; the fewer, the sooner the server can write again.
CHUNK = 10_000
ERASED = "erased on request"

#: Called with rows read, bytes read, and the file's size in bytes.
Progress = Callable[[int, int, int], None]


class ImportReport(Struct, frozen=True):
    """What became of a file's rows; `imported`, `merged` and `refused` sum to `rows_read`.

    `import_id` takes the import back; it is 0 for a dry run. `refused_file` is empty where no row was refused.
    """

    import_id: int
    rows_read: int
    imported: int
    merged: int
    refused: int
    reasons: dict[str, int]
    refused_file: str


class _Taker(Protocol):
    """What the rows of a file go into: a campaign, or in a dry run nothing."""

    import_id: int

    def take(self, fit: Sequence[VoterRow], left_out: Sequence[RefusedRow]) -> tuple[int, list[RefusedRow]]:
        """Takes a chunk of rows; returns how many of the fit ones were merged, and those it leaves out, too."""


@refuses_if_unwritten()
def import_voters(
    connection: Connection,
    campaign_id: str,
    path: Path,
    *,
    erasing_key: bytes,
    now: datetime,
    map_file: Path | None = None,
    refused_file: Path | None = None,
    dry_run: bool = False,
    pulled_by: str = "",
    progress: Progress | None = None,
) -> ImportReport:
    """Imports a voter file, in many transactions; `connection` must not be in one.

    An import that was cut short is simply done again; a `KeyboardInterrupt` leaves with a sentence that says what of it
    is done. Raises `Refused` for what is not a voter file, for an unknown campaign, and for one that keeps no voters
    any more. The refused rows go to `refused_file`, else beside the voter file. `pulled_by` names the connection whose
    list it is.
    """
    check_kept(connection, campaign_id, now)
    connection.rollback()
    beside = path.with_name(f"{path.name}.refused.csv")
    with (
        VoterFile(path, map_file, now.year) as file,
        RefusedRows(refused_file or beside) as refused,
        closing(sqlite3.connect("")) as seen,
    ):
        rows = file.rows()
        first = list(islice(rows, CHUNK))  # so that what is no voter file is refused before anything is written
        if not first:
            raise file.has_no_rows()
        taker: _Taker = (
            _DryRun(connection, campaign_id, seen)
            if dry_run
            else Intake(connection, campaign_id, path.name, now, pulled_by)
        )
        read = merged = 0
        with _saying_what_is_done(connection, campaign_id, taker.import_id, path):
            for chunk in _chunks(first, rows):
                erased = _erased(connection, campaign_id)
                fit, left_out = _divided(chunk, erased, erasing_key)
                more, strangers = taker.take(fit, left_out)
                for row in (*left_out, *strangers):
                    refused.add(row)
                merged += more
                read += len(chunk)
                if progress:
                    progress(read, file.file.bytes_read, file.file.size)
    count = refused.reasons.total()
    return ImportReport(
        taker.import_id,
        read,
        read - merged - count,
        merged,
        count,
        dict(refused.reasons.most_common()),
        str(refused.path) if count else "",
    )


def _erased(connection: Connection, campaign_id: str) -> frozenset[str]:
    """The keyed hashes of those who are never imported again; nobody is erased until the transaction ends."""
    lock_campaign(connection, campaign_id)
    hashes = select(erased_voters.c.keyed_hash).where(erased_voters.c.campaign_id == campaign_id)
    return frozenset(connection.scalars(hashes))


@contextmanager
def _saying_what_is_done(connection: Connection, campaign_id: str, import_id: int, path: Path) -> Iterator[None]:
    """Ctrl-C leaves all chunks but the one that was being written."""
    try:
        yield
    except KeyboardInterrupt:
        connection.rollback()
        this = (imports.c.campaign_id == campaign_id) & (imports.c.import_id == import_id)
        rows = connection.scalar(select(imports.c.rows_read).where(this)) or 0
        name = f"{campaign_id}/{import_id}"
        raise KeyboardInterrupt(
            f"Stopped after {rows:,} rows of {path.name}, which are in as import {name}. "
            f"Import the file again to go on, or take them back: phonetui server voters undo {name}"
            if rows
            else f"Stopped; nothing of {path.name} is in."
        ) from None


class _DryRun:
    """Counts what an import would merge. The keys seen so far are kept on disk, for there may be millions."""

    import_id = 0

    def __init__(self, connection: Connection, campaign_id: str, seen: sqlite3.Connection) -> None:
        self._connection = connection
        self._campaign_id = campaign_id
        self._seen = seen
        self._seen.execute("CREATE TABLE seen (file_key TEXT PRIMARY KEY) WITHOUT ROWID")

    def take(self, fit: Sequence[VoterRow], left_out: Sequence[RefusedRow]) -> tuple[int, list[RefusedRow]]:
        fit, strangers = divide(ListIds(self._connection, self._campaign_id), fit)
        before = self._seen.total_changes
        file_keys = [row.file_key for row in fit]
        known = among(self._connection, voters.c.file_key, file_keys)
        found = select(voters.c.file_key).where(voters.c.campaign_id == self._campaign_id, known)
        there = set(self._connection.scalars(found))
        new = [(file_key,) for file_key in file_keys if file_key not in there]
        self._seen.executemany("INSERT OR IGNORE INTO seen VALUES (?)", new)
        self._connection.rollback()
        return len(fit) - (self._seen.total_changes - before), strangers


def _divided(
    chunk: Sequence[VoterRow | RefusedRow], erased: frozenset[str], key: bytes
) -> tuple[list[VoterRow], list[RefusedRow]]:
    """The rows that are fit, and those that are not."""
    fit: list[VoterRow] = []
    left_out: list[RefusedRow] = []
    for row in chunk:
        if isinstance(row, RefusedRow):
            left_out.append(row)
        elif erased and not erased.isdisjoint(erasure_hashes(key, row.file_key, row.voter)):
            left_out.append(RefusedRow(row.line, "", ERASED))
        else:
            fit.append(row)
    return fit, left_out


def _chunks(
    first: list[VoterRow | RefusedRow], rows: Iterator[VoterRow | RefusedRow]
) -> Iterator[list[VoterRow | RefusedRow]]:
    chunk = first
    while chunk:
        yield chunk
        chunk = list(islice(rows, CHUNK))
