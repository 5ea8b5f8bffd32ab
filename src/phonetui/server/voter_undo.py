"""Taking an import back: what it replaced is restored, whom it added goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from msgspec import Struct
from sqlalchemy import Connection, Row, delete, exists, func, select, update

from phonetui.core.refusal import Refused
from phonetui.core.voter import decode_voter
from phonetui.server.bulk import among
from phonetui.server.household_states import settle
from phonetui.server.households import SAME_HOUSEHOLD
from phonetui.server.locked_campaign import lock_campaign
from phonetui.server.tables import attempts, households, imports, moved_voters, replaced_voters, voters
from phonetui.server.unwritten import refuses_if_unwritten
from phonetui.server.voter_roll import Roll
from phonetui.server.withdrawals import REMOVED, withdraw

#: Voters in one transaction.
CHUNK = 5_000

#: Called with how many voters are taken back, and how many are to be.
Progress = Callable[[int, int], None]


class UndoReport(Struct, frozen=True):
    """What became of an import's voters.

    `deleted` were added by it and never lent to a caller. `kept` were added and lent: they are not called again, but
    what was recorded of them stays. `restored` were known before and are as they were.
    """

    import_id: int
    file_name: str
    deleted: int
    kept: int
    restored: int


@refuses_if_unwritten()
def undo_import(
    connection: Connection, campaign_id: str, import_id: int, now: datetime, *, progress: Progress | None = None
) -> UndoReport:
    """Takes an import back, in many transactions; `connection` must not be in one. What was cut short is done again.

    A `KeyboardInterrupt` leaves with a sentence that says how much is done. Raises `Refused` for an import that there
    is not, and for one that has been taken back.
    """
    undo = _Undo(connection, campaign_id, import_id, now)
    with _saying_what_is_done(connection, undo):
        for step in (undo.restore, undo.delete):
            while step():
                if progress:
                    progress(undo.done, undo.voters)
        undo.finish()
    return UndoReport(import_id, undo.file_name, undo.deleted, undo.kept, undo.restored)


@contextmanager
def _saying_what_is_done(connection: Connection, undo: _Undo) -> Iterator[None]:
    """Ctrl-C leaves all chunks but the one that was being written."""
    try:
        yield
    except KeyboardInterrupt:
        connection.rollback()
        raise KeyboardInterrupt(
            f"Stopped after {undo.done:,} of {undo.voters:,} voters of import {undo.name}; the rest is as it was. "
            f"Go on with: phonetui server voters undo {undo.name}"
            if undo.done
            else f"Stopped; all of import {undo.name} is as it was."
        ) from None


class _Undo:
    def __init__(self, connection: Connection, campaign_id: str, import_id: int, now: datetime) -> None:
        self._connection = connection
        self._campaign_id = campaign_id
        self._import_id = import_id
        self._now = now
        self._campaign = lock_campaign(connection, campaign_id)
        self._this = (imports.c.campaign_id == campaign_id) & (imports.c.import_id == import_id)
        row = connection.execute(select(imports).where(self._this)).first()
        self.voters = self._count()
        connection.rollback()
        if row is None:
            raise Refused(f"There is no import {import_id} in {campaign_id}.")
        if row.undone_at is not None:
            raise Refused(f"Import {import_id} of {campaign_id} was taken back on {row.undone_at:%Y-%m-%d} already.")
        self.file_name: str = row.file_name
        self._list_id: int = row.list_id
        self._last = 0
        self.deleted = self.kept = self.restored = 0

    @property
    def name(self) -> str:
        """As it is taken back."""
        return f"{self._campaign_id}/{self._import_id}"

    @property
    def done(self) -> int:
        """How many of the `voters` are taken back."""
        return self.deleted + self.kept + self.restored

    def _count(self) -> int:
        """How many voters are to be taken back."""
        return sum(
            self._connection.scalar(
                select(func.count())
                .select_from(table)
                .where(table.c.campaign_id == self._campaign_id, table.c.import_id == self._import_id)
            )
            or 0
            for table in (voters, replaced_voters)
        )

    def restore(self) -> bool:
        """Gives the next voters back what they were before; false when all are done.

        Where a later import replaced them once more, it is what that one will give back.
        """
        self._campaign = lock_campaign(self._connection, self._campaign_id)
        of_campaign = replaced_voters.c.campaign_id == self._campaign_id
        replaced = of_campaign & (replaced_voters.c.import_id == self._import_id)
        chosen = select(replaced_voters.c.voter_id, replaced_voters.c.body).where(replaced)
        chunk = self._connection.execute(chosen.order_by(replaced_voters.c.voter_id).limit(CHUNK))
        former = {row.voter_id: row.body for row in chunk}
        these = among(self._connection, replaced_voters.c.voter_id, former)
        later = self._connection.execute(
            select(replaced_voters.c.voter_id, func.min(replaced_voters.c.import_id).label("import_id"))
            .where(of_campaign, replaced_voters.c.import_id > self._import_id, these)
            .group_by(replaced_voters.c.voter_id)
        ).all()
        for row in later:
            its = of_campaign & (replaced_voters.c.import_id == row.import_id)
            self._connection.execute(
                update(replaced_voters)
                .where(its, replaced_voters.c.voter_id == row.voter_id)
                .values(body=former.pop(row.voter_id))
            )
        self._write(former)
        self._connection.execute(delete(replaced_voters).where(replaced, these))
        self._connection.commit()
        self.restored += len(former) + len(later)
        return bool(former or later)

    def _write(self, former: dict[int, bytes]) -> None:
        roll = Roll(self._connection, self._campaign, self._list_id, 0)
        people = {voter_id: decode_voter(body) for voter_id, body in former.items()}
        barred = roll.barred(people.values())
        known = roll.known(among(self._connection, voters.c.voter_id, former))
        entries = [
            barred.entry(before.voter_id, before.file_key, people[before.voter_id], before)
            for before in known
            if before.ended != REMOVED
        ]
        roll.change([entry for entry in entries if entry.changes], self._now)

    def delete(self) -> bool:
        """Takes the next of those whom the import added off the roll; false when all are done."""
        self._campaign = lock_campaign(self._connection, self._campaign_id)
        rows = self._added()
        kept = [row.voter_id for row in rows if row.called]
        gone = [row for row in rows if not row.called]
        withdraw(self._connection, self._campaign, kept, REMOVED, self._now)
        self._forget([row.voter_id for row in gone], {row.household_id for row in gone if row.household_id})
        self._connection.commit()
        self._last = rows[-1].voter_id if rows else 0
        self.kept += len(kept)
        self.deleted += len(gone)
        return bool(rows)

    def _added(self) -> Sequence[Row[tuple[int, int | None, bool]]]:
        """The next voters whom the import added, and whether a caller may have called them."""
        attempted = exists().where(
            attempts.c.campaign_id == self._campaign_id, attempts.c.voter_id == voters.c.voter_id
        )
        moved = exists().where(
            moved_voters.c.campaign_id == self._campaign_id, moved_voters.c.voter_id == voters.c.voter_id
        )
        called = households.c.lent_at.is_not(None) | attempted | moved
        added = (
            select(voters.c.voter_id, voters.c.household_id, called.label("called"))
            .join_from(voters, households, SAME_HOUSEHOLD, isouter=True)
            .where(voters.c.campaign_id == self._campaign_id, voters.c.import_id == self._import_id)
            .where(voters.c.voter_id > self._last)
        )
        return self._connection.execute(added.order_by(voters.c.voter_id).limit(CHUNK)).all()

    def _forget(self, voter_ids: Sequence[int], homes: set[int]) -> None:
        """Deletes voters, and their households where nobody is left."""
        for table in (voters, replaced_voters):
            these = among(self._connection, table.c.voter_id, voter_ids)
            self._connection.execute(delete(table).where(table.c.campaign_id == self._campaign_id, these))
        of_homes = (households.c.campaign_id == self._campaign_id) & among(
            self._connection, households.c.household_id, homes
        )
        someone = exists().where(SAME_HOUSEHOLD).correlate(households)
        self._connection.execute(delete(households).where(of_homes, ~someone))
        left = self._connection.scalars(select(households.c.household_id).where(of_homes)).all()
        settle(self._connection, self._campaign, left)

    def finish(self) -> None:
        """Writes down that the import is taken back."""
        self._connection.execute(update(imports).where(self._this).values(undone_at=self._now))
        self._connection.commit()
