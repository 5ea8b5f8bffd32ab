"""Taking a system's voters into the campaign: a pulled list is imported as a voter file would be."""

from __future__ import annotations

import csv
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from re import sub
from typing import TextIO

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import delete, exists, select, update

from phonetui.core.refusal import Refused
from phonetui.core.text import clean
from phonetui.server.columns import VOTER_FIELDS, recognise
from phonetui.server.connection_runs import Run
from phonetui.server.connection_tables import connections, remote_ids
from phonetui.server.connectors.connector import PulledVoter, Pulls
from phonetui.server.engine import insert
from phonetui.server.household_states import WITHDRAWN
from phonetui.server.households import slices
from phonetui.server.identity import id_key
from phonetui.server.list_ids import CAME, LEFT
from phonetui.server.locked_campaign import lock_campaign
from phonetui.server.tables import lists, voters
from phonetui.server.voter_files import LONGEST
from phonetui.server.voter_import import import_voters
from phonetui.server.voter_marks import mark
from phonetui.server.withdrawals import REMOVED, withdraw

#: The columns of the file that is imported, by field; elections have one column each.
COLUMNS = {field: names.split(",")[0] for field, names in VOTER_FIELDS.items() if names}
TAG = "tag:"
#: Voters whose ids are written in one transaction.
CHUNK = 1_000
#: The folder, beside the server's secret, where a list is while it is being taken in.
FOLDER = "pulled"

#: Called with how many voters came.
Progress = Callable[[int], None]


class PullReport(Struct, frozen=True, kw_only=True):
    """What came of a pull; `came` counts voters, `do_not_call` those of them who are not to be called."""

    came: int
    imported: int = 0
    merged: int = 0
    refused: int = 0
    do_not_call: int = 0
    withdrawn: int = 0
    reasons: dict[str, int] = {}


class _Came(Struct):
    """Who came: those to call in one file, the others in another; and the keys of all of them."""

    voters: Path
    do_not_call: Path
    keys: set[str]
    to_call: int = 0
    not_to_call: int = 0
    barred: int = 0  # numbers of those to call


def pull(
    run: Run, connector: Pulls, data: Path | None, erasing_key: bytes, progress: Progress | None = None
) -> PullReport:
    """Takes all voters in who are on the system's list now, and those out who have left it.

    Raises `Refused`, with nothing taken in, where the list did not come whole or is empty.
    """
    with _private_folder(data, run.linked.name) as folder:
        came = _written(run, connector, folder, progress)
        if not came.to_call + came.not_to_call:
            raise Refused(f"The list of {run.linked.name} is empty there, so nothing was changed here.")
        if came.not_to_call + came.barred:
            mark(
                run.connection,
                run.linked.campaign_id,
                came.do_not_call,
                "do_not_call",
                now=run.clock(),
                pulled_by=run.linked.name,
                progress=lambda *_: run.is_alive(),
            )
        report = PullReport(came=came.to_call + came.not_to_call, do_not_call=came.not_to_call)
        if came.to_call:
            report = _imported(run, came, erasing_key, report)
        _drop_strangers(run)
        return replace(report, withdrawn=_withdraw(run, came.keys))


def _imported(run: Run, came: _Came, erasing_key: bytes, report: PullReport) -> PullReport:
    done = import_voters(
        run.connection,
        run.linked.campaign_id,
        came.voters,
        erasing_key=erasing_key,
        now=run.clock(),
        pulled_by=run.linked.name,
        progress=lambda *_: run.is_alive(),
    )
    counts = {"imported": done.imported, "merged": done.merged, "refused": done.refused}
    return replace(report, **counts, reasons=done.reasons)


@contextmanager
def _private_folder(data: Path | None, name: str) -> Iterator[Path]:
    """A folder of the connection's own, for this user alone, without what a killed pull has left; gone at the end."""
    try:
        folder = data / f"{FOLDER}-{name}" if data else Path(tempfile.mkdtemp(prefix="phonetui-"))
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
    except OSError as error:
        raise Refused(f"There is no room for the list ({error.strerror}); make the server's folder writable.") from None
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _written(run: Run, connector: Pulls, folder: Path, progress: Progress | None) -> _Came:
    """Writes down who came, in two files."""
    came = _Came(folder / run.linked.name, folder / f"{run.linked.name}-do-not-call", set())
    try:
        with _private(came.voters) as to_call, _private(came.do_not_call) as not_to_call:
            writers = csv.writer(to_call), csv.writer(not_to_call)
            voters_coming = _alive(run, connector.pull())
            chunk = list(islice(voters_coming, CHUNK))
            elections = _elections(chunk)
            for writer in writers:
                writer.writerow([*COLUMNS.values(), *elections])
            while chunk:
                for voter in chunk:
                    row = _cells(voter)
                    voted = (clean(voter.fields.get(election, ""), LONGEST) for election in elections)
                    writers[voter.do_not_call].writerow([*row.values(), *voted])
                    for number in voter.barred:
                        bare = _cells(PulledVoter({"phone": number}))
                        writers[True].writerow([*bare.values(), *("" for _ in elections)])
                    came.barred += len(voter.barred)
                    came.not_to_call += voter.do_not_call
                    came.to_call += not voter.do_not_call
                    if row["id"]:
                        came.keys.add(id_key(row["id"]))
                _keep_ids(run, chunk)
                if progress:
                    progress(came.to_call + came.not_to_call)
                chunk = list(islice(voters_coming, CHUNK))
    except OSError as error:
        raise Refused(f"The list cannot be written down ({error.strerror}); make room on the disk.") from None
    return came


