"""Voters from a saved list, or from one that was exported by hand; each person is read where that is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from phonetui.core.refusal import Refused
from phonetui.server.columns import PHONES
from phonetui.server.connectors.connector import PulledVoter, Setup, SystemDown, SystemRefused, WrongKey
from phonetui.server.connectors.van_export import export
from phonetui.server.connectors.van_people import ExportColumns, with_person
from phonetui.server.connectors.van_server import VanServer
from phonetui.server.connectors.van_settings import VanSettings
from phonetui.server.delimited import DelimitedFile

#: The name of the file as which the list comes.
EXPORT = "export.csv"
#: Of so many people one may have been merged or moved since the list was saved.
ONE_OF = 50
#: So many who are not shown, before anybody is, mean that the key shows nobody.
ENOUGH = 10
#: What is said of those who are not shown.
HIDDEN = (
    "left out, for NGP VAN does not show them to this key (it answered {status}), so nobody here knows whether they "
    "may be called"
)
#: What has an import leave somebody out, and takes out of calling who is known.
LEFT_OUT = {"confidential": "yes"}
#: The status of an answer to a key that is not let in.
SHUT_OUT = 401


def pull(setup: Setup, server: VanServer, settings: VanSettings) -> Iterator[PulledVoter]:
    """All who are on the list, each once; who was merged away since it was exported is not on it any more."""
    if settings.vanids is not None:
        yield from _voters(server, settings, settings.vanids, str(settings.vanids))
        return
    if not settings.list_id:
        raise Refused(f"The connection {setup.name} says nowhere which voters to pull; add `list` to its file.")
    listed = server.saved_list(settings.list_id)
    file, what = setup.folder / EXPORT, f"The export of {listed.name}"
    export(server, settings, file, setup.wait)
    _look_whether_whole(file, settings, what, listed.list_count or 0)
    yield from _voters(server, settings, file, what)


def _look_whether_whole(file: Path, settings: VanSettings, what: str, counted: int) -> None:
    """Raises `SystemDown` where more are missing than may have left, before each person is asked for."""
    came = sum(1 for _ in _rows(file, settings, what))
    if came < counted - max(1, counted // ONE_OF):
        raise SystemDown(
            f"{what} has {came:,} of the {counted:,} people that NGP VAN counts on the list: it was cut off, or they "
            "were merged or moved since the list was saved. Pull again; if that stays so, save the list once more in "
            "NGP VAN."
        )


def _voters(server: VanServer, settings: VanSettings, file: Path, what: str) -> Iterator[PulledVoter]:
    """Raises `Refused` where nobody is left, so that a wrong list does not empty the campaign."""
    count = found = 0
    people = _People(server)
    for fields in _rows(file, settings, what):
        count += 1
        voter = people.read(fields) if settings.reads_people else PulledVoter(fields)
        if voter is not None:
            found += 1
            yield voter
    people.check()
    if not count:
        raise Refused(f"{what} has nobody on it; look whether it is the right list.")
    if not found:
        raise Refused(
            f"None of the {count:,} people of {what} is in {settings.database_name}; look whether `database` is right."
        )


class _People:
    """Reads people one by one. Whom VAN does not show, while it shows others, is not called: they may not want it."""

    def __init__(self, server: VanServer) -> None:
        self._server = server
        self._answered = self._hidden = 0
        self._last: SystemRefused | WrongKey | None = None

    def read(self, fields: Mapping[str, str]) -> PulledVoter | None:
        """None for who is not there any more; raises what VAN said where it shows nobody."""
        try:
            person = self._server.person(int(fields["id"]))
        except (SystemRefused, WrongKey) as refused:
            self._hidden += 1
            if refused.status == SHUT_OUT or (self._hidden == ENOUGH and not self._answered):
                raise
            self._last = refused
            return PulledVoter({**fields, **LEFT_OUT}, remark=HIDDEN.format(status=refused.status))
        self._answered += 1
        return None if person is None else with_person(fields, person)

    def check(self) -> None:
        """At the end; raises what VAN said where it has hidden more people than not."""
        if self._last and self._hidden > self._answered:
            raise self._last


def _rows(file: Path, settings: VanSettings, what: str) -> Iterator[dict[str, str]]:
    """The fields of each row; of one person that is there twice the first."""
    with DelimitedFile(file) as rows:
        columns = ExportColumns(rows.header, settings.database, what)
        if not settings.reads_people and not columns.columns.has(*PHONES):
            raise Refused(
                f"{what} has no column with numbers; write `read: people`, or choose another `export_type`. It has "
                f"{', '.join(rows.header)}."
            )
        seen = set[str]()
        for line, row, reason in rows.rows():
            van_id = "" if reason else columns.van_id(row)
            if not van_id:
                raise Refused(
                    f"Line {line} of {what} has no VANID{f', for {reason}' if reason else ''}; export it again."
                )
            if van_id not in seen:
                seen.add(van_id)
                yield columns.fields(row)
