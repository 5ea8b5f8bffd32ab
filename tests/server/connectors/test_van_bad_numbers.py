"""Numbers that NGP VAN does not give out again after an evening: the next pull brings people without them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.connectors.evening import CAMPAIGN, NOON
from tests.server.connectors.street import Street
from tests.server.connectors.van_stand_in import APPLICATION, KEY, VanStandIn

ANN, BOB = "1001", "1002"
HOME, CELL = "+12125550101", "+12125550102"
BOTH = {ANN: ("", HOME), BOB: ("", HOME)}
NEW_YORK = {"addressLine1": "1 Mill Ct", "city": "New York", "stateOrProvince": "NY", "zipOrPostalCode": "10001"}


class VanStreet(Street):
    """Ann has two numbers, and Bob shares the first of them."""

    def __init__(self, url: str, folder: Path, van: VanStandIn) -> None:
        super().__init__(
            url,
            folder,
            f"system: van\ncampaign: {CAMPAIGN.campaign_id}\napplication: {APPLICATION}\nurl: {van.url}\nlist: 4711\n",
            secrets={"key": KEY},
        )
        van.clock = self.clock
        self.begins()


def phone(phone_id: int, number: str, kind: str) -> dict[str, object]:
    usual = {"phoneId": phone_id, "phoneNumber": number.removeprefix("+1"), "ext": None, "phoneType": kind}
    return {**usual, "isPreferred": kind == "H", "isCellStatus": None}


@pytest.fixture
def van() -> Iterator[VanStandIn]:
    stand_in = VanStandIn(lambda: NOON)
    stand_in.has(1001, "", phones=[phone(11, HOME, "H"), phone(12, CELL, "C")], addresses=[NEW_YORK])
    stand_in.has(1002, "", phones=[phone(21, HOME, "H")], addresses=[NEW_YORK])
    yield stand_in
    stand_in.close()
    assert stand_in.wrongs == []


@pytest.fixture
def street(url: str, tmp_path: Path, van: VanStandIn) -> VanStreet:
    made = VanStreet(url, tmp_path, van)
    assert made.standing() == BOTH
    return made


@pytest.mark.parametrize("result", ["wrong_number", "disconnected"])
def test_who_has_another_number_is_called_at_that(street: VanStreet, van: VanStandIn, result: str) -> None:
    street.called(ANN, result)
    before = street.standing()
    assert before == {ANN: ("", CELL), BOB: ("no-number", HOME)}
    assert street.push().pushed == 1
    assert van.spoiled == {11}
    report = street.pull()
    assert (report.came, report.withdrawn) == (2, 0)
    assert street.standing() == before
    street.nothing_to_tell()


def test_a_wrong_number_that_was_taken_back_stays_bad_there_and_costs_nobody_their_other_number(
    street: VanStreet, van: VanStandIn
) -> None:
    mistaken = street.called(ANN, "wrong_number")
    street.push()
    street.saves(street.dana.undo(mistaken, back=False))
    street.push()
    assert street.standing() == BOTH
    street.pull()
    assert van.spoiled == {11}
    assert street.standing() == {ANN: ("", CELL), BOB: ("", HOME)}
