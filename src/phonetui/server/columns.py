"""Which column of a file holds what: recognised by its name, or named by the organiser in a map file."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from pathlib import Path

from msgspec import Struct

from phonetui.core.marked_yaml import Entry, Page, did_you_mean
from phonetui.core.refusal import Refused

#: The fields of a voter file, each with the names of its columns, best first; letters and digits are all that counts.
VOTER_FIELDS = {
    "id": "Voter File VANID, VANID, My Voters VANID, ncid, Unique Identifier, Unique ID, State Voter ID, SOS VoterID, "
    "State File ID, State ID, Voter ID, VoterID Number, DWID, External ID, Contact ID, Person ID, Voter Reg Num, "
    "Registration Number, ID",
    "first_name": "First Name, First, Given Name, FName, Name First",
    "middle_name": "Middle Name, Middle, Middle Initial, MName, Name Middle",
    "last_name": "Last Name, Last, Surname, Family Name, LName, Name Last",
    "suffix": "Suffix, Name Suffix, name_suffix_lbl, Name Suffix Label",
    "name": "Name, Full Name, Voter Name, Contact Name",
    "age": "Age, age_at_year_end, Voter Age",
    "born": "Birth Year, Year of Birth, Birth Date, Date of Birth, DOB, Birthdate, YOB",
    "party": "Party, party_cd, Party Affiliation, Political Party, Party Name, Registered Party, Party Code",
    "language": "Spoken Language, Language, Preferred Language, Primary Language",
    "preferred_phone": "Preferred Phone, Preferred Phone Number, Best Phone, Primary Phone",
    "phone": "Phone, Phone Number, full_phone_number, Telephone, Telephone Number, Contact Phone, Tel, Number",
    "cell_phone": "Cell Phone, Cell, Mobile, Mobile Phone, Cell Phone Number, Mobile Number, Phone Cell, Phone Mobile",
    "home_phone": "Home Phone, Home, Landline, Landline Phone, Home Phone Number, Phone Home",
    "work_phone": "Work Phone, Work, Business Phone, Office Phone, Work Phone Number, Phone Work",
    "email": "Email, E-mail, Email Address, Preferred Email, Home Email, Personal Email, Work Email, E-mail Address",
    "address": "Address, res_street_address, Residential Address, Residence Address, Street Address, Address 1, "
    "Address Line 1, Voting Address, Registration Address, Street, VAddress",
    "unit": "Unit, Apt, Apartment, Unit Number, Apt Number, Address 2, Address Line 2",
    "city": "City, res_city_desc, Residential City, Residence City, Town, VCity",
    "state": "State, state_cd, Residential State, Residence State, VState, State Code",
    "zip": "Zip, Zip5, zip_code, Postal Code, Residential Zip, Residence Zip, VZip, VZip5, Zip 9, Zip Plus 4",
    "precinct": "Precinct Name, precinct_desc, Precinct, precinct_abbrv, Precinct Code, Precinct Number",
    "status": "status_cd, Registration Status, Voter Status, voter_status_desc, Status",
    "confidential": "confidential_ind, Confidential, Confidential Flag, Confidential Record",
    "tags": "Tags, Tag",
    "elections": "",
}
PHONES = ("preferred_phone", "phone", "cell_phone", "home_phone", "work_phone")

_WORD = re.compile(r"[a-z]+|\d+")
_KINDS = {
    "general": "general", "gen": "general", "g": "general",
    "primary": "primary", "prim": "primary", "pri": "primary", "p": "primary",
    "runoff": "runoff", "special": "special", "spec": "special", "s": "special",
    "municipal": "municipal", "muni": "municipal", "mun": "municipal", "m": "municipal",
    "presidential": "presidential", "pres": "presidential", "local": "local", "county": "county",
    "midterm": "midterm", "school": "school", "city": "city",
}  # fmt: skip
_BESIDE = frozenset({"voted", "vote", "voter", "history", "in", "the", "election", "elections", "e", "el"})


class Columns(Struct, frozen=True):
    """Where the fields are: for each field its columns, best first; for each election its column.

    `joined` fields are made of all their columns, because a map file says so.
    """

    of: dict[str, tuple[int, ...]]
    elections: tuple[tuple[str, int], ...] = ()
    joined: frozenset[str] = frozenset()

    def has(self, *fields: str) -> bool:
        """Whether the file has a column for any of the fields."""
        return any(self.of[field] for field in fields)

    def reader(self, field: str) -> Callable[[Sequence[str]], str]:
        """What takes the field's text, as it is written, out of a row; it gives an empty text without a column."""
        places = self.of[field]
        if not places:
            return lambda _row: ""
        if len(places) == 1:
            return itemgetter(places[0])
        if field in self.joined:
            return lambda row: " ".join(row[place] for place in places if row[place])
        return lambda row: next((row[place] for place in places if row[place].strip()), "")


def recognise(header: Sequence[str], fields: Mapping[str, str] = VOTER_FIELDS) -> Columns:
    """The columns whose names are known; letter case, spaces and signs do not count."""
    plain = [_plain(name) for name in header]
    of = {
        field: tuple(plain.index(name) for name in map(_plain, names.split(",")) if name and name in plain)
        for field, names in fields.items()
    }
    elections = ((_election(name), place) for place, name in enumerate(header))
    return Columns(of, tuple((election, place) for election, place in elections if election))


def map_columns(columns: Columns, header: Sequence[str], file: Path) -> Columns:
    """The same with what the map file says in place of what was recognised.

    Raises `Refused` with every mistake in the map, each with file and line.
    """
    page = Page(file.name)
    try:
        top = page.top(file.read_text("utf-8"), "cell_phone: Tel. 2")
    except OSError as error:
        raise Refused(f"{file} cannot be read ({error.strerror}); name a file that may be read.") from None
    except UnicodeDecodeError:
        raise Refused(f"{file.name} is not UTF-8 text; save it as UTF-8.") from None
    examples = dict.fromkeys(VOTER_FIELDS, "Column name")
    said = {field: _places(entry, header) for field, entry in (top.mapping(examples) if top else {}).items()}
    if page.mistakes:
        raise Refused("\n".join(map(str, page.mistakes)))
    elections = tuple((_election(header[place]) or header[place], place) for place in said.pop("elections", ()))
    return Columns({**columns.of, **said}, elections or columns.elections, frozenset(said))


def _places(entry: Entry, header: Sequence[str]) -> tuple[int, ...]:
    """The columns that a line of the map names, by name exactly or but for case, spaces and signs."""
    entries = entry.items("Column name") if entry.is_list else [entry]
    plain = [_plain(name) for name in header]
    places = []
    for column in entries:
        name = column.text("a column name, or a list of them")
        if name in header:
            places.append(header.index(name))
        elif _plain(name) in plain:
            places.append(plain.index(_plain(name)))
        elif name:
            column.refuse(f"the file has no column `{name}`{did_you_mean(name, header, 'look at its first line')}")
    return tuple(places)


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _election(name: str) -> str:
    """`2022 general` for `General_2022`, `voted 2022 general`, `General22`; empty for what is no election."""
    words = _WORD.findall(name.casefold())
    years = [word for word in words if word.isdigit()]
    kinds = [_KINDS[word] for word in words if word in _KINDS]
    if len(years) != 1 or not kinds or any(not (w.isdigit() or w in _KINDS or w in _BESIDE) for w in words):
        return ""
    year = years[0] if len(years[0]) == 4 else f"20{years[0]}"
    return f"{year} {' '.join(kinds)}" if re.fullmatch(r"(19|20)\d\d", year) else ""
