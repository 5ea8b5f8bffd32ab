"""What a system calls its voters and their numbers: written down beside its list, kept once that is taken in."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from sqlalchemy import delete, exists, select

from phonetui.server.bulk import among
from phonetui.server.connection_runs import Run
from phonetui.server.connection_tables import remote_ids
from phonetui.server.connectors.connector import PulledVoter
from phonetui.server.engine import insert
from phonetui.server.identity import id_key
from phonetui.server.tables import voters

#: Ids that are written in one transaction.
CHUNK = 1_000

#: A row of the file: the kind, the voter's id there, what is ours, and what the system calls it.
Row = tuple[str, str, str, str]


def rows_of(voter: PulledVoter, file_id: str) -> Iterator[Row]:
    """The rows of one voter."""
    for (kind, ours), remote_id in voter.remote_ids.items():
        yield kind, file_id, ours, remote_id


def keep_ids(run: Run, file: Path) -> None:
    """Keeps those of all who are here. That of a voter who left the list stays: they may still have to be told of."""
    with file.open(encoding="utf-8", newline="") as source:
        rows = csv.reader(source)
        while chunk := list(islice(rows, CHUNK)):
            _keep(run, chunk)
    _drop_strangers(run)


def _keep(run: Run, chunk: list[list[str]]) -> None:
    of_campaign = voters.c.campaign_id == run.linked.campaign_id
    keys = {id_key(file_id) for _, file_id, _, _ in chunk}
    here = set(
        run.connection.scalars(
            select(voters.c.file_key).where(of_campaign, among(run.connection, voters.c.file_key, keys))
        )
    )
    named = {"campaign_id": run.linked.campaign_id, "name": run.linked.name}
    rows = [
        {**named, "kind": kind, "file_id": file_id, "ours": ours, "remote_id": remote_id}
        for kind, file_id, ours, remote_id in chunk
        if id_key(file_id) in here
    ]
    if rows:
        adding = insert(run.connection, remote_ids)
        newer = {"remote_id": adding.excluded.remote_id}
        primary = [column.name for column in remote_ids.primary_key]
        run.connection.execute(adding.on_conflict_do_update(index_elements=primary, set_=newer), rows)
    run.commit()


def _drop_strangers(run: Run) -> None:
    """Drops the ids of those who are not here any more, since their import was taken back, say."""
    same = (voters.c.campaign_id == remote_ids.c.campaign_id) & (voters.c.file_key == id_key("") + remote_ids.c.file_id)
    of = (remote_ids.c.campaign_id == run.linked.campaign_id) & (remote_ids.c.name == run.linked.name)
    run.connection.execute(delete(remote_ids).where(of, ~exists().where(same)))
    run.commit()