def _elections(first: list[PulledVoter]) -> list[str]:
    """The elections that the list knows of, which its first voter names."""
    named = [name for voter in first[:1] for name in voter.fields if name not in COLUMNS and not name.startswith(TAG)]
    return [election for election, _ in recognise(named).elections]


def _alive(run: Run, coming: Iterator[PulledVoter]) -> Iterator[PulledVoter]:
    """As they come; some systems take long for each."""
    for voter in coming:
        run.is_alive()
        yield voter


def _private(file: Path) -> TextIO:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    return os.fdopen(descriptor, "w", encoding="utf-8", newline="")


def _cells(voter: PulledVoter) -> dict[str, str]:
    """A row of the file, by field; each text is cleaned as it is when it is read again."""
    row = {field: " ".join(clean(voter.fields.get(field, ""), LONGEST).split()) for field in COLUMNS}
    tags = [name.removeprefix(TAG) for name, value in voter.fields.items() if name.startswith(TAG) and value]
    plain = [sub("[,;|]", " ", tag) for tag in tags]
    return {**row, "tags": "; ".join(filter(None, [row["tags"], *plain]))}


def _keep_ids(run: Run, chunk: list[PulledVoter]) -> None:
    """Keeps what the system calls theirs. That of voters who left stays: they may still have to be told of."""
    named = {"campaign_id": run.linked.campaign_id, "name": run.linked.name}
    rows = [
        {**named, "kind": kind, "ours": ours, "file_id": voter.fields.get("id", ""), "remote_id": remote_id}
        for voter in chunk
        for (kind, ours), remote_id in voter.remote_ids.items()
    ]
    if rows:
        adding = insert(run.connection, remote_ids)
        newer = {"remote_id": adding.excluded.remote_id}
        keys = [column.name for column in remote_ids.primary_key]
        run.connection.execute(adding.on_conflict_do_update(index_elements=keys, set_=newer), rows)
    run.commit()


def _drop_strangers(run: Run) -> None:
    """Drops the ids of those who were not let in, since they were erased here, say."""
    same = (voters.c.campaign_id == remote_ids.c.campaign_id) & (voters.c.file_key == id_key("") + remote_ids.c.file_id)
    of = (remote_ids.c.campaign_id == run.linked.campaign_id) & (remote_ids.c.name == run.linked.name)
    run.connection.execute(delete(remote_ids).where(of, ~exists().where(same)))
    run.commit()


def _withdraw(run: Run, keys: set[str]) -> int:
    """Takes those out who came with an earlier pull and did not come with this one; returns how many.

    Whoever is on the list of another connection is called for that one.
    """
    _mark_left(run, keys)
    of_list = (lists.c.campaign_id == run.linked.campaign_id) & (lists.c.name == run.linked.name)
    same = (remote_ids.c.campaign_id == voters.c.campaign_id) & (voters.c.file_key == id_key("") + remote_ids.c.file_id)
    living = select(connections.c.name).where(connections.c.removed_at.is_(None), connections.c.name != run.linked.name)
    elsewhere = same & remote_ids.c.name.in_(living) & _IS_THERE
    known = (
        select(voters.c.voter_id, voters.c.file_key)
        .join(lists, (lists.c.campaign_id == voters.c.campaign_id) & (lists.c.list_id == voters.c.list_id))
        .where(of_list, voters.c.ended.not_in(WITHDRAWN), voters.c.file_key.like("id:%"), ~exists().where(elsewhere))
    )
    gone = [row.voter_id for row in run.connection.execute(known) if row.file_key not in keys]
    run.connection.rollback()
    for part in slices(gone):
        campaign = lock_campaign(run.connection, run.linked.campaign_id)
        withdraw(run.connection, campaign, part, REMOVED, run.clock())
        run.commit()
    return len(gone)


def _mark_left(run: Run, keys: set[str]) -> None:
    of = (remote_ids.c.campaign_id == run.linked.campaign_id) & (remote_ids.c.name == run.linked.name)
    there = run.connection.scalars(select(remote_ids.c.file_id).where(of, _IS_THERE)).all()
    for part in slices([file_id for file_id in there if id_key(file_id) not in keys]):
        these = of & (remote_ids.c.kind == CAME) & remote_ids.c.file_id.in_(part)
        run.connection.execute(update(remote_ids).where(these).values(remote_id=LEFT))
    run.commit()


_IS_THERE = (remote_ids.c.kind == CAME) & (remote_ids.c.remote_id != LEFT)
