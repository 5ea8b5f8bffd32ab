"""Erasing voters: nothing that tells of them stays in any table, while what was counted stays counted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Row,
    Table,
    Update,
    and_,
    bindparam,
    delete,
    exists,
    select,
    update,
)

from phonetui.core.campaign import Campaign
from phonetui.core.voter import Voter, decode_voter
from phonetui.server.connection_tables import pushes, remote_ids
from phonetui.server.engine import insert_new
from phonetui.server.household_states import settle
from phonetui.server.identity import erasure_hashes
from phonetui.server.late_do_not_calls import KEPT, Reached, seal
from phonetui.server.locked_campaign import lock_campaign
from phonetui.server.moves import campaigns_holding, numbers_of, suppressed
from phonetui.server.scrubbing import ERASED, outcome_without_content, without_content
from phonetui.server.suppressing import BY_CALL
from phonetui.server.tables import (
    attempts,
    ended_numbers,
    erased_voters,
    events,
    households,
    moved_voters,
    news,
    number_locks,
    questions,
    replaced_voters,
    suppressed_numbers,
    voters,
)
from phonetui.server.withdrawals import tell_borrowers

#: Voters in one transaction.
AT_ONCE = 200

BACKUPS = "Backups made before now still hold them; erase them again if one is ever put in place."
OFFLINE = "A laptop that has them drops them when it is next online."
SUPPRESSED = "Their number stays on the do-not-call list, so that nobody calls it."


class Erasure(Struct, frozen=True):
    """What came of it. `still` says in sentences where they are all the same."""

    voters: int
    records: int
    still: tuple[str, ...] = ()


def erase(
    connection: Connection,
    campaign_id: str,
    voter_ids: Collection[int],
    now: datetime,
    *,
    erasing_key: bytes | None,
    ticket_key: bytes,
) -> Erasure:
    """Erases these voters of a campaign, in the transaction that is open; those who are erased already are passed over.

    With the key of erasing they leave keyed hashes, by which the next import leaves them out. Laptops that have them
    hear of it. Events of theirs that come later are counted alike, and nothing else is kept of them; a do-not-call
    among them still holds, by their numbers, which stay for a while, sealed under the key of tickets.
    """
    campaign = lock_campaign(connection, campaign_id)
    erasing = _Erasing(connection, campaign, voter_ids, now)
    if not erasing.rows:
        return Erasure(0, 0)
    if erasing_key is not None:
        erasing.leave_hashes(erasing_key)
    still = tuple(erasing.still())
    erasing.seal_numbers(ticket_key)
    erasing.end()
    erasing.empty_households()
    erasing.empty_events()
    erasing.forget_elsewhere()
    settle(connection, campaign, erasing.homes)
    return Erasure(len(erasing.rows), erasing.records, still)


class _Erasing:
    """One transaction's voters. `numbers` are all that they had, `homes` the households where they were reached."""

    def __init__(self, connection: Connection, campaign: Campaign, voter_ids: Collection[int], now: datetime) -> None:
        self._connection = connection
        self._campaign = campaign
        self._campaign_id = campaign.campaign_id
        self._now = now
        self.records = 0
        self._wanted = sorted(voter_ids)
        self._read()
        self._lock()
        self._read()  # as they are now that nothing more comes in of them
        self._lock()
        self.homes = set(self._places)
        self._attempts = self._ids_in(attempts, attempts.c.attempt_id)
        self._asked = self._ids_in(events, events.c.event_id, events.c.kind == "question")
        self._emptied: set[int] = set()

    def _read(self) -> None:
        """The voters, all their numbers, the first to call first, and the households where they may be reached."""
        these = (voters.c.campaign_id == self._campaign_id) & voters.c.voter_id.in_(self._wanted)
        chosen = select(voters).where(these, voters.c.ended != ERASED).order_by(voters.c.voter_id)
        self.rows: Sequence[Row[Any]] = self._connection.execute(chosen).all()
        self._ids = [row.voter_id for row in self.rows]
        former = self._connection.execute(select(replaced_voters).where(self._theirs(replaced_voters))).all()
        self._people = [(row.voter_id, decode_voter(row.body)) for row in (*self.rows, *former)]
        moved = self._connection.execute(select(moved_voters).where(self._theirs(moved_voters))).all()
        called_at = [(id_, number) for id_, voter in self._people for number in numbers_of(voter)]
        self._numbers_of: dict[int, dict[str, None]] = {id_: {} for id_ in self._ids}
        for id_, number in (*called_at, *((row.voter_id, row.number) for row in moved)):
            self._numbers_of[id_][number] = None
        self._numbers = {number for numbers in self._numbers_of.values() for number in numbers}
        visits = select(events.c.voter_id, events.c.household_id).where(self._theirs(events)).distinct()
        self._visits = {(row.voter_id, row.household_id) for row in self._connection.execute(visits)}
        self._visits |= {(row.voter_id, row.household_id) for row in self.rows}

    def _lock(self) -> None:
        """Locks their households, as storing events does: no event of theirs is stored before the end."""
        columns = (households.c.household_id, households.c.number, households.c.lent_at)
        visited = {household_id for _, household_id in self._visits if household_id is not None}
        these = households.c.number.in_(self._numbers) | households.c.household_id.in_(visited)
        chosen = select(*columns).where(households.c.campaign_id == self._campaign_id, these)
        rows = self._connection.execute(chosen.order_by(households.c.household_id).with_for_update())
        self._places = {row.household_id: row for row in rows}

    def _theirs(self, table: Table) -> ColumnElement[bool]:
        return and_(table.c.campaign_id == self._campaign_id, table.c.voter_id.in_(self._ids))

    def _ids_in(self, table: Table, column: Column[str], *which: ColumnElement[bool]) -> list[str]:
        return list(self._connection.scalars(select(column).where(self._theirs(table), *which)))

    def leave_hashes(self, key: bytes) -> None:
        """By which the next import knows them."""
        file_keys = {row.voter_id: row.file_key for row in self.rows}
        hashes = {each for id_, voter in self._people for each in erasure_hashes(key, file_keys[id_], voter)}
        rows = [{"campaign_id": self._campaign_id, "keyed_hash": each} for each in sorted(hashes)]
        self._connection.execute(insert_new(self._connection, erased_voters), rows)

    def seal_numbers(self, key: bytes) -> None:
        """Keeps, sealed, where those were called whom a laptop may have: it may still bring a do-not-call."""
        reached = {}
        for id_, numbers in self._numbers_of.items():
            places = [row for row in self._places.values() if row.number in numbers or (id_, row[0]) in self._visits]
            if any(row.lent_at and row.lent_at > self._now - KEPT for row in places):
                homes = {row.household_id: row.number for row in places if row.number}
                reached[id_] = Reached(tuple(numbers), homes)
        seal(self._connection, key, self._campaign_id, reached, self._now)

    def still(self) -> Iterable[str]:
        """Where they are all the same."""
        yield BACKUPS
        lent = select(households.c.household_id).where(
            households.c.campaign_id == self._campaign_id,
            households.c.household_id.in_({row.household_id for row in self.rows}),
            households.c.lent_to != "",
        )
        if self._connection.execute(lent).first() is not None:
            yield OFFLINE
        if suppressed(self._connection, self._numbers):
            yield SUPPRESSED
        others = [each for each in campaigns_holding(self._connection, self._numbers) if each != self._campaign_id]
        if others:
            yield f"Their number is in {', '.join(others)}, too; look for them there."
        told = select(pushes.c.name).where(
            pushes.c.campaign_id == self._campaign_id, pushes.c.attempt_id.in_(self._attempts)
        )
        known = select(remote_ids.c.name).where(self._known_elsewhere())
        for name in sorted({*self._connection.scalars(told), *self._connection.scalars(known)}):
            yield f"{name} knows them, too; ask there that they be erased."

    def _known_elsewhere(self) -> ColumnElement[bool]:
        """What other systems call them, and the questions about them that were asked there."""
        of_questions = (remote_ids.c.kind == "question") & remote_ids.c.file_id.in_(self._asked)
        of_voters = (remote_ids.c.kind != "question") & remote_ids.c.file_id.in_(self._file_ids())
        return and_(remote_ids.c.campaign_id == self._campaign_id, of_questions | of_voters)

    def end(self) -> None:
        """Empties the voters' own rows, once the laptops that have them are told."""
        tell_borrowers(self._connection, self._campaign, self._ids, self._now)
        one = update(voters).where(voters.c.campaign_id == self._campaign_id, voters.c.voter_id == bindparam("voter"))
        rows = [
            {"voter": id_, "key": f"{ERASED}:{id_}", "empty": msgspec.json.encode(Voter(str(id_), "", ""))}
            for id_ in self._ids
        ]
        emptied = one.values(ended=ERASED, file_key=bindparam("key"), body=bindparam("empty"))
        self._connection.execute(emptied, rows)
        self.records += len(rows)
        for table in (replaced_voters, moved_voters):
            self.records += self._connection.execute(delete(table).where(self._theirs(table))).rowcount

    def empty_households(self) -> None:
        """Numbers and addresses at which nobody else of the campaign is, or was."""
        here = households.c.campaign_id == self._campaign_id
        others = exists().where(
            voters.c.campaign_id == households.c.campaign_id,
            voters.c.household_id == households.c.household_id,
            voters.c.ended != ERASED,
        )
        passed = exists().where(
            moved_voters.c.campaign_id == households.c.campaign_id,
            moved_voters.c.household_id == households.c.household_id,
        )
        alone = select(households.c.household_id).where(here, households.c.household_id.in_(self.homes))
        self._emptied = set(self._connection.scalars(alone.where(~others, ~passed)))
        empty = update(households).where(here, households.c.household_id.in_(self._emptied))
        self._connection.execute(empty.values(number="", address_key=""))
        locks = (number_locks.c.campaign_id == self._campaign_id) & number_locks.c.household_id.in_(self._emptied)
        self._connection.execute(delete(number_locks).where(locks))
        self.records += len(self._emptied)

    def _numbers_that_stay(self) -> set[str]:
        """Numbers of households where others are: how they were called counts for those, too."""
        return {row.number for id_, row in self._places.items() if id_ not in self._emptied}

    def empty_events(self) -> None:
        """What callers recorded of them is counted as before, and tells no more."""
        of = self._theirs(events)
        recorded = self._connection.execute(select(events.c.event_id, events.c.body).where(of)).all()
        rows = [{"row": row.event_id, "empty": without_content(self._campaign, row.body)} for row in recorded]
        one = update(events).where(events.c.campaign_id == self._campaign_id, events.c.event_id == bindparam("row"))
        self._write(one.values(body=bindparam("empty")), rows)
        of = self._theirs(attempts)
        stand = self._connection.execute(select(attempts.c.attempt_id, attempts.c.body).where(of)).all()
        rows = [{"row": row.attempt_id, "empty": outcome_without_content(self._campaign, row.body)} for row in stand]
        this = (attempts.c.campaign_id == self._campaign_id) & (attempts.c.attempt_id == bindparam("row"))
        self._write(update(attempts).where(this).values(body=bindparam("empty")), rows)
        numbers = update(attempts).where(of, attempts.c.number.not_in(self._numbers_that_stay()))
        self._connection.execute(numbers.values(number=""))

    def _write(self, change: Update, rows: Sequence[Mapping[str, object]]) -> None:
        if rows:
            self._connection.execute(change, list(rows))
            self.records += len(rows)

    def forget_elsewhere(self) -> None:
        """Questions about them, answers to those, what other systems call them; a do-not-call outlives its call."""
        connection, campaign_id = self._connection, self._campaign_id
        these = (questions.c.campaign_id == campaign_id) & questions.c.event_id.in_(self._asked)
        closed = update(questions).where(these, questions.c.answered_at.is_(None))
        connection.execute(closed.values(answered_at=self._now))
        not_called = suppressed(connection, self._numbers)
        told = (news.c.kind == "suppressed") & news.c.subject.in_(self._numbers - not_called)
        old = (news.c.campaign_id == campaign_id) & (news.c.answers.in_(self._asked) | told)
        ended = and_(
            ended_numbers.c.campaign_id == campaign_id,
            ended_numbers.c.number.not_in(self._numbers_that_stay()),
            ended_numbers.c.attempt_id.in_(self._attempts),
        )
        for table, which in ((news, old), (remote_ids, self._known_elsewhere()), (ended_numbers, ended)):
            self.records += connection.execute(delete(table).where(which)).rowcount
        self._keep_suppressed()
        pushed = (pushes.c.campaign_id == campaign_id) & pushes.c.attempt_id.in_(self._attempts)
        connection.execute(update(pushes).where(pushed).values(said="", remote_id=""))
        waiting = pushes.c.state.in_(("waiting", "sending", "refused", "stranger"))
        connection.execute(update(pushes).where(pushed, waiting).values(state="superseded"))
        connection.execute(update(pushes).where(pushed, pushes.c.state == "in_part").values(state="pushed"))

    def _keep_suppressed(self) -> None:
        """A number that was suppressed by a call to them is so for good: the list says no more which call it was."""
        by_call = suppressed_numbers.c.reason.in_(self._attempts)
        rows = self._connection.execute(select(suppressed_numbers).where(by_call)).all()
        if rows:
            kept = [{**row._mapping, "reason": BY_CALL} for row in rows]
            self._connection.execute(insert_new(self._connection, suppressed_numbers), kept)
            self._connection.execute(delete(suppressed_numbers).where(by_call))

    def _file_ids(self) -> list[str]:
        return [row.file_key.partition(":")[2] for row in self.rows if row.file_key.startswith("id:")]
