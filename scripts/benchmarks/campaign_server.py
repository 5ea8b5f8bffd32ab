"""A campaign server with the demo's campaign, in a folder of the benchmark's own."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from scripts.benchmarks import voter_file

from phonetui.demo.campaign import sample
from phonetui.server import admin
from phonetui.server.engine import database_url, sync_engine
from phonetui.server.keys import read_keys
from phonetui.server.voter_import import import_voters

CAMPAIGN = "riverside"


def make(data: Path, now: datetime, database: str | None = None) -> str:
    """A campaign without voters in the folder, or in the database of that URL; returns SQLAlchemy's URL."""
    url = database_url(data, database)
    admin.init(url, data, admin.PUBLIC_URL, {}, now)
    campaign_file = data / "riverside.yaml"
    campaign_file.write_text(sample(now.date()), encoding="utf-8")
    admin.add_campaign(url, campaign_file, now)
    return url


def add_voters(
    data: Path, rows: int, now: datetime, database: str | None = None, *, shared: float = voter_file.SHARED
) -> None:
    """Imports a voter file of so many rows, `shared` people to a number."""
    file = data / "voters.txt"
    voter_file.write(file, rows, shared)
    with sync_engine(database_url(data, database)).connect() as connection:
        import_voters(connection, CAMPAIGN, file, erasing_key=read_keys(data, {}).erasing, now=now)
    file.unlink()
