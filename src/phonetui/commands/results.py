"""`phonetui server results export|reports`."""

from __future__ import annotations

import csv
import os
import sys
from argparse import Namespace
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import TextIO

import msgspec
from sqlalchemy import Connection

from phonetui.commands.answer import Answer, counted
from phonetui.commands.server_place import place_of
from phonetui.core.refusal import Refused
from phonetui.server import reports_from_callers, results
from phonetui.server.engine import reading_engine

#: Writes a campaign's rows as CSV; answers with their number.
Export = Callable[[Connection, str, TextIO], int]


def export_results(arguments: Namespace) -> Answer | None:
    """One row per attempt: into a file, or on standard output."""
    with reading_engine(place_of(arguments).url).connect() as connection:
        rows = _written(connection, results.export, arguments)
        if not isinstance(rows, int):
            return rows
        figures = results.tally(connection, arguments.campaign)
    text = (
        f"{arguments.out}: {counted(rows, 'row')}; {counted(figures.attempts, 'attempt')}, "
        f"{counted(figures.contacts, 'contact')}, {counted(figures.talks, 'talk')}."
    )
    return Answer(text, {"file": str(arguments.out), "rows": rows, **msgspec.structs.asdict(figures)})


def export_reports(arguments: Namespace) -> Answer | None:
    """One row per report or remark of a caller: into a file, or on standard output."""
    with reading_engine(place_of(arguments).url).connect() as connection:
        rows = _written(connection, reports_from_callers.export_reports, arguments)
    if not isinstance(rows, int):
        return rows
    return Answer(f"{arguments.out}: {counted(rows, 'row')}.", {"file": str(arguments.out), "rows": rows})


def _written(connection: Connection, export: Export, arguments: Namespace) -> int | Answer | None:
    """How many rows are in the file; without --out the answer itself, none where it is on standard output already."""
    if arguments.out:
        return _to_file(connection, export, arguments.campaign, arguments.out)
    if not arguments.json:
        export(connection, arguments.campaign, sys.stdout)
        return None
    rows = StringIO(newline="")
    export(connection, arguments.campaign, rows)
    rows.seek(0)
    return Answer("", list(csv.DictReader(rows)))


def _to_file(connection: Connection, export: Export, campaign_id: str, file: Path) -> int:
    unfinished = file.with_name(f"{file.name}.part")
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as out:
            rows = export(connection, campaign_id, out)
        unfinished.replace(file)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise Refused(f"The results cannot be written to {file} ({error.strerror}); choose another --out.") from None
    return rows
