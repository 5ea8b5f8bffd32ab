"""`phonetui server results export|reports|import|view`."""

from __future__ import annotations

import csv
import os
import sys
from argparse import Namespace
from collections.abc import Callable
from functools import partial
from io import StringIO, TextIOWrapper
from pathlib import Path
from typing import TextIO

import msgspec
from sqlalchemy import Connection

from phonetui.client.entries import entries
from phonetui.client.orderly_end import orderly_end
from phonetui.client.private_files import new_file
from phonetui.commands.answer import Answer, counted
from phonetui.commands.progress import progress
from phonetui.commands.server_place import place_of
from phonetui.commands.terminal import for_reading_on
from phonetui.core.refusal import Refused
from phonetui.server import admin, outbox_import, reports_from_callers, results, results_view
from phonetui.server.clock import utc_now
from phonetui.server.engine import reading_engine, sync_engine

#: Writes a campaign's rows as CSV; answers with their number.
Export = Callable[[Connection, str, TextIO], int]


def export_results(arguments: Namespace) -> Answer | None:
    """One row per attempt: into a file, or on standard output."""
    quiet = arguments.json or not arguments.out
    with reading_engine(place_of(arguments).url).connect() as connection:
        with progress(sys.stderr, quiet=quiet) as tell:
            told = partial(results.export, told=lambda rows: tell(counted(rows, "row")))
            rows = _written(connection, told, arguments)
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
        return _to_file(connection, export, arguments.campaign, arguments.out, replace=arguments.force)
    if not arguments.json:
        export(connection, arguments.campaign, for_reading_on(sys.stdout))
        return None
    rows = StringIO(newline="")
    export(connection, arguments.campaign, rows)
    rows.seek(0)
    return Answer("", list(csv.DictReader(rows)))


def _to_file(connection: Connection, export: Export, campaign_id: str, file: Path, *, replace: bool) -> int:
    try:
        with orderly_end(), new_file(file, replace=replace) as binary:
            out = TextIOWrapper(binary, "utf-8", newline="")
            rows = export(connection, campaign_id, out)
            out.detach()  # which flushes
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"Stopped; {file} is {'as it was' if file.exists() else 'not written'}.") from None
    except FileExistsError:
        raise Refused(f"There is a file {file} already; name a new one, or replace it with --force.") from None
    except OSError as error:
        raise Refused(f"The results cannot be written to {file} ({error.strerror}); choose another --out.") from None
    return rows


def make_view(arguments: Namespace) -> Answer:
    """Makes the view that programs read, or takes it away."""
    act = results_view.drop if arguments.drop else results_view.make
    with sync_engine(place_of(arguments).url).begin() as connection:
        name = act(connection, arguments.campaign or "")
    text = (
        f"There is no view {name} any more."
        if arguments.drop
        else f"The view {name} has one row per attempt, corrections applied; see phonetui help sql."
    )
    return Answer(text, {"view": name})


def import_results(arguments: Namespace) -> Answer:
    """Takes in an outbox that came in a file."""
    place = place_of(arguments)
    keys = admin.server_keys(place.url, place.data, os.environ)
    outbox = outbox_import.read_outbox(arguments.file)
    engine = sync_engine(place.url)
    with progress(sys.stderr, quiet=arguments.json) as tell:
        report = outbox_import.take_in(
            engine, keys.ticket, arguments.file, outbox, utc_now(), lambda events: tell(entries(events))
        )
    lines = [
        f"{entries(report.events)} from {report.caller}: {report.stored:,} stored, "
        f"{report.duplicate:,} here already, {report.rejected:,} rejected.",
        *(f"  {count:>9,}  {reason}" for reason, count in report.reasons.items()),
    ]
    return Answer("\n".join(lines), report, 1 if report.rejected else 0)
