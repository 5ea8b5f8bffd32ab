"""Numbers that NGP VAN does not give out again after an evening: the next pull brings people without them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from phonetui.core.event import Outcome, Undo
from phonetui.server import tables
from tests.server.connectors.evening import CAMPAIGN, NOON, Evening
from tests.server.connectors.van_stand_in import APPLICATION, KEY, VanStandIn
from tests.server.phone_bank import PhoneBank

ANN, BOB = "1001", "1002"
HOME, CELL = "+12125550101", "+12125550102"
BOTH = {ANN: ("", HOME), BOB: ("", HOME)}
NEW_YORK = {"addressLine1": "1 Mill Ct", "city": "New York", "stateOrProvince": "NY", "zipOrPostalCode": "10001"}


class Street(Evening):
    """Ann has two numbers, and Bob shares the first of them. Dana calls both."""

    def __init__(self, url: str, folder: Path, van: VanStandIn) -> None:
        super().__init__(
            url,
            folder,
            f"system: van\ncampaign: {CAMPAIGN.campaign_id}\napplication: {APPLICATION}\nurl: {van.url}\nlist: 4711\n",
            secrets={"key": KEY},
        )
        van.clock = self.clock
        self.pull()

        async def story(bank: PhoneBank) -> None:
            self.dana = await bank.join("Dana")
            await self.dana.borrows(25)

        self._call(story)

    def called_ann(self, disposition: str) -> Outcome:
        """What came of the call is old enough to be told."""
        with self.engine.connect() as connection:
            of = tables.voters.c.file_key == f"id:{ANN}"
            voter_id = str(connection.scalars(select(tables.voters.c.voter_id).where(of)).one())
        outcome = self.dana.outcome(voter_id, disposition, done=False, at=self.clock())
        self.saves(outcome)
        return outcome

    def saves(self, event: Outcome | Undo) -> None:
        """An event reaches the server, and ten minutes pass."""

        async def story(bank: PhoneBank) -> None:
            self.dana.bank = bank
            await self.dana.sends(event)

        self._call(story)
        self.clock.passes(minutes=11)

    def standing(self) -> dict[str, tuple[str, str]]:
        """By id there: why they are not called, and the number at which they are."""
        same = (tables.households.c.campaign_id == tables.voters.c.campaign_id) & (
            tables.households.c.household_id == tables.voters.c.household_id
        )
        columns = tables.voters.c.file_key, tables.voters.c.ended, tables.households.c.number
        with self.engine.connect() as connection:
            rows = connection.execute(select(*columns).join_from(tables.voters, tables.households, same)).all()
        return {row.file_key.removeprefix("id:"): (row.ended, row.number) for row in rows}


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
def street(url: str, tmp_path: Path, van: VanStandIn) -> Street:
    made = Street(url, tmp_path, van)
    assert made.standing() == BOTH
    return made


@pytest.mark.parametrize("result", ["wrong_number", "disconnected"])
def test_who_has_another_number_is_called_at_that(street: Street, van: VanStandIn, result: str) -> None:
    street.called_ann(result)
    before = street.standing()
    assert before == {ANN: ("", CELL), BOB: ("no-number", HOME)}
    assert street.push().pushed == 1
    assert van.spoiled == {11}
    report = street.pull()
    assert (report.came, report.withdrawn) == (2, 0)
    assert street.standing() == before
    street.nothing_to_tell()


def test_a_wrong_number_that_was_taken_back_stays_bad_there_and_costs_nobody_their_other_number(
    street: Street, van: VanStandIn
) -> None:
    mistaken = street.called_ann("wrong_number")
    street.push()
    street.saves(street.dana.undo(mistaken, back=False))
    street.push()
    assert street.standing() == BOTH
    street.pull()
    assert van.spoiled == {11}
    assert street.standing() == {ANN: ("", CELL), BOB: ("", HOME)}
