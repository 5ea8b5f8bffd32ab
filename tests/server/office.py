"""An organiser at the campaign's own machine: imports files, and looks at what came of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Table, select

from phonetui.core.campaign import Campaign
from phonetui.core.voter import Voter
from phonetui.server import tables
from phonetui.server.engine import plain_engine
from phonetui.server.places import PlacesReport, import_places
from phonetui.server.voter_import import ImportReport, Progress, import_voters
from phonetui.server.voter_marks import How, MarkReport, mark
from phonetui.server.voter_undo import UndoReport, undo_import

from .phone_bank import TURNOUT

SAMPLES = Path(__file__).parent.parent / "voter_files"
VAN = SAMPLES / "van-my-voters.txt"
NORTH_CAROLINA = SAMPLES / "ncvoter-sample.txt"
THRUTALK = SAMPLES / "thrutalk-contacts.csv"

NOON = datetime(2026, 10, 6, 16, 0, tzinfo=UTC)
ERASING_KEY = b"e" * 32


class Office:
    """Files are written to `folder`; rows are of the campaign `turnout` unless another is named."""

    def __init__(self, url: str, folder: Path) -> None:
        self.engine = plain_engine(url)
        self.folder = folder
        self.add(TURNOUT)

    def add(self, campaign: Campaign) -> None:
        """Takes a campaign into use."""
        row = {"campaign_id": campaign.campaign_id, "version": 1, "state": "open", "source": "", "added_at": NOON}
        self.insert(tables.campaigns, {**row, "body": msgspec.json.encode(campaign)})

    def file(self, text: str, name: str = "voters.csv", encoding: str = "utf-8") -> Path:
        """A file of that text."""
        path = self.folder / name
        path.write_bytes(text.encode(encoding))
        return path

    def imports(
        self, file: Path | str, campaign: Campaign = TURNOUT, *, dry_run: bool = False, progress: Progress | None = None
    ) -> ImportReport:
        """Imports a file, or text as one; the refused rows go beside it, or to the folder for a sample file."""
        path = file if isinstance(file, Path) else self.file(file)
        with self.engine.connect() as connection:
            return import_voters(
                connection,
                campaign.campaign_id,
                path,
                erasing_key=ERASING_KEY,
                now=NOON,
                refused_file=self.folder / f"{path.name}.refused.csv" if path.parent == SAMPLES else None,
                dry_run=dry_run,
                progress=progress,
            )

    def undoes(self, import_id: int) -> UndoReport:
        """Takes an import back."""
        with self.engine.connect() as connection:
            return undo_import(connection, "turnout", import_id, NOON)

    def marks(self, how: How, text: str) -> MarkReport:
        """Marks the voters of a file of that text."""
        with self.engine.connect() as connection:
            return mark(connection, "turnout", self.file(text, "marked.csv"), how, now=NOON)

    def imports_places(self, text: str) -> PlacesReport:
        """Imports polling places from a file of that text."""
        with self.engine.connect() as connection:
            return import_places(connection, "turnout", self.file(text, "places.csv"))

    # -- what is in the database ---------------------------------------------------------------------------------------

    def rows(self, table: Table, *, campaign: Campaign = TURNOUT) -> list[Any]:
        """The campaign's rows of a table, by primary key."""
        of_campaign = select(table).where(table.c.campaign_id == campaign.campaign_id)
        with self.engine.connect() as connection:
            return list(connection.execute(of_campaign.order_by(*table.primary_key.columns)))

    def insert(self, table: Table, *rows: Mapping[str, object]) -> None:
        """Adds rows to a table."""
        with self.engine.begin() as connection:
            for row in rows:
                connection.execute(table.insert().values(dict(row)))

    def set(self, table: Table, values: dict[str, object], **where: object) -> None:
        """Changes the rows in which columns have these values."""
        these = [table.c[name] == value for name, value in where.items()]
        with self.engine.begin() as connection:
            connection.execute(table.update().where(*these).values(values))

    def voters(self) -> list[Voter]:
        """The campaign's voters in the order in which they were added."""
        return [msgspec.json.decode(row.body, type=Voter) for row in self.rows(tables.voters)]

    def voter(self, first_name: str) -> Voter:
        """The voter of that first name."""
        return next(voter for voter in self.voters() if voter.first_name == first_name)

    def ended(self) -> dict[str, str]:
        """First names, and why they are not called again."""
        return {self._first_name(row): row.ended for row in self.rows(tables.voters)}

    def households(self, *, states: Iterable[str] = ("ready", "lent", "resting", "closed")) -> list[tuple[str, ...]]:
        """The first names in each household, in the order in which households are lent."""
        members: defaultdict[int | None, list[tuple[int, str]]] = defaultdict(list)
        for row in self.rows(tables.voters):
            members[row.household_id].append((row.position, self._first_name(row)))
        homes = sorted(self.rows(tables.households), key=lambda home: (home.rank, home.household_id))
        return [tuple(name for _, name in sorted(members[home.household_id])) for home in homes if home.state in states]

    def household(self, first_name: str) -> Any:
        """The household of the voter of that first name; none where there is nobody to call."""
        voter_id = int(self.voter(first_name).voter_id)
        home = next(row.household_id for row in self.rows(tables.voters) if row.voter_id == voter_id)
        return next((row for row in self.rows(tables.households) if row.household_id == home), None)

    def everything(self) -> dict[str, list[Any]]:
        """All that imports write, save the imports themselves."""
        kept = (tables.voters, tables.households, tables.replaced_voters, tables.lists)
        return {table.name: self.rows(table) for table in kept}

    @staticmethod
    def _first_name(row: Any) -> str:
        return msgspec.json.decode(row.body, type=Voter).first_name


def refused(report: ImportReport) -> list[str]:
    """The lines of the file of refused rows, without its header."""
    return Path(report.refused_file).read_text("utf-8").splitlines()[1:]
