"""Importing a voter file of a million rows on SQLite: rows a second, and the most memory that it takes."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import Struct
from scripts.benchmarks import campaign_server, voter_file
from scripts.benchmarks.figure import Figure, bounded, median

from phonetui.client.clock import SystemClock


class Imported(Struct):
    """What the command prints, as far as it matters here."""

    rows_read: int
    imported: int


def figures(rows: int = 1_000_000) -> Iterator[Figure]:
    """The command that an organiser types, and reading the same file with csv before and after it."""
    with tempfile.TemporaryDirectory() as folder:
        data, file = Path(folder) / "server", Path(folder) / "voters.txt"
        campaign_server.make(data, SystemClock().now())
        voter_file.write(file, rows)
        reading = [_read_with_csv(file)]
        importing, most_memory = _import(file, data, rows)
        reading.append(_read_with_csv(file))
        file_size = file.stat().st_size
    yield bounded(
        f"import of {rows:,} rows",
        rows / importing,
        "rows/s",
        "reading the file with csv",
        rows / median(reading),
        at_least=10_000,
    )
    yield bounded(
        f"most memory of an import of {rows:,} rows",
        most_memory / 2**20,
        "MiB",
        "the file",
        file_size / 2**20,
        at_most=300,
    )


def _read_with_csv(file: Path) -> float:
    begun = time.perf_counter()
    voter_file.read_with_csv(file)
    return time.perf_counter() - begun


def _import(file: Path, data: Path, rows: int) -> tuple[float, int]:
    """Seconds, and bytes of resident memory at the most."""
    command = (sys.executable, "-m", "phonetui", "server", "voters", "import", campaign_server.CAMPAIGN, str(file))
    begun = time.perf_counter()
    with subprocess.Popen([*command, "--json", "--data", str(data)], stdout=subprocess.PIPE) as process:
        printed = process.stdout.read() if process.stdout else b""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - begun
    report = msgspec.json.decode(printed, type=Imported)
    if (report.rows_read, report.imported) != (rows, rows):
        raise RuntimeError(f"of {rows} rows {report.imported} were imported")
    return seconds, used.ru_maxrss * 1024
