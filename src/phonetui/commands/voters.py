"""`phonetui server voters import|undo|mark` and `places import`."""

from __future__ import annotations

import sys
from argparse import Namespace
from functools import partial

import msgspec

from phonetui.commands.answer import Answer, counted
from phonetui.commands.progress import Tell, progress
from phonetui.commands.server_place import place_of
from phonetui.server import places, voter_import
from phonetui.server.admin import note
from phonetui.server.clock import utc_now
from phonetui.server.engine import sync_engine
from phonetui.server.voter_import import ImportReport
from phonetui.server.voter_marks import How, MarkReport, mark
from phonetui.server.voter_undo import undo_import


def import_voters(arguments: Namespace) -> Answer:
    """Takes a voter file into a campaign."""
    place = place_of(arguments)
    with sync_engine(place.url).connect() as connection, progress(sys.stderr, quiet=arguments.json) as tell:
        report = voter_import.import_voters(
            connection,
            arguments.campaign,
            arguments.file,
            erasing_key=place.keys().erasing,
            now=utc_now(),
            map_file=arguments.map,
            dry_run=arguments.dry_run,
            progress=partial(_told, tell),
        )
    name = "" if arguments.dry_run else f"{arguments.campaign}/{report.import_id}"
    if name:
        note(place.url, arguments.campaign, "imported", report.import_id, utc_now())
    facts = {"import": name, **msgspec.structs.asdict(report)}
    return Answer(_account(name, report), facts)


def _told(tell: Tell, rows: int, bytes_read: int, size: int) -> None:
    tell(f"{counted(rows, 'row')}, {100 * bytes_read // max(size, 1)}% of the file")


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
    url = place_of(arguments).url
    with sync_engine(url).connect() as connection, progress(sys.stderr, quiet=arguments.json) as tell:

        def told(done: int, voters: int) -> None:
            tell(f"{done:,} of {counted(voters, 'voter')}")

        report = undo_import(connection, campaign_id, import_id, utc_now(), progress=told)
    note(url, campaign_id, "import-undone", import_id, utc_now())
    text = (
        f"The import of {report.file_name} is taken back: {counted(report.deleted, 'voter')} deleted, "
        f"{report.restored:,} as they were before, {report.kept:,} who were lent to callers kept but not called again."
    )
    return Answer(text, report)


def mark_voters(arguments: Namespace) -> Answer:
    """Stops calls to the voters in a file."""
    url = place_of(arguments).url
    with sync_engine(url).connect() as connection, progress(sys.stderr, quiet=arguments.json) as tell:
        report = mark(
            connection,
            arguments.campaign,
            arguments.file,
            arguments.how,
            now=utc_now(),
            map_file=arguments.map,
            progress=partial(_told, tell),
        )
    note(url, arguments.campaign, "marked", f"{arguments.how} {report.voters}", utc_now())
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
    url = place_of(arguments).url
    with sync_engine(url).connect() as connection, progress(sys.stderr, quiet=arguments.json) as tell:
        report = places.import_places(connection, arguments.campaign, arguments.file, progress=partial(_told, tell))
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
