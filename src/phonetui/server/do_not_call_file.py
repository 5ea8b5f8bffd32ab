"""A file of numbers that nobody on the server may call: bare numbers, one a line, or any file with a column of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct
from sqlalchemy import Connection

from phonetui.core.refusal import Refused
from phonetui.server import audit
from phonetui.server.columns import PHONES
from phonetui.server.refused_rows import RefusedRows
from phonetui.server.suppressing import suppress_numbers
from phonetui.server.unwritten import refuses_if_unwritten
from phonetui.server.voter_files import RefusedRow, VoterFile

#: Rows in one transaction.
CHUNK = 1_000
#: Refused rows that are told before anything is done.
MOST_TOLD = 5
#: Columns that are named of a file in which none is known to hold numbers.
MOST_NAMED = 12

Numbers = tuple[str, ...]


class NumbersReport(Struct, frozen=True):
    """What became of a file's rows. `refused_file` is empty where no row was refused."""

    rows_read: int
    added: int
    refused: int
    refused_file: str = ""


class FileOfNumbers(Struct, frozen=True):
    """What is in a file: its columns that hold numbers, all numbers, each once, and how many rows have none.

    `why` tells the first of those, each with its line.
    """

    columns: tuple[str, ...]
    numbers: Numbers
    refused: int
    why: tuple[str, ...]


def read_file(path: Path, content: BinaryIO | None = None) -> FileOfNumbers:
    """The numbers of a file, whose `content` may have come over the line; nothing is done with them.

    Raises `Refused` for what is no such file, and where no column is known to hold numbers: none is guessed.
    """
    numbers: dict[str, None] = {}
    refused, why = 0, list[str]()
    with _opened(path, content) as file:
        for row in _rows(file):
            if isinstance(row, RefusedRow):
                refused += 1
                why += [f"line {row.line}: {row.reason}"] if len(why) < MOST_TOLD else []
            else:
                numbers.update(dict.fromkeys(row))
        if not numbers and not refused:
            raise file.has_no_rows()
        return FileOfNumbers(_columns(file), tuple(numbers), refused, tuple(why))


@refuses_if_unwritten()
def import_numbers(
    connection: Connection, path: Path, now: datetime, *, progress: Callable[[int], None] | None = None
) -> NumbersReport:
    """Suppresses the file's numbers, in many transactions; `connection` must not be in one.

    The same file may be imported again. Raises `Refused` as `read_file` does.
    """
    read = added = 0
    with _opened(path) as file, RefusedRows(path.with_name(f"{path.name}.refused.csv")) as refused:
        rows = _rows(file)
        while chunk := list(islice(rows, CHUNK)):
            for row in chunk:
                if isinstance(row, RefusedRow):
                    refused.add(row)
            numbers = {number for row in chunk if not isinstance(row, RefusedRow) for number in row}
            added += suppress_numbers(connection, audit.WHOLE_SERVER, numbers, now)
            audit.record(connection, audit.WHOLE_SERVER, audit.AT_THE_CONSOLE, "suppressed", len(numbers), now)
            connection.commit()
            read += len(chunk)
            if progress:
                progress(read)
        if not read:
            raise file.has_no_rows()
    count = refused.reasons.total()
    return NumbersReport(read, added, count, str(refused.path) if count else "")


def _opened(path: Path, content: BinaryIO | None = None) -> VoterFile:
    """The file, in which at least one column is known to hold numbers; its year is of no matter."""
    file = VoterFile(path, None, 0, bare_numbers=True, content=content)
    if file.columns.has(*PHONES):
        return file
    names = [name for name in file.file.header if name]
    file.file.close()
    named = ", ".join(names[:MOST_NAMED]) + (" …" if len(names) > MOST_NAMED else "")
    raise Refused(
        f"{path.name} has no column that is known to hold numbers; its columns are {named}. Call the right one Phone, "
        "or save it alone."
    )


def _columns(file: VoterFile) -> tuple[str, ...]:
    return tuple(dict.fromkeys(file.file.header[place] for field in PHONES for place in file.columns.of[field]))


def _rows(file: VoterFile) -> Iterator[Numbers | RefusedRow]:
    """The numbers of each row; refused where it has none."""
    for line, fields, reason in file.file.rows():
        if reason:
            yield RefusedRow(line, "", reason)
            continue
        file.clean(fields)
        try:
            yield tuple(phone.number for phone in file.phones(fields))
        except Refused as refused:
            yield RefusedRow(line, "", str(refused))
