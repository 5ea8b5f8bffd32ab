"""Hub Dialer: CSV both ways. What its columns are called is kept in the connection's file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import cast

from msgspec import Struct

from phonetui.core.marked_yaml import Entry, did_you_mean
from phonetui.core.push import Outgoing
from phonetui.server.columns import VOTER_FIELDS
from phonetui.server.connectors import files_rows
from phonetui.server.connectors.connector import Connector, Setup
from phonetui.server.connectors.files_connector import DayFiles, VoterList, files_connector, read_place
from phonetui.server.connectors.files_rows import ANSWER, TYPES
from phonetui.server.connectors.files_voters import by_names
from phonetui.server.connectors.files_whole import write_csv
from phonetui.server.connectors.system import System

KEYS = {
    "voters": "/srv/phonetui/hub.csv",
    "columns": "{id: Contact ID, phone: Phone}",
    "results": "/srv/phonetui/results",
    "result_columns": "{Contact ID: voter_file_id, Outcome: disposition}",
}
TEMPLATE = """\
# Voters come from this file. For each field, the column that holds it, or a list of them; fields that you leave out are
# recognised by their names: phonetui help voter-files
voters: /srv/phonetui/hub.csv
columns:
  id: Contact ID
  first_name: First Name
  last_name: Last Name
  phone: Phone

# Results go to this folder, a file a day with these columns, in this order: what the column is called there, and what
# it holds. What there is: phonetui help files
results: /srv/phonetui/results
result_columns:
  Contact ID: voter_file_id
  Phone: number
  Date: local_date
  Time: local_time
  Agent: caller
  Outcome: disposition
  Notes: note
"""


class HubDialerSettings(Struct, frozen=True, kw_only=True):
    """Where voters come from and results go to, and which column is which; a place may be None."""

    voters: Path | None = None
    columns: Mapping[str, tuple[str, ...]] = {}
    results: Path | None = None
    result_columns: Mapping[str, str] = {}


def read(found: Mapping[str, Entry]) -> HubDialerSettings:
    """The settings in a connection's file."""
    if "results" in found and "result_columns" not in found:
        found["results"].refuse(f"`result_columns` is missing beside it, such as {KEYS['result_columns']}")
    return HubDialerSettings(
        voters=read_place(found, "voters"),
        columns=_columns(found["columns"]) if "columns" in found else {},
        results=read_place(found, "results"),
        result_columns=_result_columns(found["result_columns"]) if "result_columns" in found else {},
    )


def connect(setup: Setup) -> Connector:
    """A way to Hub Dialer's files."""
    settings = cast(HubDialerSettings, setup.settings)
    return files_connector(
        setup.name,
        VoterList(settings.voters, by_names(settings.columns)) if settings.voters else None,
        DayFiles(
            settings.results,
            lambda day: f"{setup.name}-{day}.csv",
            partial(_write, setup, settings),
            " ".join(_empty(setup, settings)),
        )
        if settings.results
        else None,
        losses=partial(_losses, setup, settings),
    )


def _write(setup: Setup, settings: HubDialerSettings, file: Path, outcomes: Sequence[Outgoing]) -> None:
    held = settings.result_columns.values()
    rows = files_rows.rows(setup, outcomes)
    texts = ([files_rows.as_text(row.get(name)) for name in held] for row in rows)
    write_csv(file, list(settings.result_columns), texts)


def _empty(setup: Setup, settings: HubDialerSettings) -> Iterable[str]:
    """Sentences on the columns whose question has gone from the script."""
    asked = files_rows.questions(setup.campaign)
    for name, held in settings.result_columns.items():
        question = held.removeprefix(ANSWER)
        if held not in TYPES and question not in asked:
            meant = did_you_mean(question, asked, "take the column out of the connection's file")
            sentence = f"The column {name} stays empty, for the script does not ask `{question}`{meant}"
            yield sentence if meant.endswith("?") else f"{sentence}."


def _losses(setup: Setup, settings: HubDialerSettings) -> Iterable[str]:
    held = set(settings.result_columns.values())
    if not settings.results:
        return
    yield from _empty(setup, settings)
    for name, what in (
        ("note", "Notes"),
        ("call_back", "Call-back times"),
        ("other_answers", "Answers to old questions"),
    ):
        if name not in held:
            yield f"{what} are not written: no column holds {name}."
    for part in files_rows.questions(setup.campaign):
        if f"{ANSWER}{part}" not in held:
            yield f"Answers to `{part}` are not written: no column holds {ANSWER}{part}."


def _columns(entry: Entry) -> dict[str, tuple[str, ...]]:
    """By field, the columns that hold it."""
    found = entry.mapping(dict.fromkeys((field for field in VOTER_FIELDS if field != "elections"), "Column name"))
    return {field: _names(each) for field, each in found.items()}


def _names(entry: Entry) -> tuple[str, ...]:
    entries = entry.items("Column name") if entry.is_list else [entry]
    return tuple(filter(None, (each.text("a column name, or a list of them") for each in entries)))


def _result_columns(entry: Entry) -> dict[str, str]:
    """By their column, what it holds."""
    found = {name: each.text("what the column holds") for name, each in entry.any_mapping("voter_file_id").items()}
    for name, held in found.items():
        if held and held not in TYPES and not held.startswith(ANSWER):
            entry.page.wrong(f"{entry.key}.{name}", f"there is no `{held}`{did_you_mean(held, TYPES)}")
    if not found:
        entry.expect("columns and what they hold")
    return found


SYSTEM = System(
    title="Hub Dialer",
    keys=KEYS,
    template=TEMPLATE,
    read=read,
    connect=connect,
)
