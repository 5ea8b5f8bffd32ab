"""Files: voters from a CSV file, results as CSV, JSON Lines or Parquet, a file a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

from msgspec import Struct

from phonetui.core.campaign_values import read_choice, value
from phonetui.core.marked_yaml import Entry
from phonetui.core.push import Outgoing
from phonetui.server.connectors import files_rows
from phonetui.server.connectors.connector import Connector, Setup
from phonetui.server.connectors.files_connector import DayFiles, VoterList, files_connector, read_place
from phonetui.server.connectors.files_formats import FORMATS, check_format
from phonetui.server.connectors.files_voters import by_map_file
from phonetui.server.connectors.system import System

KEYS = {
    "voters": "/srv/phonetui/voters.csv",
    "map": "/srv/phonetui/columns.yaml",
    "results": "/srv/phonetui/results",
    "format": "csv",
}
TEMPLATE = """\
# Voters come from this file: CSV, or text of any common kind, with a column for ids, for names and for numbers.
voters: /srv/phonetui/voters.csv
# Where its columns have names that are not recognised, this file says which holds what: phonetui help voter-files
# map: /srv/phonetui/columns.yaml

# Results go to this folder, a file a day.
results: /srv/phonetui/results
# csv, jsonl (JSON Lines) or parquet
format: csv
"""


class FilesSettings(Struct, frozen=True, kw_only=True):
    """Where voters come from and results go to; one of them may be None."""

    voters: Path | None = None
    map: Path | None = None
    results: Path | None = None
    format: str = "csv"


def read(found: Mapping[str, Entry]) -> FilesSettings:
    """The settings in a connection's file."""
    return FilesSettings(
        voters=read_place(found, "voters"),
        map=read_place(found, "map"),
        results=read_place(found, "results"),
        format=value(found, "format", lambda entry: read_choice(entry, tuple(FORMATS)), "csv"),
    )


def connect(setup: Setup) -> Connector:
    """A way to the files; raises `Refused` where the format needs what is not installed."""
    settings = cast(FilesSettings, setup.settings)
    check_format(settings.format)

    def write(file: Path, outcomes: Sequence[Outgoing]) -> None:
        FORMATS[settings.format](file, files_rows.columns(setup.campaign), files_rows.rows(setup, outcomes))

    return files_connector(
        setup.name,
        VoterList(settings.voters, by_map_file(settings.map)) if settings.voters else None,
        DayFiles(settings.results, lambda day: f"{setup.name}-{day}.{settings.format}", write)
        if settings.results
        else None,
        losses=tuple,  # each result has its own row, and the file of its day is written anew after a correction
    )


SYSTEM = System(
    title="Files",
    keys=KEYS,
    template=TEMPLATE,
    read=read,
    connect=connect,
)
