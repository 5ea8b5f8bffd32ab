"""People as VAN has them, and rows of its exports, as fields of a voter file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress

from phonetui.core.refusal import Refused
from phonetui.server.columns import PHONES, VOTER_FIELDS, Columns, recognise
from phonetui.server.connectors.connector import PulledVoter
from phonetui.server.connectors.van_settings import Database
from phonetui.server.connectors.van_wire import Person, VanPhone, plain
from phonetui.server.numbers import e164

#: The names of the column that holds the id by which VAN finds a person, best first: each database has ids of its own.
VANID_COLUMNS: dict[Database, tuple[str, ...]] = {
    "my_voters": ("Voter File VANID", "My Voters VANID", "VANID", "VAN ID"),
    "my_campaign": ("My Campaign VANID", "VANID", "VAN ID"),
}
#: Of VAN's types of phones; a fax is left out, and a main number has no kind.
FIELDS = {"H": "home_phone", "W": "work_phone", "C": "cell_phone"}
FAX = "F"
#: The suppression that is about calls, by code or in words.
DO_NOT_CALL = frozenset({"nc", "donotcall"})


class ExportColumns:
    """Where the fields are in an export; raises `Refused`, with the columns that there are, for one without ids."""

    def __init__(self, header: Sequence[str], database: Database, what: str) -> None:
        names = [plain(name) for name in header]
        found = (names.index(plain(name)) for name in VANID_COLUMNS[database] if plain(name) in names)
        self._van_id = next(found, -1)
        if self._van_id < 0:
            raise Refused(
                f"{what} has no column {' or '.join(VANID_COLUMNS[database])}; it has {', '.join(header)}. Choose a "
                "format with VANIDs, or look whether `database` is right."
            )
        self._columns = recognise(header)
        self._of = {
            field: self._columns.reader(field)
            for field in VOTER_FIELDS
            if field not in ("id", "elections") and self._columns.has(field)
        }

    @property
    def columns(self) -> Columns:
        """All that were recognised."""
        return self._columns

    def van_id(self, row: Sequence[str]) -> str:
        """The row's VANID, in digits; empty where it has none."""
        written = row[self._van_id].strip()
        return written if written.isascii() and written.isdecimal() else ""

    def fields(self, row: Sequence[str]) -> dict[str, str]:
        """The row's fields that hold something, and each election, whether the voter voted or not."""
        found = {field: read(row).strip() for field, read in self._of.items()}
        voted = {election: row[place].strip() for election, place in self._columns.elections}
        return {"id": self.van_id(row), **{field: text for field, text in found.items() if text}, **voted}


def with_person(fields: Mapping[str, str], person: Person) -> PulledVoter:
    """A row of an export with what reading the person adds, which is newer."""
    kept = {name: text for name, text in fields.items() if name not in PHONES}
    numbers = _phones(person)
    first = {field: written[0] for field, written in numbers.items()}
    read = {**_names(person), **_address(person), **_email(person), **first}
    return PulledVoter(
        {**kept, **{name: text for name, text in read.items() if text}},
        {field: written[1:] for field, written in numbers.items() if written[1:]},
        do_not_call=any(
            not {plain(one.suppression_code or ""), plain(one.suppression_name or "")}.isdisjoint(DO_NOT_CALL)
            for one in person.suppressions or ()
        ),
        remote_ids=_phone_ids(person),
    )


def _names(person: Person) -> dict[str, str]:
    return {
        "first_name": person.first_name or "",
        "middle_name": person.middle_name or "",
        "last_name": person.last_name or "",
        "suffix": person.suffix or "",
    }


def _address(person: Person) -> dict[str, str]:
    """The preferred address, else the first one; whole, so that no city stands beside another's street."""
    addresses = sorted(person.addresses or (), key=lambda one: not one.is_preferred)
    if not addresses or not addresses[0].address_line1:
        return {}
    address = addresses[0]
    return {
        "address": address.address_line1 or "",
        "unit": address.address_line2 or "",
        "city": address.city or "",
        "state": address.state_or_province or "",
        "zip": address.zip_or_postal_code or "",
    }


def _email(person: Person) -> dict[str, str]:
    emails = sorted(person.emails or (), key=lambda one: not one.is_preferred)
    return {"email": emails[0].email or ""} if emails else {}


def _phones(person: Person) -> dict[str, list[str]]:
    """The numbers by field, the preferred one first."""
    found: dict[str, list[str]] = {}
    for phone in _in_order(person):
        number = f"{phone.phone_number} x{phone.ext}" if phone.ext else phone.phone_number or ""
        if phone.is_preferred:
            found.setdefault("preferred_phone", [number])
        found.setdefault(_field(phone), []).append(number)
    return found


def _in_order(person: Person) -> Iterable[VanPhone]:
    dialed = (phone for phone in person.phones or () if phone.phone_number and phone.phone_type != FAX)
    return sorted(dialed, key=lambda phone: not phone.is_preferred)


def _field(phone: VanPhone) -> str:
    """By what VAN has verified: a mobile that somebody entered as a home's number is a mobile."""
    verified = plain((phone.is_cell_status and phone.is_cell_status.status_name) or "")
    if verified == "verifiedcell":
        return "cell_phone"
    return FIELDS.get(phone.phone_type or "", "phone")


def _phone_ids(person: Person) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for phone in _in_order(person):
        with suppress(Refused):
            found.setdefault(("phone", e164(phone.phone_number or "")), str(phone.phone_id))
    return found
