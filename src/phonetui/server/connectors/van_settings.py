"""What a connection's file says of NGP VAN."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from msgspec import Struct

from phonetui.core.campaign_values import read_choice, value
from phonetui.core.marked_yaml import Entry

URL = "https://api.securevan.com/v4"
#: The type of export that most keys have.
USUAL_EXPORT = 4

Database = Literal["my_voters", "my_campaign"]
Reading = Literal["people", "list"]
READINGS: tuple[Reading, ...] = ("people", "list")
#: What the key is followed by.
MODES: dict[Database, int] = {"my_voters": 0, "my_campaign": 1}
DATABASE_NAMES: dict[Database, str] = {"my_voters": "My Voters", "my_campaign": "My Campaign"}

KEYS = {
    "application": "riverside.phonetui",
    "database": "my_voters",
    "list": "4711",
    "vanids": "/srv/lists/weekend.txt",
    "read": "people",
    "export_type": str(USUAL_EXPORT),
    "contact_type": "Phone",
    "input_type": "API",
    "url": URL,
}

TEMPLATE = """# The application's name, as NGP VAN's support wrote it beside the key.
application: YOUR.APPLICATION
# In which of the two databases the list is, and calls are entered: my_voters or my_campaign.
database: my_voters

# The number of the saved list, as its page in VAN shows it.
list: 4711
# Where the key may not export lists: one that you exported by hand, with a column VANID, in place of `list`.
# vanids: /srv/lists/weekend.txt

# people: each person is read, so that the ids of numbers and who is not to be called are known; a request a person.
# list: only the export is read. It is quick, but who is not to be called in VAN is not known here.
read: people

# How calls are entered in VAN, by its own names.
contact_type: Phone
input_type: API
"""


class VanSettings(Struct, frozen=True, kw_only=True):
    """`list_id` is 0 and `vanids` None where nothing is pulled. `read` says whether people are read by themselves."""

    application: str
    database: Database = "my_voters"
    list_id: int = 0
    vanids: Path | None = None
    read: Reading = "people"
    export_type: int = USUAL_EXPORT
    contact_type: str = "Phone"
    input_type: str = "API"
    url: str = URL

    @property
    def mode(self) -> int:
        """What the key is followed by."""
        return MODES[self.database]

    @property
    def reads_people(self) -> bool:
        """Whether each person is read by themselves."""
        return self.read == "people"

    @property
    def database_name(self) -> str:
        """The database as VAN calls it."""
        return DATABASE_NAMES[self.database]


def read_settings(entries: Mapping[str, Entry]) -> VanSettings:
    """The settings; mistakes are written down at the entries."""
    if "list" in entries and "vanids" in entries:
        entries["vanids"].refuse("voters come from `list` or from `vanids`; drop one of the two")

    def text(key: str, otherwise: str) -> str:
        return entries[key].text() if key in entries else otherwise

    def number(key: str, otherwise: int) -> int:
        return entries[key].whole_number() if key in entries else otherwise

    return VanSettings(
        application=text("application", ""),
        database=value(entries, "database", lambda entry: read_choice(entry, tuple(MODES)), "my_voters"),
        list_id=number("list", 0),
        vanids=value(entries, "vanids", _place, None),
        read=value(entries, "read", lambda entry: read_choice(entry, READINGS), "people"),
        export_type=number("export_type", USUAL_EXPORT),
        contact_type=text("contact_type", "Phone"),
        input_type=text("input_type", "API"),
        url=text("url", URL),
    )


def _place(entry: Entry) -> Path | None:
    """A whole path, for the server does not run where the organiser does; None after a mistake."""
    place = Path(entry.text("a path"))
    if not place.is_absolute():
        entry.refuse(f"write the whole path of the file, such as {entry.example}")
        return None
    return place
