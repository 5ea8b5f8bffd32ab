"""Whose ids a list has: two systems, or a system and a file, may give one id to two people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping

from sqlalchemy import ColumnElement, Connection, delete, select

from phonetui.core.voter import Voter, decode_voter
from phonetui.server.bulk import among
from phonetui.server.connection_tables import connections, remote_ids
from phonetui.server.engine import insert
from phonetui.server.identity import id_key
from phonetui.server.tables import lists, voters

#: The kind of those of voters who are known here by the id there; whoever has left has `LEFT` in its place.
CAME, LEFT = "came", "left"
#: The kind of those that a voter file has, too, for the same person.
IN_FILES = "in files"
#: Why a row is left out.
SOMEBODY_ELSES = (
    "somebody else has its id here, by another list; where the ids of both mean the same people, write `ids: theirs` "
    "in the connection's file"
)

#: The ids of voter files, which they have in common.
_FILES = ""
_ID = id_key("")


class ListIds:
    """The ids of the list of the connection `name` or, without one, of a voter file.

    Voter files have theirs in common, and with them a connection whose file says `ids: theirs`. Those of any other
    connection are its own: by such an id a voter of another list is known only where name and number agree.
    """

    def __init__(self, connection: Connection, campaign_id: str, name: str = "") -> None:
        self._connection = connection
        self._campaign_id = campaign_id
        self._name = name
        of_campaign = connections.c.campaign_id == campaign_id
        rows = connection.execute(select(connections.c.name, connections.c.ids_are_theirs).where(of_campaign))
        self._whose = {row.name: _FILES if row.ids_are_theirs else row.name for row in rows}
        self._ours = self._whose.get(name, _FILES)

    def somebody_elses(self, keys: Iterable[str], is_same: Callable[[str, Voter], bool]) -> set[str]:
        """Those of the keys by which another list knows somebody else; `is_same` compares by name and number."""
        strange = self.strange(keys)
        bodies = select(voters.c.file_key, voters.c.body).where(self._known(strange))
        there = self._connection.execute(bodies).all() if strange else []
        return {row.file_key for row in there if not is_same(row.file_key, decode_voter(row.body))}

    def strange(self, keys: Iterable[str]) -> dict[str, str]:
        """Those of the keys whose voters no list with these ids has brought, each with the list that has."""
        ids = [key for key in keys if key.startswith(_ID)] if self._whose else []
        if not ids:
            return {}
        same = (lists.c.campaign_id == voters.c.campaign_id) & (lists.c.list_id == voters.c.list_id)
        brought = select(voters.c.file_key, lists.c.name).join(lists, same).where(self._known(ids))
        by = {row.file_key: row.name for row in self._connection.execute(brought)}
        also = self._also(by)
        return {
            key: name
            for key, name in by.items()
            if self._ours not in {self._whose.get(name, _FILES), *also.get(key, ())}
        }

    def keep(self, keys: Collection[str]) -> None:
        """Keeps that the voters of these keys, who are let in, are those whom the list means by them."""
        if self._name:
            named = [(self._name, CAME, key) for key in keys if key.startswith(_ID)]
        else:
            named = [(name, IN_FILES, key) for key, name in self.strange(keys).items()]
        rows = [
            {"campaign_id": self._campaign_id, "name": name, "kind": kind, "file_id": bare_id(key), "ours": ""}
            for name, kind, key in named
        ]
        if rows:
            adding = insert(self._connection, remote_ids)
            keys_of = [column.name for column in remote_ids.primary_key]
            there = adding.on_conflict_do_update(index_elements=keys_of, set_={"remote_id": adding.excluded.remote_id})
            self._connection.execute(there, [{**row, "remote_id": row["file_id"]} for row in rows])

    def forget(self, keys: Iterable[str]) -> None:
        """Forgets whom other lists meant by these keys: nobody has them any more."""
        ids = [bare_id(key) for key in keys if key.startswith(_ID)] if self._whose else []
        if ids:
            self._connection.execute(delete(remote_ids).where(self._claims(ids)))

    def _also(self, keys: Iterable[str]) -> Mapping[str, set[str]]:
        """By key, whose ids they are beside those of the list that brought the voter."""
        columns = remote_ids.c.file_id, remote_ids.c.name, remote_ids.c.kind
        found: defaultdict[str, set[str]] = defaultdict(set)
        for row in self._connection.execute(select(*columns).where(self._claims(map(bare_id, keys)))):
            found[f"{_ID}{row.file_id}"].add(_FILES if row.kind == IN_FILES else self._whose[row.name])
        return found

    def _known(self, keys: Iterable[str]) -> ColumnElement[bool]:
        return (voters.c.campaign_id == self._campaign_id) & among(self._connection, voters.c.file_key, keys)

    def _claims(self, ids: Iterable[str]) -> ColumnElement[bool]:
        of = (remote_ids.c.campaign_id == self._campaign_id) & remote_ids.c.name.in_(self._whose)
        kinds = remote_ids.c.kind.in_((CAME, IN_FILES)) & (remote_ids.c.ours == "")
        return of & kinds & among(self._connection, remote_ids.c.file_id, ids)


def bare_id(key: str) -> str:
    """The id as `remote_ids` has it."""
    return key.removeprefix(_ID)
