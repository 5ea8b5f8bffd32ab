"""`phonetui server report`: what came of a campaign's calls, in figures and pictures."""

from __future__ import annotations

import json
import os
import sys
from argparse import Namespace
from collections.abc import Callable, Mapping
from pathlib import Path

from phonetui.client.orderly_end import orderly_end
from phonetui.client.private_files import new_file
from phonetui.commands.answer import Answer, counted
from phonetui.commands.reporting.markdown import as_markdown
from phonetui.commands.reporting.page import as_page
from phonetui.commands.reporting.pictures import as_svg
from phonetui.commands.reporting.rows import as_csv, as_json
from phonetui.commands.server_place import place_of
from phonetui.commands.terminal import for_reading_on
from phonetui.core.refusal import Refused
from phonetui.core.report import Report
from phonetui.server.clock import utc_now
from phonetui.server.engine import reading_engine
from phonetui.server.report_making import make_report
from phonetui.server.report_text import as_text


def _json_text(report: Report) -> str:
    return f"{json.dumps(as_json(report), indent=2)}\n"


def _first_picture(report: Report) -> str:
    pictures = [picture for section in report.sections for picture in section.pictures]
    return as_svg(pictures[0] if pictures else None, report.empty or "There is nothing to draw yet.")


#: How each of `core.report.FORMATS` is written.
WRITE: Mapping[str, Callable[[Report], str]] = {
    "table": lambda report: f"{as_text(report)}\n",
    "csv": as_csv,
    "json": _json_text,
    "md": as_markdown,
    "html": as_page,
    "svg": _first_picture,
}


def report(arguments: Namespace) -> Answer | None:
    """A report of a campaign: into a file, or on standard output."""
    if arguments.format == "svg" and not arguments.by:
        raise Refused("A picture shows one thing; say which, such as --by hour.")
    if arguments.since and arguments.until and arguments.until < arguments.since:
        raise Refused(f"{arguments.until} is before {arguments.since}; --from takes the first day, --to the last.")
    with reading_engine(place_of(arguments).url).connect() as connection:
        made = make_report(
            connection,
            arguments.campaign,
            now=utc_now(),
            by=arguments.by,
            since=arguments.since,
            until=arguments.until,
        )
    if arguments.out:
        return _to_file(made, arguments.format, arguments.out, replace=arguments.force)
    if arguments.json or arguments.format == "table":
        return Answer(as_text(made), as_json(made))
    if made.empty and arguments.format == "csv":
        sys.stderr.write(f"{made.empty}\n")
    for_reading_on(sys.stdout).write(WRITE[arguments.format](made))
    return None


def _to_file(made: Report, format_name: str, file: Path, *, replace: bool) -> Answer:
    try:
        with orderly_end(), new_file(file, replace=replace) as out:
            out.write(WRITE[format_name](made).encode("utf-8"))
    except FileExistsError:
        raise Refused(f"There is a file {file} already; name a new one, or replace it with --force.") from None
    except OSError as error:
        raise Refused(f"The report cannot be written to {file} ({error.strerror}); choose another --out.") from None
    whole = made.total
    figures = (
        f"{counted(whole.attempts, 'attempt')}, {counted(whole.contacts, 'contact')}, {counted(whole.talks, 'talk')}."
    )
    facts = {"file": os.fspath(file), "attempts": whole.attempts, "contacts": whole.contacts, "talks": whole.talks}
    return Answer(f"{file}: {made.empty or figures}", facts)
