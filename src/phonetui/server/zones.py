"""The time zone in which a voter is called: by ZIP, else by state, else by area code."""

from __future__ import annotations

import zoneinfo
from collections import defaultdict
from collections.abc import Callable
from functools import cache
from typing import TypedDict

import zipcodes
from msgspec import Struct

from phonetui.core.voter import ZoneSource

Zones = tuple[str, ...]


class _Place(TypedDict):
    zip_code: str
    state: str
    timezone: str
    area_codes: list[str]


_places: Callable[[str], list[_Place]] = zipcodes.similar_to  # by the first digits of a ZIP; the package has no types


class ZoneTable(Struct, frozen=True):
    """What the ZIP codes of the United States say of its zones. Each name is one that `zoneinfo` knows."""

    by_zip: dict[str, Zones]
    by_state: dict[str, Zones]  # states that keep one zone
    by_area_code: dict[str, Zones]  # all zones of its ZIPs, sorted

    def find(self, zip_code: str, state: str, number: str) -> tuple[Zones, ZoneSource]:
        """The zones, and which of ZIP, state and area code told; none when nothing did. `number` is E.164."""
        if zones := self.by_zip.get(zip_code[:5]):
            return zones, "ZIP"
        if zones := self.by_state.get(state.upper()):
            return zones, "state"
        if zones := self.by_area_code.get(number[2:5]):
            return zones, "area code"
        return (), ""


@cache
def zone_table() -> ZoneTable:
    """The table, made once from the `zipcodes` package, which names a zone that does not exist and leaves some out."""
    known = zoneinfo.available_timezones()
    alone: dict[str, Zones] = {}  # one tuple a zone, shared by its ZIPs
    by_zip: dict[str, Zones] = {}
    states: defaultdict[str, set[str]] = defaultdict(set)
    area_codes: defaultdict[str, set[str]] = defaultdict(set)
    for region in range(100):  # the package makes a dict of every row asked for: all at once would take 140 MB
        for place in _places(f"{region:02}"):
            zone = place["timezone"]
            if zone not in known:
                continue
            by_zip[place["zip_code"]] = alone.setdefault(zone, (zone,))
            states[place["state"]].add(zone)
            for area_code in place["area_codes"]:
                area_codes[area_code].add(zone)
    return ZoneTable(
        by_zip,
        {state: tuple(zones) for state, zones in states.items() if len(zones) == 1},
        {area_code: tuple(sorted(zones)) for area_code, zones in area_codes.items()},
    )
