"""A server's connections to other systems, as the database holds them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from re import fullmatch
from typing import Literal

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, select, update

from phonetui.core.campaign import Campaign
from phonetui.core.refusal import Refused
from phonetui.server import audit, connection_file
from phonetui.server.connection_file import ConnectionFile
from phonetui.server.connection_tables import connections, remote_ids
from phonetui.server.engine import insert
from phonetui.server.stored_campaign import find_campaign

#: A name is part of a file's name and of a variable's.
NAME = "[a-z][a-z0-9-]{0,39}"


#: What a connection does, each by runs of its own.
Kind = Literal["push", "pull"]

#: The clocks of several machines may be so far apart.
APART = timedelta(minutes=5)


def column(kind: Kind, name: str) -> str:
    """Where the table has what `name` is of pushes, for runs of that kind."""
    return name if kind == "push" else f"pull_{name}"


def is_ahead(at: datetime, now: datetime) -> bool:
    """Whether the clock that said so has been put back since, or is another machine's which is far off."""
    return at > now + APART


class LastRun(Struct, frozen=True):
    """How runs of one kind stand. `tries` counts those in a row in which the system did not answer.

    `said` is why the last one failed, empty where it did not.
    """

    ran_at: datetime | None
    rests_until: datetime | None
    tries: int
    said: str

    def is_ahead(self, now: datetime) -> bool:
        """Whether it was by a clock that has been put back since, so that its times mean nothing."""
        return self.ran_at is not None and is_ahead(self.ran_at, now)


class Linked(Struct, frozen=True, kw_only=True):
    """A connection as it stands; what is said of runs is of pushes, unless it is of a `pull`."""

    campaign_id: str
    name: str
    system: str
    source: str
    every: int
    ids_are_theirs: bool
    added_at: datetime
    ran_at: datetime | None
    pulled_at: datetime | None
    pushed_at: datetime | None
    looked_at: datetime | None
    looked_through: str
    busy_until: datetime | None
    rests_until: datetime | None
    tries: int
    said: str
    pull_ran_at: datetime | None
    pull_busy_until: datetime | None
    pull_rests_until: datetime | None
    pull_tries: int
    pull_said: str
    pull_left_out: int
    pull_remarks: str

    def last(self, kind: Kind) -> LastRun:
        """How the runs of that kind stand."""
        if kind == "push":
            return LastRun(self.ran_at, self.rests_until, self.tries, self.said)
        return LastRun(self.pull_ran_at, self.pull_rests_until, self.pull_tries, self.pull_said)

    def asked_until(self, now: datetime) -> datetime | None:
        """Until when the system asked to be left alone, in whichever kind of run."""
        runs = (self.last("push"), self.last("pull"))
        asked = (run.rests_until for run in runs if not run.tries and not run.is_ahead(now))
        return max(filter(None, asked), default=None)

    @property
    def remarks(self) -> Mapping[str, int]:
        """What did not come of how many voters when the list was pulled last."""
        return decode_remarks(self.pull_remarks)

    @property
    def failing(self) -> str:
        """Why the last push failed, or the last pull; empty where neither did."""
        return self.said or self.pull_said

    @property
    def file(self) -> ConnectionFile:
        """What the organiser's file says; what it says of the campaign may be out of date."""
        return connection_file.read(self.source, f"{self.name}.yaml")


def decode_remarks(kept: str) -> dict[str, int]:
    """The sentences of a pull's, each with how often; empty before the first."""
    return _decode_remarks(kept) if kept else {}


_decode_remarks = msgspec.json.Decoder(dict[str, int]).decode
_COLUMNS = [connections.c[name] for name in Linked.__struct_fields__]


def add(connection: Connection, name: str, source: str, file_name: str, now: datetime) -> ConnectionFile:
    """Takes a connection's file into use, or its newer version; what was told already is not told again.

    Raises `Refused` with every mistake in the file, and for a name that is another connection's.
    """
    check_name(name)
    file = connection_file.read(source, file_name, partial(_campaign, connection))
    there = connection.execute(select(connections).where(connections.c.name == name).with_for_update()).first()
    if there and (there.system, there.campaign_id) != (file.system_name, file.campaign_id):
        raise Refused(
            f"The name {name} is that of a connection to {there.system} for the campaign {there.campaign_id}, and what "
            "was told there is kept under it; choose another name."
        )
    if there and (there.pulled_at or there.pushed_at):
        _check_same_ids(name, there.source, file)
    said = {"source": source, "every": file.every, "ids_are_theirs": file.ids_are_theirs, "removed_at": None}
    said |= {"looked_at": None, "looked_through": "", **fresh("push"), **fresh("pull")}
    row = {"campaign_id": file.campaign_id, "name": name, "system": file.system_name, "added_at": now, **said}
    adding = insert(connection, connections).values(**row)
    connection.execute(adding.on_conflict_do_update(index_elements=["campaign_id", "name"], set_=said))
    audit.record(connection, file.campaign_id, audit.AT_THE_CONSOLE, "connected", name, now)
    return file


