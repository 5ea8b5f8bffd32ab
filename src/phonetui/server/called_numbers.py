"""Which number an outcome is about: its event tells the last digits alone, and the ticket the household."""

from __future__ import annotations

from collections.abc import Collection

import msgspec
from sqlalchemy import Connection, select

from phonetui.core.event import ending
from phonetui.core.voter import Voter
from phonetui.server.moves import numbers_of
from phonetui.server.tables import households, voters


class CalledNumbers:
    """Knows the numbers of these households; a voter's own are looked up for those called at another."""

    def __init__(self, connection: Connection, campaign_id: str, household_ids: Collection[int]) -> None:
        self._connection = connection
        self._campaign_id = campaign_id
        chosen = select(households.c.household_id, households.c.number).where(
            households.c.campaign_id == campaign_id, households.c.household_id.in_(sorted(household_ids))
        )
        self._of_household = {row.household_id: row.number for row in connection.execute(chosen)}

    def find(self, household_id: int, voter_id: int, last_digits: str) -> str:
        """The household's number or else the voter's first that ends so; empty where none does."""
        number: str = self._of_household.get(household_id, "")
        if ending(number) == last_digits:
            return number
        chosen = select(voters.c.body).where(voters.c.campaign_id == self._campaign_id, voters.c.voter_id == voter_id)
        body = self._connection.scalar(chosen)
        own = numbers_of(msgspec.json.decode(body, type=Voter)) if body else ()
        return next((number for number in own if ending(number) == last_digits), "")
