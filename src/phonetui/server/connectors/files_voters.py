"""Voters out of a delimited file: the whole list, or a sentence on why it cannot be had."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from phonetui.core.marked_yaml import did_you_mean
from phonetui.core.refusal import Refused
from phonetui.server.columns import PHONES, VOTER_FIELDS, Columns, map_columns, recognise
from phonetui.server.connectors.connector import PulledVoter
from phonetui.server.delimited import DelimitedFile

#: Finds the columns of the file; raises `Refused` for one that it names and the file has not.
FindColumns = Callable[[DelimitedFile], Columns]
#: What a voter of a connected list cannot do without: outcomes go back by the id. Each with the fields that will do.
NEEDED = {"id": ("id",), "phone": PHONES, "name": ("first_name", "last_name", "name")}


class Look(Struct, frozen=True):
    """What a file holds: its rows, the field that each column is read as, and the columns that are left out."""

    rows: int
    read: Mapping[str, str]
    left_out: tuple[str, ...]

    def __str__(self) -> str:
        """One sentence, or two."""
        read = ", ".join(f"{column} as {field}" for column, field in self.read.items())
        left_out = f" Left out: {', '.join(self.left_out)}." if self.left_out else ""
        return f"{self.rows:,} {'row' if self.rows == 1 else 'rows'}; read are {read}.{left_out}"


def by_map_file(map_file: Path | None) -> FindColumns:
    """Columns by their usual names, and by those that a map file gives them."""

    def find(file: DelimitedFile) -> Columns:
        recognised = recognise(file.header)
        return map_columns(recognised, file.header, map_file) if map_file else recognised

    return find


def by_names(named: Mapping[str, Sequence[str]]) -> FindColumns:
    """The columns of these names for each field; for other fields those that are recognised."""

    def find(file: DelimitedFile) -> Columns:
        recognised = recognise(file.header)
        places = {field: tuple(_place(file, name, field) for name in names) for field, names in named.items()}
        taken = {place for found in places.values() for place in found}
        others = {
            field: tuple(place for place in found if place not in taken) for field, found in recognised.of.items()
        }
        return Columns({**others, **places}, recognised.elections, frozenset(named))

    return find


def read_voters(path: Path, find: FindColumns) -> Iterator[PulledVoter]:
    """All voters of the file.

    Raises `Refused` for a file that is not there, that changes meanwhile, that lacks a column, and for the first row
    that does not fit the header: whoever is missing would be taken for withdrawn.
    """
    before = _state(path)
    with DelimitedFile(path) as file:
        columns = _columns(file, find)
        readers = {field: columns.reader(field) for field in VOTER_FIELDS if columns.has(field)}
        for line, fields, reason in file.rows():
            if reason:
                raise Refused(f"{path.name} line {line}: {reason}; mend the row, or wait until the file is complete.")
            found = {field: read(fields).strip() for field, read in readers.items()}
            numbers = {field: _numbers(fields, columns.of[field]) for field in PHONES}
            found |= {field: next(iter(written), "") for field, written in numbers.items()}
            voted = {election: fields[place] for election, place in columns.elections}
            further = {field: written[1:] for field, written in numbers.items() if written[1:]}
            yield PulledVoter({field: text for field, text in found.items() if text} | voted, further)
    if _state(path) != before:
        raise Refused(f"{path.name} was written to while it was read; pull again when it is complete.")


def look(path: Path, find: FindColumns) -> Look:
    """Reads the file without taking anything from it; raises `Refused` as `read_voters` does."""
    with DelimitedFile(path) as file:
        columns = _columns(file, find)
        header = file.header
        read = {header[place]: field for field, places in columns.of.items() for place in places}
        read |= {header[place]: election for election, place in columns.elections}
    rows = sum(1 for _ in read_voters(path, find))
    return Look(rows, read, tuple(name for name in header if name and name not in read))


def _unknown(sentence: str, name: str, known: Sequence[str]) -> Refused:
    """What to raise for a name that is not known: the sentence, and the nearest of those that are, else all."""
    meant = did_you_mean(name, known)
    return Refused(f"{sentence}{meant}" if meant.endswith("?") else f"{sentence}{meant}.")


def _columns(file: DelimitedFile, find: FindColumns) -> Columns:
    columns = find(file)
    for what, fields in NEEDED.items():
        if not columns.has(*fields):
            raise Refused(
                f"{file.path.name} has no {what} column that is recognised, which the list needs; its columns are "
                f"{', '.join(filter(None, file.header))}."
            )
    return columns


def _numbers(fields: Sequence[str], places: Iterable[int]) -> Sequence[str]:
    return [number for place in places if (number := fields[place].strip())]


def _place(file: DelimitedFile, name: str, field: str) -> int:
    """The column of that name, exactly or but for case, spaces and signs."""
    header = file.header
    if name in header:
        return header.index(name)
    plain = [_plain(each) for each in header]
    if _plain(name) not in plain:
        known = [each for each in header if each]
        raise _unknown(f"{file.path.name} has no column {name}, which is read as {field}", name, known)
    return plain.index(_plain(name))


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _state(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError as error:
        raise Refused(f"{path} cannot be read ({error.strerror}); put the list there, then pull again.") from None
    return found.st_size, found.st_mtime_ns
