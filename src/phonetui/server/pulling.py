"""Taking a system's voters into the campaign: a pulled list is imported as a voter file would be."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from phonetui.core.refusal import Refused
from phonetui.server.connection_runs import Run
from phonetui.server.connections import Linked
from phonetui.server.connectors.connector import Pulls
from phonetui.server.leaving import check_not_most, withdraw_leavers
from phonetui.server.pulled_ids import keep_ids
from phonetui.server.pulled_list import Came, Progress, folder_of, private, written
from phonetui.server.voter_import import import_voters
from phonetui.server.voter_marks import mark


class PullReport(Struct, frozen=True, kw_only=True):
    """What came of a pull; `came` counts voters, `do_not_call` those of them who are not to be called.

    `remarks` says of how many voters what did not come of them. `refused_file` lists those who were left out, by their
    ids; it is empty where nobody was, or where the server has no folder to keep it in.
    """

    came: int
    imported: int = 0
    merged: int = 0
    refused: int = 0
    do_not_call: int = 0
    withdrawn: int = 0
    reasons: dict[str, int] = {}
    remarks: dict[str, int] = {}
    refused_file: str = ""


def pull(
    run: Run,
    connector: Pulls,
    data: Path | None,
    erasing_key: bytes,
    progress: Progress | None = None,
    *,
    sure: bool = False,
) -> PullReport:
    """Takes all voters in who are on the system's list now, and those out who have left it.

    Raises `Refused`, with nothing taken in, where the list did not come whole or is empty, and unless somebody is
    `sure` where most have left it.
    """
    with private(folder_of(run.connection.engine, data, run.linked.name)) as folder:
        came = written(run, connector, folder, progress)
        if not came.to_call + came.not_to_call:
            raise Refused(f"The list of {run.linked.name} is empty there, so nothing was changed here.")
        if not sure:
            check_not_most(run, came.keys)
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
        report = PullReport(
            came=came.to_call + came.not_to_call, do_not_call=came.not_to_call, remarks=dict(came.remarks)
        )
        if came.to_call:
            report = _imported(run, came, data, erasing_key, report)
        keep_ids(run, came.ids)
        return replace(report, withdrawn=withdraw_leavers(run, came.keys))


def forget_list(connection: Connection, linked: Linked, data: Path | None) -> None:
    """Removes what pulls have left on the disk."""
    shutil.rmtree(folder_of(connection.engine, data, linked.name), ignore_errors=True)
    if data:
        with suppress(OSError):
            refused_file(data, linked.name).unlink()


def refused_file(data: Path, name: str) -> Path:
    """Where the connection `name` keeps, until the next pull, who was left out."""
    return data / f"{name}.refused.csv"


def _imported(run: Run, came: Came, data: Path | None, erasing_key: bytes, report: PullReport) -> PullReport:
    done = import_voters(
        run.connection,
        run.linked.campaign_id,
        came.voters,
        erasing_key=erasing_key,
        now=run.clock(),
        refused_file=refused_file(data, run.linked.name) if data else None,
        pulled_by=run.linked.name,
        progress=lambda *_: run.is_alive(),
    )
    return replace(
        report,
        imported=done.imported,
        merged=done.merged,
        refused=done.refused,
        reasons=done.reasons,
        refused_file=done.refused_file if data else "",
    )
