"""`phonetui server voters import|undo|mark` and `places import`."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from phonetui.commands.answer import Answer, counted
from phonetui.commands.server_place import place_of
from phonetui.server import places, voter_import
from phonetui.server.clock import utc_now
from phonetui.server.engine import sync_engine
from phonetui.server.voter_import import ImportReport, Progress
from phonetui.server.voter_marks import How, MarkReport, mark
from phonetui.server.voter_undo import undo_import


def import_voters(arguments: Namespace) -> Answer:
    """Takes a voter file into a campaign."""
    place = place_of(arguments)
    with sync_engine(place.url).connect() as connection, _progress() as progress:
        report = voter_import.import_voters(
            connection,
            arguments.campaign,
            arguments.file,
            erasing_key=place.keys().erasing,
            now=utc_now(),
            map_file=arguments.map,
            dry_run=arguments.dry_run,
            progress=progress,
        )
    name = "" if arguments.dry_run else f"{arguments.campaign}/{report.import_id}"
    facts = {"import": name, **msgspec.structs.asdict(report)}
    return Answer(_account(name, report), facts)


def _account(name: str, report: ImportReport) -> str:
    lines = [
        f"{f'Import {name}:' if name else 'This would be'} {counted(report.rows_read, 'row')}: "
        f"{report.imported:,} imported, {report.merged:,} merged, {report.refused:,} refused.",
        *_refused(report),
    ]
    return "\n".join(lines)


def take_back(arguments: Namespace) -> Answer:
    """Takes an import back."""
    campaign_id, import_id = arguments.imported
    with sync_engine(place_of(arguments).url).connect() as connection:
        report = undo_import(connection, campaign_id, import_id, utc_now())
    text = (
        f"The import of {report.file_name} is taken back: {counted(report.deleted, 'voter')} deleted, "
        f"{report.restored:,} as they were before, {report.kept:,} who were lent to callers kept but not called again."
    )
    return Answer(text, report)


def mark_voters(arguments: Namespace) -> Answer:
    """Stops calls to the voters in a file."""
    with sync_engine(place_of(arguments).url).connect() as connection:
        report = mark(
            connection, arguments.campaign, arguments.file, arguments.how, now=utc_now(), map_file=arguments.map
        )
    lines = [
        f"{counted(report.rows_read, 'row')}: {report.found:,} found, {report.not_found:,} not in this campaign, "
        f"{report.refused:,} refused.",
        *_refused(report),
        _stopped(report, arguments.how),
    ]
    return Answer("\n".join(lines), report)


def _stopped(report: MarkReport, how: How) -> str:
    voters = f"{counted(report.voters, 'voter')} {_are(report.voters)} not called any more"
    if how == "voted":
        return f"{voters}."
    return f"{voters}; {counted(report.numbers, 'number')} {_are(report.numbers)} suppressed on the whole server."


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def import_places(arguments: Namespace) -> Answer:
    """Takes polling places into a campaign."""
    with sync_engine(place_of(arguments).url).connect() as connection:
        report = places.import_places(connection, arguments.campaign, arguments.file)
    rows = f"{counted(report.rows_read, 'row')}: {report.written:,} read, {report.refused:,} refused;"
    lines = [f"{rows} polling places of {counted(report.precincts, 'precinct')}.", *_reasons(report.reasons)]
    return Answer("\n".join(lines), report)


def _refused(report: ImportReport | MarkReport) -> list[str]:
    if not report.refused:
        return []
    where = f"The refused rows are in {report.refused_file}, each with its line and the reason."
    return [*_reasons(report.reasons), where]


def _reasons(reasons: dict[str, int]) -> list[str]:
    return [f"  {count:>9,}  {reason}" for reason, count in reasons.items()]


@contextmanager
def _progress() -> Iterator[Progress | None]:
    """A bar on stderr while a file is read; none where stderr is not a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (BarColumn(), TaskProgressColumn(), TextColumn("{task.fields[rows]:,} rows"), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("import", total=None, rows=0)

        def move(rows: int, bytes_read: int, size: int) -> None:
            bar.update(task, completed=bytes_read, total=size, rows=rows)

        yield move
