"""A file of numbers that nobody on the server may call: bare numbers, one a line, or any file with a column of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import islice
from pathlib import Path

from msgspec import Struct
from sqlalchemy import Connection

from phonetui.server import audit
from phonetui.server.columns import PHONES
from phonetui.server.refused_rows import RefusedRows
from phonetui.server.suppressing import suppress_numbers
from phonetui.server.unwritten import refuses_if_unwritten
from phonetui.server.voter_files import RefusedRow, VoterFile
from phonetui.server.voter_marks import people

#: Rows in one transaction.
CHUNK = 1_000


class NumbersReport(Struct, frozen=True):
    """What became of a file's rows. `refused_file` is empty where no row was refused."""

    rows_read: int
    added: int
    refused: int
    refused_file: str = ""


@refuses_if_unwritten()
def import_numbers(
    connection: Connection, path: Path, now: datetime, *, progress: Callable[[int], None] | None = None
) -> NumbersReport:
    """Suppresses the file's numbers, in many transactions; `connection` must not be in one.

    The same file may be imported again. Raises `Refused` for what is no such file.
    """
    read = added = 0
    with (
        VoterFile(path, None, now.year, bare_numbers=True) as file,
        RefusedRows(path.with_name(f"{path.name}.refused.csv")) as refused,
    ):
        file.require("phone", *PHONES)
        rows = people(file)
        while chunk := list(islice(rows, CHUNK)):
            for row in chunk:
                if isinstance(row, RefusedRow):
                    refused.add(row)
            numbers = {number for row in chunk if not isinstance(row, RefusedRow) for number in row.numbers}
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
