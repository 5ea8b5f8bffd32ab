"""Addresses as keys: the same home gives the same key, however a file writes it."""

from __future__ import annotations

import re
from functools import lru_cache

from phonetui.core.voter import Address

LONGEST_KEY = 160

_DIGIT = re.compile(r"\d")
_APOSTROPHES = re.compile(r"['’.]")
_SIGNS = re.compile(r"[^\w\s]|_")
#: As in the Postal Service's Publication 28, as far as voter files use both forms.
_SHORT = {
    "avenue": "ave", "av": "ave", "boulevard": "blvd", "circle": "cir", "court": "ct", "crt": "ct", "drive": "dr",
    "expressway": "expy", "heights": "hts", "highway": "hwy", "junction": "jct", "lane": "ln", "parkway": "pkwy",
    "pike": "pike", "place": "pl", "plaza": "plz", "point": "pt", "road": "rd", "route": "rte", "square": "sq",
    "station": "sta", "street": "st", "str": "st", "terrace": "ter", "terr": "ter", "trail": "trl", "turnpike": "tpke",
    "north": "n", "south": "s", "east": "e", "west": "w",
    "northeast": "ne", "northwest": "nw", "southeast": "se", "southwest": "sw",
    "apartment": "unit", "apt": "unit", "suite": "unit", "ste": "unit", "number": "unit", "no": "unit",
}  # fmt: skip


@lru_cache(maxsize=4096)  # those who live together mostly follow each other in the file
def address_key(address: Address) -> str:
    """The normalised address, unit included; empty for one that names no house, which brings nobody together."""
    street = address.street.casefold()
    if not street.replace(" ", "").isalnum():
        street = _SIGNS.sub(" ", _APOSTROPHES.sub("", street.replace("#", " unit ")))
    street = " ".join([_SHORT.get(word, word) for word in street.split()]).replace("unit unit", "unit")
    if not _DIGIT.search(street):
        return ""
    town = address.zip_code[:5] or f"{address.city} {address.state}".casefold()
    return f"{street}, {town}"[:LONGEST_KEY]
