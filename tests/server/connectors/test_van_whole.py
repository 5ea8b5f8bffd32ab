"""Whether an export of NGP VAN's has all who are on the list."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from phonetui.server.connectors.connector import SystemDown
from tests.server.connectors.van_connected import Office


@pytest.fixture
def office() -> Iterator[Office]:
    office = Office()
    yield office
    assert office.van.wrongs == []
    office.van.close()


def test_a_file_with_fewer_people_than_the_list_is_no_list(office: Office) -> None:
    for van_id in range(1, 98):
        office.van.has(van_id, "812-555-0166")
    office.van.list_count = 100

    with office.connects() as van, pytest.raises(SystemDown) as down:
        list(van.pull())

    assert str(down.value) == (
        "The export of Weekend has 97 of the 100 people that NGP VAN counts on the list: it was cut off, or they were "
        "merged or moved since the list was saved. Pull again; if that stays so, save the list once more in NGP VAN."
    )
    assert not any(asked.startswith("GET people") for asked in office.van.asked)


@pytest.mark.parametrize(("people", "counted"), [(98, 100), (1, 2), (3, 2), (2, 0)])
def test_a_few_may_have_been_merged_since_the_list_was_saved_or_put_on_it(
    office: Office, people: int, counted: int
) -> None:
    for van_id in range(1, people + 1):
        office.van.has(van_id, "812-555-0166")
    office.van.list_count = counted

    with office.connects("list: 4711\nread: list") as van:
        assert len(list(van.pull())) == people
