"""Voters for the benchmarks, all invented, in the demo's campaign; the same at every run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import msgspec

from phonetui.core.campaign import Campaign
from phonetui.core.campaign_file import read
from phonetui.core.voter import Address, Household, PastAttempt, Phone, PollingPlace, Voter
from phonetui.demo.campaign import sample
from phonetui.wire import Lease

FIRST_NAMES = ("Soo-Jin", "Felipe", "Vernon", "María", "Dwayne", "Zoë", "Kim", "Nadia", "Minh", "Ruth", "Tomasz", "Ana")
LAST_NAMES = ("De La Cruz", "Acosta", "Green", "Owens", "Dixon", "St. John", "Soto", "Nguyễn", "Baker", "O'Neil", "Roe")
STREETS = ("Mill Ct", "Oak Dr", "Glenwood Way", "Tryon Ct", "Maple Ave", "River Rd", "Church St")
CITIES = (("Evansville", "IN", "47711"), ("New Albany", "IN", "47150"), ("Owensboro", "KY", "42301"))
PARTIES = ("D", "R", "U", "G", "L")


def campaign(today: date) -> Campaign:
    """The demo's campaign, in which calls are made day and night."""
    return msgspec.structs.replace(read(sample(today), "riverside.yaml").campaign, version=1)


def households(count: int, now: datetime) -> Iterator[Household]:
    """So many households of one voter each, with as much known about them as a good list has."""
    for place in range(count):
        voter = _voter(place, now)
        yield Household(
            household_id=f"{place + 1}",
            number=voter.number,
            voters=(voter,),
            address_key=f"{voter.address.street}|{voter.address.zip_code}".lower(),
        )


def lease(household: Household, until: datetime) -> Lease:
    """The household lent until then; the tickets are as long as real ones."""
    return Lease(household, until, {voter.voter_id: "69221f00-1a2b-0." + "x" * 22 for voter in household.voters})


def number(place: int, kind: int) -> str:
    """A number out of the block kept for fiction, of which there are enough for the first 10,000 households."""
    return f"+1{200 + (place // 50 * 3) % 780}5550{100 + place % 50 * 2 + kind}"


def _voter(place: int, now: datetime) -> Voter:
    city, state, zip_code = CITIES[place % len(CITIES)]
    return Voter(
        voter_id=f"{place + 1}",
        first_name=FIRST_NAMES[place % len(FIRST_NAMES)],
        last_name=LAST_NAMES[place * 7 % len(LAST_NAMES)],
        age=18 + place * 13 % 80,
        party=PARTIES[place % len(PARTIES)],
        language="Spanish" if place % 5 == 0 else "English",
        phones=(Phone(number(place, 0), "cell"), Phone(number(place, 1), "home"))[: 1 + place % 2],
        address=Address(f"{100 + place * 37 % 8000} {STREETS[place % len(STREETS)]}", city, state, zip_code),
        precinct=f"{city} {place % 40 + 1}",
        zones=("America/Chicago",),
        zone_source="ZIP",
        elections=("2020 general", "2022 general", "2024 general")[place % 3 :],
        attempts=(PastAttempt(now - timedelta(days=7), "not_home"),) if place % 3 == 0 else (),
        polling_place=PollingPlace("Mill School", "12 Mill St", "6:00 am to 6:00 pm", "Vote early until Friday."),
    )