def _check_same_ids(name: str, source: str, file: ConnectionFile) -> None:
    """Raises `Refused` where the ids that are kept would be taken for other people's."""
    try:
        before = connection_file.read(source, f"{name}.yaml").settings
    except Refused:  # an earlier phonetui could read it
        return
    for key in file.system.ids_by:
        if getattr(before, key) != getattr(file.settings, key):
            raise Refused(
                f"With another `{key}` voters have other ids in {file.system.title}, and those of before are kept "
                f"under the name {name}; choose another name."
            )


def fresh(kind: Kind) -> dict[str, object]:
    """Nothing stands against the next run of that kind."""
    return {column(kind, "tries"): 0, column(kind, "rests_until"): None, column(kind, "said"): ""}


def check_name(name: str) -> None:
    """Raises `Refused` for what cannot be a connection's name."""
    if not fullmatch(NAME, name):
        raise Refused(
            f"A connection cannot be called {name}; its name is of small letters, digits and -, and begins with a "
            "letter, such as van."
        )


def remove(connection: Connection, name: str, now: datetime) -> Linked:
    """Takes a connection out of use. What was told there is remembered, for the day that it is added again."""
    linked = find(connection, name)
    connection.execute(update(connections).where(_of(linked)).values(removed_at=now))
    audit.record(connection, linked.campaign_id, audit.AT_THE_CONSOLE, "disconnected", name, now)
    return linked


def find(connection: Connection, name: str) -> Linked:
    """The connection of that name; raises `Refused` where there is none, and says which there are."""
    row = connection.execute(_LISTED.where(connections.c.name == name)).first()
    if row is None:
        connect = f"phonetui server connect {name}"
        names = ", ".join(linked.name for linked in listed(connection))
        mend = f"there are {names}" if names else f"make one: {connect} new SYSTEM, then: {connect} add {name}.yaml"
        raise Refused(f"There is no connection {name}; {mend}.")
    return Linked(**row._mapping)


def listed(connection: Connection) -> list[Linked]:
    """All of them, by name."""
    return [Linked(**row._mapping) for row in connection.execute(_LISTED)]


def change(connection: Connection, linked: Linked, values: Mapping[str, object]) -> None:
    """Changes columns of one connection."""
    connection.execute(update(connections).where(_of(linked)).values(**values))


class KnownIds:
    """The ids that pulls have brought and connectors have kept, by transactions of their own."""

    def __init__(self, connection: Connection, linked: Linked) -> None:
        self._connection = connection
        self._linked = linked
        self._of = (remote_ids.c.campaign_id == linked.campaign_id) & (remote_ids.c.name == linked.name)

    def find(self, kind: str, file_id: str, ours: str = "") -> str:
        """The system's id; empty where none is known."""
        this = (remote_ids.c.kind == kind) & (remote_ids.c.file_id == file_id) & (remote_ids.c.ours == ours)
        found = self._connection.scalar(select(remote_ids.c.remote_id).where(self._of, this))
        self._connection.rollback()
        return found or ""

    def keep(self, kind: str, file_id: str, ours: str, remote_id: str) -> None:
        """Writes one down at once, in place of what was known; empty: none is."""
        named = {"campaign_id": self._linked.campaign_id, "name": self._linked.name}
        row = {**named, "kind": kind, "file_id": file_id, "ours": ours, "remote_id": remote_id}
        keys = [column.name for column in remote_ids.primary_key]
        keeping = insert(self._connection, remote_ids).values(row)
        self._connection.execute(keeping.on_conflict_do_update(index_elements=keys, set_={"remote_id": remote_id}))
        self._connection.commit()

    def all_of(self, kind: str) -> set[tuple[str, str]]:
        """What is ours and the system's id for it, of every connection to this system that there is or was."""
        same = (connections.c.campaign_id == remote_ids.c.campaign_id) & (connections.c.name == remote_ids.c.name)
        these = (connections.c.system == self._linked.system) & (remote_ids.c.kind == kind)
        known = select(remote_ids.c.ours, remote_ids.c.remote_id).join_from(remote_ids, connections, same)
        rows = self._connection.execute(known.where(these, remote_ids.c.remote_id != "")).all()
        self._connection.rollback()
        return {(row.ours, row.remote_id) for row in rows}


_LISTED = select(*_COLUMNS).where(connections.c.removed_at.is_(None)).order_by(connections.c.name)


def _of(linked: Linked) -> ColumnElement[bool]:
    return (connections.c.campaign_id == linked.campaign_id) & (connections.c.name == linked.name)


def _campaign(connection: Connection, campaign_id: str) -> Campaign | None:
    stored = find_campaign(connection, campaign_id)
    return stored.campaign if stored else None
