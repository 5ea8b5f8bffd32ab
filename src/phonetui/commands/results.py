"""`phonetui server results export`."""

from __future__ import annotations

import csv
import os
import sys
from argparse import Namespace
from io import StringIO
from pathlib import Path

import msgspec
from sqlalchemy import Connection

from phonetui.commands.answer import Answer
from phonetui.commands.server_place import place_of
from phonetui.core.refusal import Refused
from phonetui.server import results
from phonetui.server.engine import reading_engine


def export_results(arguments: Namespace) -> Answer | None:
    """One row per attempt: into a file, or on standard output."""
    with reading_engine(place_of(arguments).url).connect() as connection:
        if arguments.out:
            return _to_file(connection, arguments.campaign, arguments.out)
        if not arguments.json:
            results.export(connection, arguments.campaign, sys.stdout)
            return None
        rows = StringIO(newline="")
        results.export(connection, arguments.campaign, rows)
    rows.seek(0)
    return Answer("", list(csv.DictReader(rows)))


def _to_file(connection: Connection, campaign_id: str, file: Path) -> Answer:
    unfinished = file.with_name(f"{file.name}.part")
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as out:
            rows = results.export(connection, campaign_id, out)
        unfinished.replace(file)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise Refused(f"The results cannot be written to {file} ({error.strerror}); choose another --out.") from None
    figures = results.tally(connection, campaign_id)
    text = (
        f"{file}: {rows:,} rows; {figures.attempts:,} attempts, {figures.contacts:,} contacts, {figures.talks:,} talks."
    )
    return Answer(text, {"file": str(file), "rows": rows, **msgspec.structs.asdict(figures)})
