"""A voter file of any length, the same at every run: My Voters' layout, everybody in it invented.

The block of numbers kept for fiction is far too small for a million rows, so these could belong to somebody: the file
stays in the benchmark's own folder and is gone with it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from scripts.benchmarks.sample import FIRST_NAMES, LAST_NAMES, PARTIES, STREETS

COLUMNS = (
    "Voter File VANID\tLastName\tFirstName\tMiddleName\tSuffix\tSex\tAge\tParty\tAddress\tCity\tState\tZip5\t"
    "Preferred Phone\tHome Phone\tCell Phone\tPreferredEmail\tPrecinctName\tSpoken Language"
)
PLACES = (
    ("Evansville", "IN", "47711", "812"),
    ("New Albany", "IN", "47150", "930"),
    ("Owensboro", "KY", "42301", "270"),
    ("Louisville", "KY", "40202", "502"),
    ("Raleigh", "NC", "27601", "919"),
    ("Pensacola", "FL", "32501", "850"),
    ("New York", "NY", "10007", "646"),
    ("Phoenix", "AZ", "85004", "602"),
)
#: Exchanges that can be dialed: 911 and its like are not among them.
EXCHANGES = tuple(exchange for exchange in range(200, 1000) if exchange % 100 != 11 and exchange != 555)
#: Streets of the same name are in each of the places.
STREETS_IN_ALL = len(STREETS) * len(PLACES)
#: People who share a number, on average.
SHARED = 1.6


def write(file: Path, rows: int, shared: float = SHARED) -> None:
    """Writes so many voters; those who share a number are far apart, as in a file that is sorted by name."""
    homes = max(1, int(rows / shared))
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        out.write(f"{COLUMNS}\r\n")
        out.writelines(_rows(rows, homes))


def read_with_csv(file: Path) -> int:
    """Reads the file with Python's csv and nothing else; returns how many rows it has."""
    with file.open(encoding="utf-8-sig", newline="") as text:
        return sum(1 for _ in csv.reader(text, delimiter="\t")) - 1


def _rows(rows: int, homes: int) -> Iterator[str]:
    for row in range(rows):
        home = row * 7919 % homes
        city, state, zip_code, area = PLACES[home % len(PLACES)]
        exchange = EXCHANGES[home // len(PLACES) % len(EXCHANGES)]
        phone = f"{area}{exchange}{home // (len(PLACES) * len(EXCHANGES)):04}"
        language = "Spanish" if row % 9 == 0 else ""
        yield (
            f"{41_000_000 + row}\t{LAST_NAMES[home % len(LAST_NAMES)]}\t{FIRST_NAMES[row % len(FIRST_NAMES)]}\t\t\t"
            f"{'FM'[row % 2]}\t{18 + row % 80}\t{PARTIES[row % len(PARTIES)]}\t"
            f"{100 + home // STREETS_IN_ALL % 9900} {STREETS[home % len(STREETS)]}\t{city}\t{state}\t{zip_code}\t"
            f"({phone[:3]}) {phone[3:6]}-{phone[6:]}\t{phone}\t\t\t{city} {home % 97}\t{language}\r\n"
        )
