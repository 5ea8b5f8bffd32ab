"""Which number an outcome is about: its event tells the last digits alone, and the ticket the household."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, bindparam, select

from phonetui.core.event import ending
from phonetui.core.voter import decode_voter
from phonetui.server.moves import numbers_of
from phonetui.server.tables import households, voters

_NUMBERS = select(households.c.household_id, households.c.number).where(
    households.c.campaign_id == bindparam("campaign"),
    households.c.household_id.in_(bindparam("households", expanding=True)),
)
_VOTER = select(voters.c.body).where(
    voters.c.campaign_id == bindparam("campaign"), voters.c.voter_id == bindparam("voter")
)


class CalledNumbers:
    """Knows the numbers of these households; a voter's own are looked up for those called at another."""

    def __init__(self, connection: Connection, campaign_id: str, household_ids: Collection[int]) -> None:
        self._connection = connection
        self._campaign_id = campaign_id
        rows = connection.execute(_NUMBERS, {"campaign": campaign_id, "households": sorted(household_ids)})
        self._of_household = {row.household_id: row.number for row in rows}

    def find(self, household_id: int, voter_id: int, last_digits: str) -> str:
        """The household's number or else the voter's first that ends so; empty where none does.

        Without last digits it is the household's: the laptop was told none.
        """
        number: str = self._of_household.get(household_id, "")
        if last_digits in ("", ending(number)):
            return number
        body = self._connection.scalar(_VOTER, {"campaign": self._campaign_id, "voter": voter_id})
        own = numbers_of(decode_voter(body)) if body else ()
        return next((number for number in own if ending(number) == last_digits), "")
