"""What can be read of a damaged journal: every row on a page that is as it was written, and no other.

The sound pages are put into a file of their own, behind a first page that is made new. SQLite then reads each page as
if it were a whole table, so that what leads to a page may be lost without it. Which table a row is of shows by its
columns.

SQLCipher gives zeros for a page that it cannot read, and says so too late. So it is never asked for one: each lost page
is a page of bytes that no text holds, and a row with one of them is not whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field
from sqlcipher3 import dbapi2

from phonetui.client.journal_connection import connect_to_read, connect_with, transaction
from phonetui.client.journal_pages import PAGE
from phonetui.client.journal_tables import ONE_ROW
from phonetui.client.private_files import private_file

if TYPE_CHECKING:
    from sqlite3 import Connection

#: A row as SQLite has it: its rowid, which a page holds apart from the columns, then up to nine of them.
Row = tuple[Any, ...]

_NONE = type(None)
_EVENT = (_NONE, str, bytes, str, str, int, str, str, str)
_LEASE = (str, int, str, int, int, bytes, _NONE, _NONE, _NONE)
_NOTICE = (str, str, str, str, int, _NONE, _NONE, _NONE, _NONE)
_BEGUN_WITH = (int, bytes, *(_NONE,) * 7)
_BREAK = (str, str, int, *(_NONE,) * 6)
#: Bytes of a row's columns up to which SQLite keeps all of it on one page.
_ON_ONE_PAGE = 3800
#: In no UTF-8, and all that the journal keeps is that.
_LOST = b"\xff"
_PRAGMAS = ("journal_mode = memory", "synchronous = off", "temp_store = memory")


class Salvage(Struct):
    """Rows to be written into a new journal, as they were; of the tables with one row, by table."""

    events: dict[int, Row] = field(default_factory=dict)
    leases: dict[str, Row] = field(default_factory=dict)
    notices: dict[str, Row] = field(default_factory=dict)
    begun_with: dict[int, Row] = field(default_factory=dict)
    breaks: dict[str, Row] = field(default_factory=dict)
    one_row: dict[str, Row] = field(default_factory=dict)

    @property
    def last_seq(self) -> int:
        """The highest `seq` known of."""
        journal = self.one_row.get("journal")
        return max([*self.events, journal[6] if journal else 0, 0])


def salvage(scratch: Path, key: bytes, newest: Mapping[int, bytes], older: Mapping[int, bytes]) -> Salvage:
    """The rows on these pages; `scratch` names a file to work in, which is removed. Raises `OSError`, SQLite's errors.

    Of an `older` page only the events count, and those alone that lie on it whole: all else may have changed since,
    while an event never does.
    """
    found = Salvage()
    try:
        _make(scratch, key, max([*newest, *older, 1]))
        _overwrite(scratch, newest)
        for number, row in _rows(scratch, key, newest):
            _sort(found, number, row)
        _overwrite(scratch, {**newest, **older})
        for _, row in _rows(scratch, key, older):
            if _is(row, _EVENT) and _length(row) <= _ON_ONE_PAGE:
                found.events.setdefault(row[0], _event(row))
    finally:
        scratch.unlink(missing_ok=True)
    return found


def version_of(scratch: Path, key: bytes, pages: Mapping[int, bytes]) -> int:
    """The version that wrote these pages; 0 where that cannot be read. Raises `OSError`."""
    scratch.unlink(missing_ok=True)
    private_file(scratch)
    try:
        scratch.write_bytes(b"".join(pages.get(number, bytes(PAGE)) for number in range(1, max([*pages, 1]) + 1)))
        with closing(connect_to_read(scratch, key)) as connection:
            connection.execute("PRAGMA writable_schema = on")  # else a file that was cut short is not read at all
            version: int = connection.execute("PRAGMA user_version").fetchone()[0]
            return version
    except dbapi2.Error:
        return 0
    finally:
        scratch.unlink(missing_ok=True)


def refill(connection: Connection, found: Salvage) -> None:
    """Within a transaction on a new journal: everything that was found."""
    for table, row in found.one_row.items():
        statement = _REFILL[table]
        connection.execute(statement, row[2 : 2 + statement.count("?")])
    connection.executemany("INSERT OR IGNORE INTO leases VALUES (?, ?, ?, ?, ?, ?)", found.leases.values())
    connection.executemany("INSERT OR IGNORE INTO notices VALUES (?, ?, ?, ?, ?)", found.notices.values())
    connection.executemany("INSERT OR IGNORE INTO begun_with VALUES (?, ?)", found.begun_with.values())
    connection.executemany("INSERT OR IGNORE INTO breaks VALUES (?, ?, ?)", found.breaks.values())
    connection.executemany("INSERT OR IGNORE INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", found.events.values())
    connection.execute("UPDATE journal SET last_seq = ?", (found.last_seq,))
    if "journal" not in found.one_row:  # where the shift began is not known
        connection.execute("UPDATE journal SET shift_from = last_seq + 1")


_REFILL = {
    "journal": "REPLACE INTO journal VALUES (1, ?, ?, ?, ?, ?, ?, ?)",
    "campaign": "REPLACE INTO campaign VALUES (1, ?)",
    "call": "REPLACE INTO call VALUES (1, ?, ?)",
}


def _make(scratch: Path, key: bytes, pages: int) -> None:
    """A file that is large enough, with a table whose first page can be chosen; all other pages count as lost."""
    scratch.unlink(missing_ok=True)
    private_file(scratch)
    with closing(connect_with(_PRAGMAS, scratch, key)) as connection, transaction(connection):
        connection.execute("CREATE TABLE page (a, b, c, d, e, f, g, h, i)")
        connection.execute("CREATE TABLE lost (bytes)")
        connection.execute("INSERT INTO lost VALUES (?)", (_LOST * (pages * PAGE),))


def _overwrite(scratch: Path, pages: Mapping[int, bytes]) -> None:
    """Puts the pages into their places, but for the first."""
    with scratch.open("r+b") as file:
        for number in pages.keys() - {1}:
            file.seek((number - 1) * PAGE)
            file.write(pages[number])


def _rows(scratch: Path, key: bytes, numbers: Iterable[int]) -> Iterator[tuple[int, Row]]:
    """Each whole row on these pages, and on those that they lead to."""
    with closing(connect_with(_PRAGMAS, scratch, key)) as connection:
        for number in sorted(number for number in numbers if number > 1):
            rows = _select(connection, number, "SELECT rowid, * FROM page")
            if rows is None:  # one of them may not be whole
                row_ids = _select(connection, number, "SELECT rowid FROM page") or ()
                by_itself = (_select(connection, number, _ONE_ROW, row_id) for row_id in row_ids)
                rows = [row for found in by_itself for row in found or ()]
            yield from ((number, row) for row in rows if _is_whole(row))


_ONE_ROW = "SELECT rowid, * FROM page WHERE rowid = ?"


def _select(connection: Connection, number: int, statement: str, values: Sequence[Any] = ()) -> list[Row] | None:
    """What a page says as a table; None where it is of none, or says what cannot be."""
    connection.execute("PRAGMA writable_schema = on")
    connection.execute("BEGIN")
    try:
        connection.execute("UPDATE sqlite_schema SET rootpage = ? WHERE name = 'page'", (number,))
        connection.execute("PRAGMA writable_schema = reset")
        return connection.execute(statement, values).fetchall()
    except dbapi2.Error:
        return None
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _is_whole(row: Row) -> bool:
    return not any(isinstance(value, bytes) and _LOST in value for value in row)


def _sort(found: Salvage, number: int, row: Row) -> None:
    if _is(row, _EVENT):
        found.events[row[0]] = _event(row)
    elif _is(row, _LEASE):
        found.leases[row[1]] = row[1:7]
    elif _is(row, _NOTICE):
        found.notices[row[1]] = row[1:6]
    elif _is(row, _BEGUN_WITH):
        found.begun_with[row[1]] = row[1:3]
    elif _is(row, _BREAK):
        found.breaks[row[1]] = row[1:4]
    for table, page in ONE_ROW.items():
        if number == page:
            found.one_row[table] = row


def _is(row: Row, kinds: Sequence[type]) -> bool:
    return all(isinstance(value, kind) for value, kind in zip(row[1:], kinds, strict=True))


def _event(row: Row) -> Row:
    return row[0], *row[2:]


def _length(row: Row) -> int:
    return sum(len(value) for value in row if isinstance(value, str | bytes))
