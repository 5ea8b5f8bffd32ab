"""Where a voter's clock is, and how that is known."""

from __future__ import annotations

from itertools import chain
from zoneinfo import ZoneInfo

import pytest

from phonetui.server.zones import zone_table


def test_the_zip_decides_even_for_a_number_from_elsewhere() -> None:
    assert zone_table().find("47708", "IN", "+12125550100") == (("America/Chicago",), "ZIP")
    assert zone_table().find("47150-1234", "IN", "+12125550100") == (("America/Kentucky/Louisville",), "ZIP")


def test_without_a_known_zip_the_state_decides_if_it_keeps_one_zone() -> None:
    assert zone_table().find("", "hi", "+12125550100") == (("Pacific/Honolulu",), "state")
    assert zone_table().find("00000", "AZ", "+16025550100") == (("America/Phoenix",), "area code")


@pytest.mark.parametrize(
    ("number", "zones"),
    [
        ("+12125550100", ("America/New_York",)),
        ("+18505550100", ("America/Chicago", "America/New_York")),
        ("+16055550100", ("America/Chicago", "America/Denver")),
    ],
)
def test_with_neither_the_area_code_stands_for_all_zones_it_reaches(number: str, zones: tuple[str, ...]) -> None:
    assert zone_table().find("", "", number) == (zones, "area code")


def test_a_zip_whose_zone_does_not_exist_falls_through() -> None:
    zones, source = zone_table().find("99634", "AK", "+19075550100")  # Napakiak, Alaska
    assert source == "area code"
    assert "America/Anchorage" in zones
    assert "Napakiak" not in zones


def test_a_ship_at_sea_and_an_unknown_area_code_have_no_zone() -> None:
    assert zone_table().find("09565", "AE", "") == ((), "")
    assert zone_table().find("", "", "+19245550100") == ((), "")


def test_every_zone_of_the_table_exists() -> None:
    table = zone_table()
    every = chain(table.by_zip.values(), table.by_state.values(), table.by_area_code.values())
    for name in set(chain.from_iterable(every)):
        assert ZoneInfo(name).key == name
