"""Polling places by precinct, from a delimited file: place, address, hours and deadlines for the voter pane."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from phonetui.core.refusal import Refused
from phonetui.core.text import clean
from phonetui.core.voter import PollingPlace
from phonetui.server.columns import VOTER_FIELDS, recognise
from phonetui.server.delimited import DelimitedFile
from phonetui.server.engine import insert
from phonetui.server.locked_campaign import lock_campaign
from phonetui.server.tables import places
from phonetui.server.unwritten import refuses_if_unwritten
from phonetui.server.voter_files import LONGEST as LONGEST_PRECINCT
from phonetui.server.voter_import import Progress

#: The columns of a file of polling places, each with its names, best first.
PLACE_FIELDS = {
    "precinct": VOTER_FIELDS["precinct"],
    "name": "Polling Place, Place, Place Name, Polling Place Name, Polling Location, Location, Site, Name",
    "address": "Address, Street Address, Polling Place Address, Location Address",
    "city": "City, Town",
    "hours": "Hours, Open, Opening Hours, Polling Hours, Times",
    "deadlines": "Deadlines, Deadline, Registration Deadline, Important Dates, Dates",
}
LONGEST = 240
#: Rows between two words about how far it is.
STEP = 1_000

NO_PRECINCT = "no precinct"
NO_PLACE = "no polling place"


class PlacesReport(Struct, frozen=True):
    """What became of a file's rows: `written` and `refused` sum to `rows_read`; a precinct's last row counts."""

    rows_read: int
    written: int
    refused: int
    precincts: int
    reasons: dict[str, int]


@refuses_if_unwritten()
def import_places(
    connection: Connection, campaign_id: str, path: Path, *, progress: Progress | None = None
) -> PlacesReport:
    """Takes the polling places into the campaign in one transaction; those of other precincts stay.

    A `KeyboardInterrupt` leaves with a sentence, and with nothing done. Raises `Refused` for what is no delimited file,
    for missing columns and for an unknown campaign.
    """
    lock_campaign(connection, campaign_id)
    reasons: Counter[str] = Counter()
    found: dict[str, PollingPlace] = {}
    rows = 0
    with _saying_that_nothing_is_done(connection, path), DelimitedFile(path) as file:
        read = _reader(file)
        for _line, fields, reason in file.rows():
            rows += 1
            precinct, place = read(fields) if not reason else ("", PollingPlace(""))
            reason = reason or (NO_PRECINCT if not precinct else "" if place.name else NO_PLACE)
            if reason:
                reasons[reason] += 1
            else:
                found[precinct] = place
            if progress and rows % STEP == 0:
                progress(rows, file.bytes_read, file.size)
        _write(connection, campaign_id, found)
    refused = reasons.total()
    return PlacesReport(rows, rows - refused, refused, len(found), dict(reasons.most_common()))


@contextmanager
def _saying_that_nothing_is_done(connection: Connection, path: Path) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        connection.rollback()
        raise KeyboardInterrupt(f"Stopped; nothing of {path.name} is in.") from None


def _reader(file: DelimitedFile) -> Callable[[Sequence[str]], tuple[str, PollingPlace]]:
    columns = recognise(file.header, PLACE_FIELDS)
    for field, title in (("precinct", "Precinct"), ("name", "Polling Place")):
        if not columns.has(field):
            raise Refused(f"{file.path.name} has no column for the {title.lower()}; call it `{title}`.")
    of = {field: columns.reader(field) for field in PLACE_FIELDS}

    def text(fields: Sequence[str], field: str) -> str:
        return " ".join(clean(of[field](fields), LONGEST).split())

    def read(fields: Sequence[str]) -> tuple[str, PollingPlace]:
        address = ", ".join(filter(None, (text(fields, "address"), text(fields, "city"))))
        place = PollingPlace(text(fields, "name"), address, text(fields, "hours"), text(fields, "deadlines"))
        return text(fields, "precinct")[:LONGEST_PRECINCT], place

    return read


def _write(connection: Connection, campaign_id: str, found: dict[str, PollingPlace]) -> None:
    rows = [
        {"campaign_id": campaign_id, "precinct": precinct, "body": msgspec.json.encode(place)}
        for precinct, place in found.items()
    ]
    if rows:
        row = insert(connection, places)
        newer = row.on_conflict_do_update(index_elements=["campaign_id", "precinct"], set_={"body": row.excluded.body})
        connection.execute(newer, rows)
    connection.commit()
