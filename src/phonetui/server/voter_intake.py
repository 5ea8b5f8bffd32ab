"""Writing a file's voters to a campaign, chunk by chunk; each chunk leaves the campaign consistent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Column, Connection, func, insert, select, update

from phonetui.core.voter import Voter
from phonetui.server import engine
from phonetui.server.bulk import among
from phonetui.server.identity import is_named, plain_name
from phonetui.server.list_ids import SOMEBODY_ELSES, ListIds, bare_id
from phonetui.server.locked_campaign import lock_campaign
from phonetui.server.nameless_ids import give_ids
from phonetui.server.tables import imports, lists, replaced_voters, voters
from phonetui.server.voter_files import RefusedRow, VoterRow
from phonetui.server.voter_roll import Entry, Known, Roll
from phonetui.server.withdrawals import REMOVED, withdraw

#: For this connection alone: 64 MiB of pages in memory and of log between checkpoints, else most time goes to writing
#: the same pages of the indexes again and again.
_PRAGMAS = ("cache_size=-65536", "wal_autocheckpoint=16384")


class Intake:
    """One import into a campaign; `pulled_by` names the connection that brings it, empty for a voter file."""

    def __init__(
        self, connection: Connection, campaign_id: str, file_name: str, now: datetime, pulled_by: str = ""
    ) -> None:
        self._connection = connection
        self._campaign_id = campaign_id
        self._now = now
        self._pulled_by = pulled_by
        if connection.dialect.name == "sqlite":
            for pragma in _PRAGMAS:
                connection.exec_driver_sql(f"PRAGMA {pragma}")
        campaign = lock_campaign(connection, campaign_id)
        self._list_id, priority = self._list(file_name)
        self._roll = Roll(connection, campaign, self._list_id, priority)
        self.import_id = self._last(imports.c.import_id) + 1
        named = {"campaign_id": campaign_id, "import_id": self.import_id, "list_id": self._list_id}
        counts = dict.fromkeys(("rows_read", "imported", "merged", "refused"), 0)
        connection.execute(insert(imports), {**named, **counts, "file_name": file_name, "at": now})
        connection.commit()

    def take(self, fit: Sequence[VoterRow], left_out: Sequence[RefusedRow]) -> tuple[int, list[RefusedRow]]:
        """Writes a chunk in one transaction; returns how many of its rows were merged, and those it leaves out, too."""
        self._roll.campaign = lock_campaign(self._connection, self._campaign_id)
        ids = ListIds(self._connection, self._campaign_id, self._pulled_by)
        fit, strangers = divide(ids, fit)
        newest = {row.file_key: row.voter for row in fit}  # of a voter's rows the last counts
        if self._pulled_by:
            ids.forget(give_ids(self._connection, self._campaign_id, self._list_id, newest))
        barring = {row.file_key for row in left_out if row.file_key}
        known = self._known([*newest, *(barring - ids.strange(barring).keys())])
        barred = self._roll.barred(newest.values())
        added: list[Entry] = []
        changed: list[Entry] = []
        next_id = self._last(voters.c.voter_id) + 1
        for file_key, voter in newest.items():
            if before := known.get(file_key):
                entry = barred.entry(before.voter_id, file_key, voter, before)
                if entry.changes:
                    changed.append(entry)
            else:
                added.append(barred.entry(next_id + len(added), file_key, voter, None))
        ids.forget(entry.file_key for entry in added)
        self._roll.add(added, self.import_id)
        self._keep_former(changed)
        self._roll.change(changed, self._now)
        self._withdraw(known, left_out)
        ids.keep(newest)
        merged = len(fit) - len(added)
        self._count(len(added), merged, len(left_out) + len(strangers))
        self._connection.commit()
        return merged, strangers

    def _known(self, file_keys: Iterable[str]) -> dict[str, Known]:
        known = self._roll.known(among(self._connection, voters.c.file_key, file_keys))
        return {voter.file_key: voter for voter in known}

    def _keep_former(self, changed: Iterable[Entry]) -> None:
        """Keeps what is replaced, so that the import can be undone."""
        this = {"campaign_id": self._campaign_id, "import_id": self.import_id}
        former = [
            {**this, "voter_id": entry.voter_id, "body": entry.before.body}
            for entry in changed
            if entry.before and entry.before.import_id != self.import_id
        ]
        if former:
            self._connection.execute(engine.insert(self._connection, replaced_voters).on_conflict_do_nothing(), former)

    def _withdraw(self, known: Mapping[str, Known], left_out: Iterable[RefusedRow]) -> None:
        """Those who are on the roll and whom the file says nobody may call."""
        gone = {known[row.file_key].voter_id for row in left_out if row.file_key in known}
        withdraw(self._connection, self._roll.campaign, gone, REMOVED, self._now)

    def _count(self, imported: int, merged: int, refused: int) -> None:
        this = (imports.c.campaign_id == self._campaign_id) & (imports.c.import_id == self.import_id)
        more = {"imported": imported, "merged": merged, "refused": refused, "rows_read": imported + merged + refused}
        counts = {imports.c[name]: imports.c[name] + count for name, count in more.items()}
        self._connection.execute(update(imports).where(this).values(counts))

    def _list(self, file_name: str) -> tuple[int, int]:
        """Id and priority of the list that this file, or an earlier one of the same name, brings."""
        named = (lists.c.campaign_id == self._campaign_id) & (lists.c.name == file_name)
        there = self._connection.execute(select(lists.c.list_id, lists.c.priority).where(named)).first()
        if there:
            return there.list_id, there.priority
        list_id = self._last(lists.c.list_id) + 1
        row = {"campaign_id": self._campaign_id, "list_id": list_id, "name": file_name, "priority": 0}
        self._connection.execute(insert(lists), row)
        return list_id, 0

    def _last(self, column: Column[int]) -> int:
        """The highest id that has been given out in the campaign; 0 before the first."""
        last = select(func.max(column)).where(column.table.c.campaign_id == self._campaign_id)
        return self._connection.scalar(last) or 0


def divide(ids: ListIds, fit: Sequence[VoterRow]) -> tuple[Sequence[VoterRow], list[RefusedRow]]:
    """The rows that can be taken, and those by whose id another list knows somebody else."""
    newest = {row.file_key: row.voter for row in fit}

    def is_same(key: str, there: Voter) -> bool:
        meant = newest[key]
        return is_named(there, plain_name(meant), {phone.number for phone in meant.phones})

    strange = ids.somebody_elses(newest, is_same)
    if not strange:
        return fit, []
    refused = [RefusedRow(row.line, bare_id(row.file_key), SOMEBODY_ELSES) for row in fit if row.file_key in strange]
    return [row for row in fit if row.file_key not in strange], refused
