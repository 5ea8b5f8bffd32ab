"""The sample campaign and its invented voters."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from typing import TypedDict

import pytest
import yaml
import zipcodes

from phonetui.core import personal
from phonetui.core.campaign import Campaign
from phonetui.core.campaign_file import (
    CALLING_KEYS,
    CAMPAIGN_KEYS,
    DATES_KEYS,
    DIALING_KEYS,
    DISPOSITION_KEYS,
    FOLLOW_UP_KEYS,
    PHONE_BANK_KEYS,
    REPLY_KEYS,
    read,
)
from phonetui.core.eligibility import may_call
from phonetui.core.follow_up import Spoken, message
from phonetui.core.script_file import ANSWER_KEYS, CONDITION_KEYS, QUESTION_KEYS, STEP_KEYS
from phonetui.core.voter import Address, Phone, PollingPlace, Voter
from phonetui.demo.campaign import sample
from phonetui.dial.links import text_message_link
from phonetui.dial.qr import NARROW_BORDER, qr_code, size


class ZipCode(TypedDict):
    city: str
    state: str
    timezone: str
    area_codes: list[str]


zip_codes: Callable[[str], list[ZipCode]] = zipcodes.matching  # the package has no types

TODAY = date(2026, 11, 21)
ZONES = ["America/New_York", "America/Chicago", "America/Phoenix", "America/Anchorage", "Pacific/Honolulu"]


def campaign(today: date = TODAY) -> Campaign:
    return read(sample(today), "riverside.yaml").campaign


def rows(name: str) -> list[dict[str, str]]:
    text = resources.files("phonetui.demo").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


VOTERS = rows("voters.csv")


def test_the_sample_has_no_mistakes_and_warns_of_what_only_an_invented_campaign_may() -> None:
    warnings = read(sample(TODAY), "riverside.yaml").warnings
    assert [warning.key for warning in warnings] == ["calling.hours", "dialing.power_mobiles"]


#: The keys of a campaign file, by the key under which they stand.
KEYS = {
    "": CAMPAIGN_KEYS,
    "dates": DATES_KEYS,
    "calling": CALLING_KEYS,
    "dialing": DIALING_KEYS,
    "phone_banks": PHONE_BANK_KEYS,
    "defaults": (*personal.FIELDS_OF_EVERY_CALL, *personal.FIELDS_OF_A_PLACE),
    "dispositions": DISPOSITION_KEYS,
    "script": STEP_KEYS,
    "question": QUESTION_KEYS,
    "answers": ANSWER_KEYS,
    "when": CONDITION_KEYS,
    "replies": REPLY_KEYS,
    "follow_ups": FOLLOW_UP_KEYS,
}
#: What the sample does without, and why.
NOT_THERE = {
    "dispositions": (
        set(DISPOSITION_KEYS) - {"id", "label", "again_after"},
        "the usual results bring these themselves",
    ),
    "defaults": ({"last_name", "caller", "organisation", "election"}, "nobody is without them, or no text names them"),
}


def used(under: str, part: object) -> Iterator[tuple[str, str]]:
    """Every key of the file, with the one under which it stands; one condition is like another."""
    if isinstance(part, list):
        yield from (found for item in part for found in used(under, item))
    elif isinstance(part, dict):
        for key, value in part.items():
            yield under, key
            yield from used("when" if key == "unless" else key, value)


@pytest.mark.parametrize("under", KEYS)
def test_every_feature_of_a_campaign_file_is_in_the_sample(under: str) -> None:
    there = {key for above, key in used("", yaml.safe_load(sample(TODAY))) if above == under}
    missing, _ = NOT_THERE.get(under, (set[str](), ""))
    assert set(KEYS[under]) - there == missing


@pytest.mark.parametrize("hour", [0, 3, 9, 15, 23])
@pytest.mark.parametrize("day", [TODAY, TODAY + timedelta(days=1)])
def test_it_can_be_tried_at_any_hour_of_any_day(day: date, hour: int) -> None:
    now = datetime(day.year, day.month, day.day, hour, 59, tzinfo=UTC)
    assert all(may_call(campaign(day), [zone], now).allowed for zone in ZONES)


def test_its_election_is_some_weeks_ahead_in_both_languages() -> None:
    sampled = campaign()
    assert TODAY + timedelta(weeks=3) <= sampled.ends
    assert sampled.election == {
        "en": "the county election on Tuesday, December 15",
        "es": "las elecciones del condado del martes 15 de diciembre",
    }


def test_it_speaks_as_riverside_votes_and_has_the_usual_results_and_hold_off() -> None:
    sampled = campaign()
    assert (sampled.organisation, sampled.name) == ("Riverside Votes", "Weekend turnout")
    assert "".join(disposition.key for disposition in sampled.dispositions) == "nbwxrmlchd!t"
    assert len(sampled.steps) > 5
    assert len(sampled.replies) >= 5


@pytest.mark.parametrize("language", ["English", "Spanish"])
def test_every_text_can_be_read_to_someone_of_whom_nothing_is_known(language: str) -> None:
    sampled, nobody = campaign(), Voter(voter_id="1", first_name="", last_name="", address=Address(), language=language)
    code = personal.script_language(sampled, nobody)
    for step in sampled.steps:
        heard = personal.personalise(sampled.words(step.say, code), nobody, "Dana", sampled, code)
        assert not re.search(r"[{}]|  | [.,]", heard)


def test_there_are_voters_enough_and_each_has_an_id_a_name_and_a_number() -> None:
    assert len(VOTERS) == 240
    assert len({voter["Voter ID"] for voter in VOTERS}) == 240
    assert all(voter["First Name"] and voter["Last Name"] for voter in VOTERS)
    assert all(voter["Cell Phone"] or voter["Home Phone"] for voter in VOTERS)


def test_every_number_is_one_of_those_kept_for_fiction_and_belongs_to_its_place() -> None:
    for voter in VOTERS:
        (place,) = zip_codes(voter["ZIP"])
        assert (voter["City"], voter["State"]) == (place["city"], place["state"])
        for number in filter(None, (voter["Cell Phone"], voter["Home Phone"])):
            match = re.fullmatch(r"\((\d{3})\) 555-01\d\d", number)
            assert match
            assert any(match[1] in zip_codes(code)[0]["area_codes"] for code in zips_of(voter["City"]))


def zips_of(city: str) -> set[str]:
    return {voter["ZIP"] for voter in VOTERS if voter["City"] == city}


def test_they_live_in_several_time_zones_and_speak_several_languages() -> None:
    zones = {zip_codes(voter["ZIP"])[0]["timezone"] for voter in VOTERS}
    assert zones >= {"America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "Pacific/Honolulu"}
    languages = Counter(voter["Language"] for voter in VOTERS)
    assert languages["Spanish"] >= 20
    assert {"Vietnamese", "Korean", "Chinese"} <= set(languages)


def test_households_of_up_to_four_share_a_number_and_some_homes_have_two_numbers() -> None:
    numbers = Counter(voter["Cell Phone"] or voter["Home Phone"] for voter in VOTERS)
    assert set(numbers.values()) == {1, 2, 3, 4}
    homes: dict[str, set[str]] = {}
    for voter in VOTERS:
        homes.setdefault(f"{voter['Address']} {voter['ZIP']}", set()).add(voter["Cell Phone"] or voter["Home Phone"])
    assert sum(len(at_home) > 1 for at_home in homes.values()) >= 10


def test_every_precinct_has_a_polling_place() -> None:
    places = {place["Precinct"]: place for place in rows("places.csv")}
    assert {voter["Precinct"] for voter in VOTERS} == set(places)
    assert all(all(place.values()) for place in places.values())


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_text_that_can_be_sent_has_a_code_that_fits_the_usual_window(language: str) -> None:
    sampled = campaign()
    places = {place["Precinct"]: PollingPlace(place["Polling Place"], place["Address"]) for place in rows("places.csv")}
    texts = [follow_up for follow_up in sampled.follow_ups if follow_up.by == "text"]
    for row in VOTERS:
        phones, place = (Phone("+18125550166", "cell"),), places[row["Precinct"]]
        voter = Voter(row["Voter ID"], row["First Name"], row["Last Name"], phones=phones, polling_place=place)
        for follow_up in texts:
            to_send = message(sampled, follow_up, Spoken(voter, language=language), "Dana")
            code = qr_code(text_message_link(to_send.to, to_send.text), NARROW_BORDER)
            assert size(code)[1] <= 24 - 2  # a title above it, the keys below


@pytest.mark.parametrize("days", range(7))
def test_a_phone_bank_is_ahead_whenever_it_is_tried(days: int) -> None:
    today = TODAY + timedelta(days=days)
    [bank] = campaign(today).phone_banks
    assert timedelta() < bank.starts.date() - today <= timedelta(days=7)
    assert bank.starts.strftime("%a") == "Sat"
