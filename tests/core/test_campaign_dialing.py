"""What a campaign lets its callers' engines do."""

from __future__ import annotations

from datetime import timedelta

import pytest

from phonetui.core.campaign import Dialing
from phonetui.core.campaign_file import read
from tests.core.test_campaign_file import FILE, mistakes

#: The line on which what is added begins.
AT = FILE.count("\n") + 1


def test_without_a_word_a_key_dials_each_voter() -> None:
    assert read(FILE, "c.yaml").campaign.dialing == Dialing(paces=("manual", "preview"), ring=timedelta(seconds=25))
    assert read(f"{FILE}dialing:\n", "c.yaml").campaign.dialing == Dialing()


def test_a_campaign_allows_a_countdown_and_hides_its_numbers() -> None:
    dialing = "dialing: {paces: [preview, power], power_mobiles: true, hide_numbers: true, ring: 15}\n"
    assert read(FILE + dialing, "c.yaml").campaign.dialing == Dialing(
        paces=("preview", "power"), power_mobiles=True, hide_numbers=True, ring=timedelta(seconds=15)
    )
    assert read(FILE + "dialing: {paces: manual}\n", "c.yaml").campaign.dialing.paces == ("manual",)


@pytest.mark.parametrize(
    ("written", "says"),
    [
        (
            "{ring: 14}",
            "dialing.ring: 14 seconds are too short, a person needs time to come to the phone; write 15 or more",
        ),
        ("{ring: 121}", "dialing.ring: nobody comes to the phone after 120 seconds; write 120 or less"),
        (f"{{ring: {'9' * 30}}}", "dialing.ring: nobody comes to the phone after 120 seconds; write 120 or less"),
        ("{ring: 25s}", "dialing.ring: expected a whole number from 1, such as 25; found `25s`"),
        ("{paces: [fast]}", "dialing.paces.1: `fast` is none of them; known are manual, preview, power"),
        ("{paces: [powr]}", "dialing.paces.1: `powr` is none of them; did you mean `power`?"),
        (
            "{paces: []}",
            "dialing.paces: expected one, or a list of them, such as [manual, preview, power]; found a list",
        ),
        ("{pace: [power]}", "dialing.pace: `pace` is not a key here; did you mean `paces`?"),
        ("{hide_numbers: maybe}", "dialing.hide_numbers: expected true or false, such as true; found `maybe`"),
        ("preview", "dialing: expected keys and values, such as {paces: [manual, preview], ring: 25}; found `preview`"),
    ],
)
def test_a_mistake_is_one_sentence_with_its_line(written: str, says: str) -> None:
    assert mistakes(f"{FILE}dialing: {written}\n") == [f"c.yaml:{AT}: {says}"]


@pytest.mark.parametrize(
    ("dialing", "doubts"),
    [
        ("{paces: [manual, preview, power]}", []),
        (
            "{power_mobiles: true}",
            ["no countdown dials anybody without `power` among the paces; add it, or drop this"],
        ),
        (
            "{paces: power, power_mobiles: true}",
            [
                "a countdown may dial mobiles; 47 USC 227(b)(1)(A)(iii) is about what dials those by itself, so ask "
                "your lawyer first"
            ],
        ),
    ],
)
def test_a_countdown_to_mobiles_is_for_a_lawyer_to_allow(dialing: str, doubts: list[str]) -> None:
    warnings = read(f"{FILE}dialing: {dialing}\n", "c.yaml").warnings
    assert [warning.message for warning in warnings if warning.key == "dialing.power_mobiles"] == doubts
