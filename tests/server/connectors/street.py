"""A list that is pulled from another system, called by Dana, and pulled again."""

from __future__ import annotations

from sqlalchemy import select

from phonetui.core.event import Outcome, Undo
from phonetui.server import tables
from tests.server.connectors.evening import Evening
from tests.server.phone_bank import PhoneBank


class Street(Evening):
    """Those on the list go by their ids in the system."""

    def begins(self) -> None:
        """The list comes in, and Dana has borrowed everybody on it."""
        self.pull()

        async def story(bank: PhoneBank) -> None:
            self.dana = await bank.join("Dana")
            await self.dana.borrows(25)

        self._call(story)

    def called(self, whom: str, disposition: str) -> Outcome:
        """What came of the call is old enough to be told."""
        with self.engine.connect() as connection:
            of = tables.voters.c.file_key == f"id:{whom}"
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
