"""Erasing voters: nothing that tells of them stays in any table, while what was counted stays counted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Row, Update, and_, bindparam, delete, exists, select, update

from phonetui.core.campaign import Campaign
from phonetui.core.voter import Voter, decode_voter
from phonetui.server.connection_tables import pushes, remote_ids
from phonetui.server.do_not_call import BY_FILE
from phonetui.server.engine import insert_new
from phonetui.server.household_states import settle
from phonetui.server.identity import erasure_hashes
from phonetui.server.locked_campaign import lock_campaign
from phonetui.server.moves import campaigns_holding, numbers_of, suppressed
from phonetui.server.scrubbing import ERASED, outcome_without_content, without_content
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
) -> Erasure:
    """Erases these voters of a campaign, in the transaction that is open; those who are erased already are passed over.

    With the key they leave keyed hashes, by which the next import leaves them out. Laptops that have them hear of it.
    Events of theirs that come later are counted alike, and nothing else is kept of them.
    """
    campaign = lock_campaign(connection, campaign_id)
    erasing = _Erasing(connection, campaign, voter_ids, now)
    if not erasing.rows:
        return Erasure(0, 0)
    if erasing_key is not None:
        erasing.leave_hashes(erasing_key)
    still = tuple(erasing.still())
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
        of = (voters.c.campaign_id == self._campaign_id) & voters.c.voter_id.in_(sorted(voter_ids))
        self.rows: Sequence[Row[Any]] = connection.execute(
            select(voters).where(of, voters.c.ended != ERASED).order_by(voters.c.voter_id)
        ).all()
        self._ids = [row.voter_id for row in self.rows]
        self._former = connection.execute(
            select(replaced_voters).where(
                replaced_voters.c.campaign_id == self._campaign_id, replaced_voters.c.voter_id.in_(self._ids)
            )
        ).all()
        self._people = [(row.voter_id, decode_voter(row.body)) for row in (*self.rows, *self._former)]
        moved = (moved_voters.c.campaign_id == self._campaign_id) & moved_voters.c.voter_id.in_(self._ids)
        passed = connection.scalars(select(moved_voters.c.number).where(moved)).all()
        self._numbers = {number for _, voter in self._people for number in numbers_of(voter)} | set(passed)
        self.homes = {row.household_id for row in self.rows if row.household_id is not None}
        self._emptied: set[str] = set()
        self._attempts = self._attempt_ids()

    def _attempt_ids(self) -> list[str]:
        of = (attempts.c.campaign_id == self._campaign_id) & attempts.c.voter_id.in_(self._ids)
        return list(self._connection.scalars(select(attempts.c.attempt_id).where(of)))

    def leave_hashes(self, key: bytes) -> None:
        """By which the next import knows them."""
        file_keys = {row.voter_id: row.file_key for row in self.rows}
        hashes = {each for id_, voter in self._people for each in erasure_hashes(key, file_keys[id_], voter)}
        rows = [{"campaign_id": self._campaign_id, "keyed_hash": each} for each in sorted(hashes)]
        self._connection.execute(insert_new(self._connection, erased_voters), rows)

    def still(self) -> Iterable[str]:
        """Where they are all the same."""
        yield BACKUPS
        lent = select(households.c.household_id).where(
            households.c.campaign_id == self._campaign_id,
            households.c.household_id.in_(self.homes),
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
        known = select(remote_ids.c.name).where(
            remote_ids.c.campaign_id == self._campaign_id, remote_ids.c.file_id.in_(self._file_ids())
        )
        for name in sorted({*self._connection.scalars(told), *self._connection.scalars(known)}):
            yield f"{name} knows them, too; ask there that they be erased."

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
            of = (table.c.campaign_id == self._campaign_id) & table.c.voter_id.in_(self._ids)
            self.records += self._connection.execute(delete(table).where(of)).rowcount

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
        theirs = households.c.number.in_(self._numbers) | households.c.household_id.in_(self.homes)
        alone = self._connection.execute(
            select(households.c.household_id, households.c.number).where(here, theirs, ~others, ~passed)
        ).all()
        ids = [row.household_id for row in alone]
        self._emptied = {row.number for row in alone}
        self.homes |= set(ids)
        empty = update(households).where(here, households.c.household_id.in_(ids))
        self._connection.execute(empty.values(number="", address_key=""))
        locks = (number_locks.c.campaign_id == self._campaign_id) & number_locks.c.household_id.in_(ids)
        self._connection.execute(delete(number_locks).where(locks))
        self.records += len(ids)

    def empty_events(self) -> None:
        """What callers recorded of them is counted as before, and tells no more."""
        of = (events.c.campaign_id == self._campaign_id) & events.c.voter_id.in_(self._ids)
        recorded = self._connection.execute(select(events.c.event_id, events.c.body).where(of)).all()
        rows = [{"row": row.event_id, "empty": without_content(self._campaign, row.body)} for row in recorded]
        one = update(events).where(events.c.campaign_id == self._campaign_id, events.c.event_id == bindparam("row"))
        self._write(one.values(body=bindparam("empty")), rows)
        of = (attempts.c.campaign_id == self._campaign_id) & attempts.c.voter_id.in_(self._ids)
        stand = self._connection.execute(select(attempts.c.attempt_id, attempts.c.body).where(of)).all()
        rows = [{"row": row.attempt_id, "empty": outcome_without_content(self._campaign, row.body)} for row in stand]
        this = (attempts.c.campaign_id == self._campaign_id) & (attempts.c.attempt_id == bindparam("row"))
        self._write(update(attempts).where(this).values(body=bindparam("empty")), rows)
        numbers = update(attempts).where(of, attempts.c.number.in_(self._emptied))
        self._connection.execute(numbers.values(number=""))

    def _write(self, change: Update, rows: Sequence[Mapping[str, object]]) -> None:
        if rows:
            self._connection.execute(change, list(rows))
            self.records += len(rows)

    def forget_elsewhere(self) -> None:
        """Questions about them, answers to those, what other systems call them; a do-not-call outlives its call."""
        connection, campaign_id = self._connection, self._campaign_id
        about = select(events.c.event_id).where(
            events.c.campaign_id == campaign_id, events.c.voter_id.in_(self._ids), events.c.kind == "question"
        )
        asked = list(connection.scalars(about))
        these = (questions.c.campaign_id == campaign_id) & questions.c.event_id.in_(asked)
        closed = update(questions).where(these, questions.c.answered_at.is_(None))
        connection.execute(closed.values(answered_at=self._now))
        not_called = suppressed(connection, self._numbers)
        told = (news.c.kind == "suppressed") & news.c.subject.in_(self._numbers - not_called)
        old = (news.c.campaign_id == campaign_id) & (news.c.answers.in_(asked) | told)
        known = (remote_ids.c.campaign_id == campaign_id) & remote_ids.c.file_id.in_(self._file_ids())
        ended = and_(
            ended_numbers.c.campaign_id == campaign_id,
            ended_numbers.c.number.in_(self._emptied),
            ended_numbers.c.attempt_id.in_(self._attempts),
        )
        for table, which in ((news, old), (remote_ids, known), (ended_numbers, ended)):
            self.records += connection.execute(delete(table).where(which)).rowcount
        self._keep_suppressed()
        pushed = (pushes.c.campaign_id == campaign_id) & pushes.c.attempt_id.in_(self._attempts)
        connection.execute(update(pushes).where(pushed).values(said=""))
        waiting = pushes.c.state.in_(("waiting", "sending", "refused"))
        connection.execute(update(pushes).where(pushed, waiting).values(state="superseded"))

    def _keep_suppressed(self) -> None:
        """A number that was suppressed by a call to them is so for good: the call says no more which it was."""
        by_call = suppressed_numbers.c.reason.in_(self._attempts)
        rows = self._connection.execute(select(suppressed_numbers).where(by_call)).all()
        if rows:
            kept = [{**row._mapping, "reason": BY_FILE} for row in rows]
            self._connection.execute(insert_new(self._connection, suppressed_numbers), kept)
            self._connection.execute(delete(suppressed_numbers).where(by_call))

    def _file_ids(self) -> list[str]:
        return [row.file_key.partition(":")[2] for row in self.rows if row.file_key.startswith("id:")]
