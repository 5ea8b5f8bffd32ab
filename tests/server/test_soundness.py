"""A server whose database is damaged does not start, and says so before the first caller finds out."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from phonetui.core.refusal import Refused
from phonetui.server import admin, engine, soundness
from phonetui.server.engine import database_url

from .conftest import Clock
from .spoiling import spoil


@pytest.fixture
def server(tmp_path: Path, clock: Clock) -> Path:
    folder = tmp_path / "server"
    admin.init(database_url(folder, None), folder, admin.PUBLIC_URL, {}, clock())
    return folder


def starts(folder: Path) -> None:
    database, _ = admin.open_server(database_url(folder, None), folder, {})
    asyncio.run(database.close())


def test_a_sound_database_is_served(server: Path) -> None:
    starts(server)


@pytest.mark.parametrize("table", ["voters", "events", "settings"])
def test_a_damaged_one_is_not_and_the_way_back_is_said(server: Path, table: str) -> None:
    spoil(server / engine.FILE_NAME, table)
    with pytest.raises(Refused) as refused:
        starts(server)
    assert str(refused.value) in (
        f"The database in {server} is damaged in its table {table}; put a backup in its place with "
        "`phonetui server restore FILE`.",
        f"The database in {server} cannot be opened (database disk image is malformed); stop the server and put a "
        "backup in its place with `phonetui server restore FILE`.",
    )
    assert (table in str(refused.value)) == (table != "settings")  # which is read before


def test_a_start_does_not_wait_for_ever_for_a_large_one(server: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spoil(server / engine.FILE_NAME, "voters")
    monkeypatch.setattr(soundness, "LONGEST", -time.monotonic())
    starts(server)
