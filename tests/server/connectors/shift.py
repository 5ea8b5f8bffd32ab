"""A shift of Dana's in a campaign that is connected to the small system, told step by step."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import select

from phonetui.core.event import AnyEvent, Outcome, Undo
from phonetui.server.connection_tables import pushes
from phonetui.server.connections import find
from phonetui.server.push_status import Status, status
from tests.server.phone_bank import Laptop, PhoneBank

from .evening import NAME, Evening
from .small import THEIRS, Small


class Shift(Evening):
    """The campaign has some voters, and Dana has borrowed all. They go by their ids in the system, `1` and on."""

    def __init__(self, url: str, folder: Path, small: Small, *, people: int = 4, source: str = THEIRS) -> None:
        super().__init__(url, folder, source, secrets={"key": "k"})
        self.small = small

        async def story(bank: PhoneBank) -> None:
            await bank.households(people)
            self.dana = await bank.join("Dana")
            await self.dana.borrows(people)

        self._call(story)

    def saves(self, *events: AnyEvent, by: Laptop | None = None) -> None:
        """The laptop sends them, and they are stored now."""
        laptop = by or self.dana

        async def story(bank: PhoneBank) -> None:
            laptop.bank = bank
            await laptop.sends(*events)

        self._call(story)

    def saved(self, file_id: str, disposition: str = "not_home", **more: object) -> Outcome:
        """A voter is called, and the result saved at once."""
        outcome = self.means(file_id, disposition, **more)
        self.saves(outcome)
        return outcome

    def means(self, file_id: str, disposition: str = "not_home", **more: object) -> Outcome:
        """A result that is not saved yet."""
        return self.dana.outcome(file_id, disposition, done=False, at=self.clock(), **more)  # type: ignore[arg-type]

    def put_right(self, outcome: Outcome, disposition: str) -> Outcome:
        """A result is put right."""
        right = self.dana.outcome(outcome.voter_id, disposition, done=False, at=self.clock(), supersedes=outcome.id)
        self.saves(right)
        return right

    def undoes(self, outcome: Outcome) -> Undo:
        """A result is taken back."""
        undo = self.dana.undo(outcome, back=False)
        self.saves(undo)
        return undo

    def told(self) -> list[tuple[str, str, str]]:
        """What the system was told, in order: the voter, the result (empty: taken back), what it corrects."""
        return [(one.file_id, one.outcome.disposition if one.outcome else "", one.corrects) for one in self.small.told]

    def outbox(self) -> Mapping[str, str]:
        """The outbox: state by event."""
        with self.engine.connect() as connection:
            rows = connection.execute(select(pushes.c.event_id, pushes.c.state).where(pushes.c.name == NAME))
            return {row.event_id: row.state for row in rows}

    def status(self) -> Status:
        """How the connection stands."""
        with self.engine.connect() as connection:
            return status(connection, find(connection, NAME), self.clock())
