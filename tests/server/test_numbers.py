"""Which numbers can be dialed, and the words for those that cannot."""

from __future__ import annotations

import pytest

from phonetui.core.refusal import Refused
from phonetui.server.numbers import e164


@pytest.mark.parametrize(
    "written",
    [
        "9105550196",
        "(910) 555-0196",
        "(910)555-0196",
        "910-555-0196",
        "910.555.0196",
        "1 910 555 0196",
        "+1 (910) 555-0196",
        "+19105550196",
        "910\u00a0555\u20130196",
        "  910 555 0196 ",
        "9105550196.0",
        "９１０５５５０１９６",
    ],
)
def test_a_number_is_the_same_however_it_is_written(written: str) -> None:
    assert e164(written) == "+19105550196"


@pytest.mark.parametrize("area", ["448", "930", "341", "983", "743", "787", "340", "671"])
def test_fictional_numbers_pass_under_new_area_codes_and_in_the_territories(area: str) -> None:
    assert e164(f"{area}-555-0123") == f"+1{area}5550123"


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "no number"),
        (" - ", "no number"),
        ("n/a", "no number"),
        ("555", "the number is too short"),
        ("555-0196", "the number is too short"),
        ("910 555 0196 0197", "the number is too long"),
        ("9195550100 x12", "the number has an extension"),
        ("(919) 555-0100 ext. 12", "the number has an extension"),
        ("919-555-0100 #3", "the number has an extension"),
        ("919-555-01AB", "the number has letters in it"),
        ("9.195550100E+09", "the number has letters in it"),
        ("+44 20 7946 0958", "the number is outside the United States"),
        ("011 44 20 7946 0958", "the number is outside the United States"),
        ("+1 416 555 0101", "the number is outside the United States"),
        ("876-555-0101", "the number is outside the United States"),
        ("1-800-555-0199", "the number is toll-free"),
        ("900 555 0101", "the number is not a person's line"),
        ("500 555 0101", "the number is not a person's line"),
        ("(000) 000-0000", "no such area code or exchange"),
        ("919 055 0100", "no such area code or exchange"),
        ("999 999 9999", "no such area code or exchange"),
    ],
)
def test_a_number_that_cannot_be_dialed_says_why(written: str, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        e164(written)
    assert str(refused.value) == reason
