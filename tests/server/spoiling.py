"""What bad disks do to a server's database."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path


def spoil(file: Path | None, table: str) -> None:
    """Overwrites the first page of a table, and leaves all else as it is."""
    assert file is not None
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (page,) = database.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
        (size,) = database.execute("PRAGMA page_size").fetchone()
    with file.open("r+b") as bytes_of_it:
        bytes_of_it.seek((page - 1) * size)
        bytes_of_it.write(b"\xff" * size)
