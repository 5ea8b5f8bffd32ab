"""A connection that is two places on the server's disk: a list to read, a folder for a file of results a day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from msgspec import Struct

from phonetui.core.marked_yaml import Entry
from phonetui.core.push import Outgoing
from phonetui.core.refusal import Refused
from phonetui.server.connectors.connector import Connector, PulledVoter
from phonetui.server.connectors.files_voters import FindColumns, look, read_voters
from phonetui.server.connectors.files_whole import check_folder


class VoterList(Struct, frozen=True):
    """A file that voters come from, and what finds its columns."""

    file: Path
    find: FindColumns


class DayFiles(Struct, frozen=True):
    """A folder with a file a day; `write` writes one. `lacks` is what `Writes.lacks` says."""

    folder: Path
    name: Callable[[date], str]
    write: Callable[[Path, Sequence[Outgoing]], None]
    lacks: str = ""


def files_connector(
    name: str, voters: VoterList | None, results: DayFiles | None, losses: Callable[[], Iterable[str]]
) -> Connector:
    """A connector that pulls where there is a list, and writes where there is a folder; `Refused` where neither is."""
    if voters and results:
        return _Both(voters, results, losses)
    if voters:
        return _List(voters, losses)
    if results:
        return _Results(results, losses)
    raise Refused(f"The connection {name} names no file for voters and no folder for results; add one of them to it.")


def read_place(found: Mapping[str, Entry], key: str) -> Path | None:
    """The file or folder at a key of a connection's file; None where the key is not there, and after a mistake.

    It is a whole path, for the server and the organiser do not run in the same folder.
    """
    if key not in found:
        return None
    written = found[key].text("a path")
    if written and not Path(written).is_absolute():
        found[key].refuse(f"write the whole path, such as {found[key].example}; found `{written}`")
        return None
    return Path(written) if written else None


class _List:
    def __init__(self, voters: VoterList, losses: Callable[[], Iterable[str]]) -> None:
        self._voters = voters
        self.losses = losses

    def check(self) -> Iterable[str]:
        yield f"{self._voters.file}: {look(self._voters.file, self._voters.find)}"
        yield from self.losses()

    def close(self) -> None:
        """There is nothing to end."""

    def pull(self) -> Iterator[PulledVoter]:
        return read_voters(self._voters.file, self._voters.find)


class _Results:
    def __init__(self, results: DayFiles, losses: Callable[[], Iterable[str]]) -> None:
        self._results = results
        self.losses = losses
        self.lacks = results.lacks

    def check(self) -> Iterable[str]:
        check_folder(self._results.folder)
        yield f"{self._results.folder}: a file a day can be written there."
        yield from self.losses()

    def close(self) -> None:
        """There is nothing to end."""

    def write(self, day: date, outcomes: Sequence[Outgoing]) -> Path:
        file = self._results.folder / self._results.name(day)
        self._results.write(file, outcomes)
        return file


class _Both(_List):
    def __init__(self, voters: VoterList, results: DayFiles, losses: Callable[[], Iterable[str]]) -> None:
        super().__init__(voters, losses)
        self._results = _Results(results, tuple)
        self.lacks = results.lacks

    def check(self) -> Iterable[str]:
        yield from self._results.check()
        yield from super().check()

    def write(self, day: date, outcomes: Sequence[Outgoing]) -> Path:
        return self._results.write(day, outcomes)
