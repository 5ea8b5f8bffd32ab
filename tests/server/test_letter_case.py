from __future__ import annotations

import pytest

from phonetui.core.voter import Address, Phone, Voter
from phonetui.server.addresses import address_key
from phonetui.server.identity import erasure_hashes, name_key
from phonetui.server.letter_case import address_case, name_case, suffix_case


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("GRANT", "Grant"),
        ("O'BRIEN", "O'Brien"),
        ("SAINT-CLAIR", "Saint-Clair"),
        ("DE LA CRUZ", "De La Cruz"),
        ("GÓMEZ", "Gómez"),
        ("OWENS III", "Owens III"),
        ("OWENS JR", "Owens Jr"),
        ("KING'S", "King's"),
        ("JD", "JD"),
        ("McDonald", "McDonald"),
        ("van Dyke", "van Dyke"),
        ("", ""),
    ],
)
def test_a_name_in_capitals_is_shown_as_it_is_read_out(written: str, shown: str) -> None:
    assert name_case(written) == shown


@pytest.mark.parametrize(
    ("written", "shown"), [("JR", "Jr"), ("SR.", "Sr."), ("III", "III"), ("II", "II"), ("Jr", "Jr")]
)
def test_a_suffix_in_capitals(written: str, shown: str) -> None:
    assert suffix_case(written) == shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("4180 SPRING WAY", "4180 Spring Way"),
        ("12 MILL ST NE", "12 Mill St NE"),
        ("110 E 4TH ST APT 12B", "110 E 4th St Apt 12B"),
        ("9 NC 54 HWY", "9 NC 54 Hwy"),
        ("WINSTON-SALEM", "Winston-Salem"),
        ("12 Mill ST", "12 Mill ST"),
    ],
)
def test_an_address_in_capitals(written: str, shown: str) -> None:
    assert address_case(written) == shown


def test_letter_case_makes_nobody_another() -> None:
    phones = (Phone("+19195550101"),)
    written = Voter("", "MARY-ANN", "O'BRIEN", "", "JR", phones=phones)
    shown = Voter("", name_case("MARY-ANN"), name_case("O'BRIEN"), "", suffix_case("JR"), phones=phones)
    assert name_key(written, "+19195550101") == name_key(shown, "+19195550101")
    assert erasure_hashes(b"k", "id:1", written) == erasure_hashes(b"k", "id:1", shown)
    street, city = "12 O'NEIL ST NE", "CHAPEL HILL"
    there = Address(address_case(street), address_case(city), "NC", "")
    assert address_key(Address(street, city, "NC", "")) == address_key(there)
