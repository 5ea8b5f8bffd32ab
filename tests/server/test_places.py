"""Polling places by precinct."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from phonetui.core.refusal import Refused
from phonetui.core.voter import PollingPlace
from phonetui.server import places as reading
from phonetui.server import tables
from phonetui.server.places import PlacesReport, import_places

from .office import Office


@pytest.fixture
def office(url: str, tmp_path: Path) -> Office:
    """A server with one campaign."""
    return Office(url, tmp_path)


def places(office: Office) -> dict[str, PollingPlace]:
    rows = office.rows(tables.places)
    return {row.precinct: msgspec.json.decode(row.body, type=PollingPlace) for row in rows}


def test_places_are_read_and_a_newer_file_replaces_them(office: Office) -> None:
    report = office.imports_places(
        "Precinct,Polling Place,Address,City,Hours,Deadlines\n"
        "New York 17,School 4,12 Mill St,New York,6 am-9 pm,register by Oct 25\n"
        "New York 18,Town Hall,,,,\n"
        ",Library,,,,\n"
        "New York 19,,,,,\n"
    )
    assert report == PlacesReport(4, 2, 2, 2, {"no precinct": 1, "no polling place": 1})
    assert places(office)["New York 17"] == PollingPlace(
        "School 4", "12 Mill St, New York", "6 am-9 pm", "register by Oct 25"
    )
    office.imports_places("precinct_desc;site\nNew York  18;Fire House\n")
    assert places(office)["New York 18"] == PollingPlace("Fire House")
    assert places(office)["New York 17"].name == "School 4"


def test_of_a_precincts_rows_the_last_counts(office: Office) -> None:
    report = office.imports_places("precinct,place\n7,School 4\n7,Town Hall\n7,Fire House,extra\n")
    assert report == PlacesReport(3, 2, 1, 1, {"too many fields": 1})
    assert places(office) == {"7": PollingPlace("Town Hall")}


def test_missing_columns_are_refused_by_name(office: Office) -> None:
    with pytest.raises(Refused) as precinct:
        office.imports_places("district,place\n7,School 4\n")
    assert str(precinct.value) == "places.csv has no column for the precinct; call it `Precinct`."
    with pytest.raises(Refused) as place:
        office.imports_places("precinct,address\n7,12 Mill St\n")
    assert str(place.value) == "places.csv has no column for the polling place; call it `Polling Place`."


def test_it_tells_how_far_it_is_and_ctrl_c_leaves_the_places_as_they_were(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.imports_places("precinct,place\n7,School 4\n")
    monkeypatch.setattr(reading, "STEP", 1)
    file = office.file("precinct,place\n7,Town Hall\n8,Library\n", "places.csv")
    told: list[int] = []

    def ctrl_c(rows: int, bytes_read: int, size: int) -> None:
        assert 0 < bytes_read <= size == file.stat().st_size
        told.append(rows)
        if rows == 2:
            raise KeyboardInterrupt

    with (
        office.engine.connect() as connection,
        pytest.raises(KeyboardInterrupt, match=r"^Stopped; nothing of places\.csv is in\.$"),
    ):
        import_places(connection, "turnout", file, progress=ctrl_c)
    assert told == [1, 2]
    assert places(office) == {"7": PollingPlace("School 4")}
    assert office.imports_places(file.read_text()).written == 2
