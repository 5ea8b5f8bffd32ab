"""Voter files: each row becomes a voter, or is refused with its reason."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import BinaryIO
from unicodedata import is_normalized

from msgspec import Struct

from phonetui.core.refusal import Refused
from phonetui.core.text import clean
from phonetui.core.voter import Address, Phone, PhoneKind, Voter
from phonetui.server.columns import PHONES, Columns, map_columns, recognise
from phonetui.server.delimited import DelimitedFile
from phonetui.server.identity import id_key, name_key
from phonetui.server.letter_case import address_case, name_case, suffix_case
from phonetui.server.numbers import NO_NUMBER, e164
from phonetui.server.zones import zone_table

NO_NAME = "no name"
REMOVED = "registration removed"
DENIED = "registration denied"
CONFIDENTIAL = "confidential record"

#: What is kept of a field, in characters; of elections and tags, the last and the first so many.
LONGEST = 120
MOST_ELECTIONS = 20
MOST_TAGS = 10
#: Ages beyond are mistakes of the file.
OLDEST = 125

_STATUSES = {
    **dict.fromkeys(("r", "rem", "removed", "cancelled", "canceled", "purged", "deceased", "ineligible"), REMOVED),
    **dict.fromkeys(("d", "den", "denied", "rejected"), DENIED),
}
_YES = frozenset({"y", "yes", "true", "t", "1", "x"})
_DID_NOT_VOTE = frozenset({"", "n", "no", "0", "f", "false", "-", "none", "null", "na", "n/a", "nv", "did not vote"})
_KINDS: dict[str, PhoneKind] = {
    "preferred_phone": "preferred",
    "cell_phone": "cell",
    "home_phone": "home",
    "work_phone": "work",
}
_YEAR = re.compile(r"(?:18|19|20)\d\d")
#: An address that a mail program takes as it stands, without a name beside it.
_MAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)+")
_SEVERAL = re.compile(r"[,;|]")


class VoterRow(Struct, frozen=True, gc=False):
    """A row that holds a voter, whose `voter_id` is not known yet."""

    line: int
    file_key: str
    voter: Voter


class RefusedRow(Struct, frozen=True, gc=False):
    """A row that is left out. `file_key` is set where a voter of an earlier file must not be called any more.

    That is so for confidential records alone: where voters move, the register holds an old record beside the new one.
    """

    line: int
    row_id: str
    reason: str
    file_key: str = ""


class VoterFile:
    """A voter file that is open for one reading.

    Raises `Refused` for what is not a delimited file, and for mistakes in the map file. `year` is the present one, from
    which a year of birth tells the age. With `bare_numbers` a file of one column may do without a header.
    `content` is what is in it, where it is not on this disk.
    """

    def __init__(
        self,
        path: Path,
        map_file: Path | None,
        year: int,
        *,
        bare_numbers: bool = False,
        content: BinaryIO | None = None,
    ) -> None:
        self.file = DelimitedFile(path, content)
        if bare_numbers and _is_bare_number(self.file.header):
            self.file.name_columns("Phone")
        self.columns = self._columns(map_file)
        self._year = year
        self._zones = zone_table()
        self._phones = [(_KINDS.get(field, ""), place) for field in PHONES for place in self.columns.of[field]]
        read = self.columns.reader
        self._id, self._status, self._confidential = read("id"), read("status"), read("confidential")
        self._first, self._middle, self._last = read("first_name"), read("middle_name"), read("last_name")
        self._suffix, self._name, self._age, self._born = read("suffix"), read("name"), read("age"), read("born")
        self._party, self._language, self._precinct = read("party"), read("language"), read("precinct")
        self._street, self._unit, self._city = read("address"), read("unit"), read("city")
        self._state, self._zip, self._tags = read("state"), read("zip"), read("tags")
        self._email = read("email")
        used = {place for places in self.columns.of.values() for place in places}
        self._used = sorted(used | {place for _, place in self.columns.elections})

    def _columns(self, map_file: Path | None) -> Columns:
        recognised = recognise(self.file.header)
        if map_file is None:
            return recognised
        try:
            return map_columns(recognised, self.file.header, map_file)
        except Refused:
            self.file.close()
            raise

    def __enter__(self) -> VoterFile:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.file.close()

    def rows(self) -> Iterator[VoterRow | RefusedRow]:
        """All rows. Raises `Refused` where the file has no column for numbers or for names."""
        self.require("phone", *PHONES)
        self.require("name", "first_name", "last_name", "name")
        registered = self.columns.has("status", "confidential")
        for line, fields, reason in self.file.rows():
            if reason:
                yield RefusedRow(line, "", reason)
                continue
            self.clean(fields)
            row_id = self._id(fields)
            if registered and (reason := self._registration(fields)):
                yield RefusedRow(line, row_id, reason, id_key(row_id) if row_id and reason == CONFIDENTIAL else "")
                continue
            try:
                voter = self._voter(fields)
            except Refused as refused:
                yield RefusedRow(line, row_id, str(refused))
            else:
                yield VoterRow(line, id_key(row_id) if row_id else name_key(voter, voter.number), voter)

    def require(self, what: str, *fields: str) -> None:
        """Raises `Refused` unless the file has a column for one of the fields."""
        if not self.columns.has(*fields):
            raise Refused(
                f"{self.file.path.name} has no {what} column that is recognised; "
                f"if it has one, name it in a map file: --map FILE.yaml with a line such as `{what}: its column`."
            )

    def has_no_rows(self) -> Refused:
        """What is said of a file that is nothing but a header."""
        return Refused(f"{self.file.path.name} has no rows under its header; export it again.")

    def clean(self, fields: list[str]) -> None:
        """Makes each text that is read from the row one clean line, without double spaces."""
        row = "|".join(fields)  # one look at all of it is enough for most rows
        plain = row.isprintable() and is_normalized("NFC", row) and max(map(len, fields)) <= LONGEST
        if plain and "  " not in row and " |" not in row and "| " not in row and row == row.strip():
            return
        for place in self._used:
            fields[place] = " ".join(clean(fields[place], LONGEST).split())

    def row_id(self, fields: Sequence[str]) -> str:
        """The file's own id of the row's voter."""
        return self._id(fields)

    def phones(self, fields: Sequence[str]) -> tuple[Phone, ...]:
        """The row's numbers in the order in which to call them; raises `Refused` when none can be dialed."""
        found: dict[str, PhoneKind] = {}
        why_not = NO_NUMBER
        for kind, place in self._phones:
            if not (written := fields[place]):
                continue
            try:
                number = e164(written)
            except Refused as refused:
                why_not = str(refused) if why_not == NO_NUMBER else why_not
                continue
            if found.get(number, "") in ("", "preferred"):
                found[number] = kind or found.get(number, "")
        if not found:
            raise Refused(why_not)
        return tuple(Phone(number, kind) for number, kind in found.items())

    def names(self, fields: Sequence[str]) -> tuple[str, str, str, str]:
        """First, last and middle name, and suffix, none in capitals; at least one of the first two, or `Refused`."""
        first, middle, last = self._first(fields), self._middle(fields), self._last(fields)
        if not first and not last:
            first, middle, last = _divided(self._name(fields))
        if not first and not last:
            raise Refused(NO_NAME)
        return name_case(first), name_case(last), name_case(middle), suffix_case(self._suffix(fields))

    def _voter(self, fields: Sequence[str]) -> Voter:
        phones = self.phones(fields)
        names = self.names(fields)
        address = self._address(fields)
        zones, zone_source = self._zones.find(address.zip_code, address.state, phones[0].number)
        return Voter(
            "",
            *names,
            age=self._years(fields),
            party=self._party(fields),
            language=self._language(fields),
            phones=phones,
            address=address,
            precinct=self._precinct(fields),
            zones=zones,
            zone_source=zone_source,
            elections=self._elections(fields) if self.columns.elections else (),
            tags=_tags(self._tags(fields)),
            email=_mail_address(self._email(fields)),
        )

    def _registration(self, fields: Sequence[str]) -> str:
        """Why nobody may call this record, as far as the register of voters says."""
        if self._confidential(fields).casefold() in _YES:
            return CONFIDENTIAL
        return _STATUSES.get(self._status(fields).casefold(), "")

    def _address(self, fields: Sequence[str]) -> Address:
        street, unit = self._street(fields), self._unit(fields)
        if unit:
            street = f"{street} {unit if ' ' in unit or unit.startswith('#') else f'Unit {unit}'}".strip()
        zip_code = self._zip(fields)
        if 3 <= len(zip_code) < 5 and zip_code.isdecimal():  # a spreadsheet took it for an amount
            zip_code = zip_code.zfill(5)
        return Address(address_case(street), address_case(self._city(fields)), self._state(fields), zip_code)

    def _years(self, fields: Sequence[str]) -> int | None:
        written = self._age(fields)
        born = None if written else _YEAR.search(self._born(fields))
        age = int(written) if written.isdecimal() and len(written) < 4 else self._year - int(born[0]) if born else 0
        return age if 0 < age <= OLDEST else None

    def _elections(self, fields: Sequence[str]) -> tuple[str, ...]:
        voted = {
            election for election, place in self.columns.elections if fields[place].casefold() not in _DID_NOT_VOTE
        }
        return tuple(sorted(voted)[-MOST_ELECTIONS:])


def _is_bare_number(header: list[str]) -> bool:
    letters = [letter for letter in "".join(header) if letter.isalnum()]
    return len(header) == 1 and bool(letters) and all(letter.isdigit() for letter in letters)


def _divided(name: str) -> tuple[str, str, str]:
    """First, middle and last name of `Jane Q. Public` or `Public, Jane Q.`."""
    last, comma, rest = name.partition(",")
    words = rest.split() if comma else name.split()
    if not comma:
        last = words.pop() if len(words) > 1 else ""
    first, *middle = words or [""]
    return first, " ".join(middle), last.strip()


def _mail_address(written: str) -> str:
    return written if _MAIL.fullmatch(written) else ""


def _tags(written: str) -> tuple[str, ...]:
    return tuple(filter(None, map(str.strip, _SEVERAL.split(written))))[:MOST_TAGS] if written else ()
