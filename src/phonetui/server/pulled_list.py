"""A system's list while it is taken in: written down whole, as a voter file, where nobody else can read it."""

from __future__ import annotations

import csv
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from hashlib import sha256
from itertools import chain, islice
from pathlib import Path
from re import sub
from typing import TextIO

from msgspec import Struct, field
from sqlalchemy import Engine

from phonetui.core.refusal import Refused
from phonetui.core.text import clean
from phonetui.server.columns import PHONES, VOTER_FIELDS, recognise
from phonetui.server.connection_runs import Run, UnderWay, running
from phonetui.server.connections import Linked
from phonetui.server.connectors.connector import PulledVoter, Pulls
from phonetui.server.identity import id_key
from phonetui.server.list_ids import bare_id
from phonetui.server.pulled_ids import rows_of
from phonetui.server.voter_files import LONGEST

#: The columns of the file that is imported, by field; elections have one column each.
COLUMNS = {field: names.split(",")[0] for field, names in VOTER_FIELDS.items() if names}
#: Those of the numbers beyond the first of a phone field: the other names that such a column has.
FURTHER = {field: VOTER_FIELDS[field].split(", ")[1:] for field in PHONES}
TAG = "tag:"
#: Voters who are written down between two words on how many came.
CHUNK = 1_000
#: How the name of the folder begins, in that of the server, or with another beginning in that for all temporary files.
FOLDER, TEMPORARY = "pulled-", "phonetui-pulled-"

#: Called with how many voters came.
Progress = Callable[[int], None]


class Came(Struct):
    """Who came: those to call in one file, the others in another, and what the system calls theirs in a third.

    `keys` are those of all; `remarks` say of how many what did not come.
    """

    voters: Path
    do_not_call: Path
    ids: Path
    keys: set[str] = field(default_factory=set)
    to_call: int = 0
    not_to_call: int = 0
    barred: int = 0  # numbers of those to call
    remarks: Counter[str] = field(default_factory=Counter)


def folder_of(engine: Engine, data: Path | None, name: str) -> Path:
    """The folder for the list of the connection `name`; a server without a folder has one for temporary files."""
    if data is not None:
        return data / f"{FOLDER}{name}"
    database = sha256(engine.url.render_as_string().encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir(), f"{TEMPORARY}{database}-{name}")


@contextmanager
def private(folder: Path) -> Iterator[Path]:
    """The folder, for this user alone, without what a killed pull has left; gone at the end. Raises `Refused`."""
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
    except OSError as error:
        raise Refused(
            f"There is no room for the list in {folder} ({error.strerror}); let the user that the server runs as write "
            "there."
        ) from None
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def clear_away(engine: Engine, linked: Linked, data: Path | None, clock: Callable[[], datetime]) -> None:
    """Removes the list that a killed pull has left, unless another pull is under way."""
    folder = folder_of(engine, data, linked.name)
    if folder.exists():
        with engine.connect() as connection, suppress(UnderWay), running(connection, linked, "pull", clock):
            shutil.rmtree(folder, ignore_errors=True)


def written(run: Run, connector: Pulls, folder: Path, progress: Progress | None) -> Came:
    """Writes down who came. Raises `Refused` where the list did not come whole, or cannot be written."""
    came = Came(folder / run.linked.name, folder / f"{run.linked.name}-do-not-call", folder / "ids")
    voters_coming = _coming(run, connector)
    try:
        with _new(came.voters) as to_call, _new(came.do_not_call) as not_to_call, _new(came.ids) as ids:
            writers = csv.writer(to_call), csv.writer(not_to_call)
            chunk = list(islice(voters_coming, CHUNK))
            elections = _elections(chunk)
            for writer in writers:
                writer.writerow([*COLUMNS.values(), *chain(*FURTHER.values()), *elections])
            while chunk:
                for voter in chunk:
                    voted = (clean(voter.fields.get(election, ""), LONGEST) for election in elections)
                    writers[voter.do_not_call].writerow([*_cells(voter), *voted])
                    for number in voter.barred:
                        bare = _cells(PulledVoter({"phone": number}))
                        writers[True].writerow([*bare, *("" for _ in elections)])
                    csv.writer(ids).writerows(rows_of(voter, bare_id(_key(voter))))
                    _count(came, voter)
                if progress:
                    progress(came.to_call + came.not_to_call)
                chunk = list(islice(voters_coming, CHUNK))
    except OSError as error:
        raise Refused(f"The list cannot be written down ({error.strerror}); make room on the disk.") from None
    run.commit()
    return came


def _coming(run: Run, connector: Pulls) -> Iterator[PulledVoter]:
    """As they come; some systems take long for each."""
    try:
        for voter in connector.pull():
            run.is_alive()
            yield voter
    except OSError as error:
        raise Refused(
            f"The list of {run.linked.name} cannot be read ({error.strerror}); look whether it is still where it was, "
            "then pull again."
        ) from None


def _count(came: Came, voter: PulledVoter) -> None:
    came.not_to_call += voter.do_not_call
    came.to_call += not voter.do_not_call
    came.barred += len(voter.barred)
    if key := _key(voter):
        came.keys.add(key)
    if voter.remark:
        came.remarks[voter.remark] += 1


def _elections(first: list[PulledVoter]) -> list[str]:
    """The elections that the list knows of, which its first voter names."""
    named = [name for voter in first[:1] for name in voter.fields if name not in COLUMNS and not name.startswith(TAG)]
    return [election for election, _ in recognise(named).elections]


def _new(file: Path) -> TextIO:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    return os.fdopen(descriptor, "w", encoding="utf-8", newline="")


def _cells(voter: PulledVoter) -> Iterator[str]:
    """A row of the file, but for the elections."""
    row = {name: _cell(voter, name) for name in COLUMNS}
    tags = [name.removeprefix(TAG) for name, value in voter.fields.items() if name.startswith(TAG) and value]
    plain = [sub("[,;|]", " ", tag) for tag in tags]
    yield from {**row, "tags": "; ".join(filter(None, [row["tags"], *plain]))}.values()
    for kind, names in FURTHER.items():
        numbers = [_clean(number) for number in voter.further.get(kind, ())]
        yield from (numbers + [""] * len(names))[: len(names)]


def _cell(voter: PulledVoter, name: str) -> str:
    return _clean(voter.fields.get(name, ""))


def _clean(text: str) -> str:
    """As it is when it is read again."""
    return " ".join(clean(text, LONGEST).split())


def _key(voter: PulledVoter) -> str:
    row_id = _cell(voter, "id")
    return id_key(row_id) if row_id else ""
