"""A campaign server's database of either kind, and a clock that moves only when told."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from phonetui.server import tables
from phonetui.server.engine import FILE_NAME, Database, create_tables, database_url, open_database, plain_engine
from phonetui.server.keys import ServerKeys, keys_from

POSTGRES = "PHONETUI_TEST_POSTGRES"
#: On SQLite alone where there is no PostgreSQL; a test that needs it says so.
KINDS = ["sqlite", "postgresql"] if os.environ.get(POSTGRES) else ["sqlite"]


class Clock:
    """Hands out the same moment until `passes` is called."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **time: float) -> datetime:
        self.now += timedelta(**time)
        return self.now


@pytest.fixture
def clock() -> Clock:
    """Tuesday noon in New York, in the calling season."""
    return Clock(datetime(2026, 10, 6, 16, 0, tzinfo=UTC))


@pytest.fixture
def keys() -> ServerKeys:
    """A server's keys, the same in every test."""
    return keys_from(b"s" * 32)


@pytest.fixture(autouse=True)
def many_sign_in(cheap_passwords: None) -> None:
    """Most of these tests do."""


@contextmanager
def schema(name: str) -> Iterator[str]:
    """An empty schema on the PostgreSQL server named in the environment; skips the test where none is named."""
    if not os.environ.get(POSTGRES):
        pytest.skip(f"The server's tests ran on SQLite alone: {POSTGRES} names no PostgreSQL server.")
    server = make_url(database_url(None, os.environ[POSTGRES]))
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE SCHEMA {name}"))
    inside = server.update_query_dict({"options": f"-csearch_path={name} -csynchronous_commit=off"})
    yield inside.render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text(f"DROP SCHEMA {name} CASCADE"))
    engine.dispose()


@pytest.fixture(scope="session")
def shared_postgres() -> Iterator[str]:
    """A campaign server's schema, made once for all tests."""
    with schema(f"phonetui_test_{os.getpid()}") as url:
        create_tables(url)
        yield url


@pytest.fixture(scope="session")
def empty_server(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A campaign server's SQLite file, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("empty")
    create_tables(database_url(folder, None))
    return folder / FILE_NAME


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path, empty_server: Path) -> Iterator[str]:
    """The URL of an empty campaign server's database, on SQLite and then on PostgreSQL."""
    if request.param == "sqlite":
        shutil.copy(empty_server, tmp_path)
        yield database_url(tmp_path, None)
        return
    shared: str = request.getfixturevalue("shared_postgres")
    yield shared
    with plain_engine(shared).begin() as connection:
        connection.exec_driver_sql("ALTER TABLE audit DISABLE TRIGGER USER")
        connection.exec_driver_sql(";".join(f"DELETE FROM {name}" for name in tables.metadata.tables))
        connection.exec_driver_sql("ALTER TABLE audit ENABLE TRIGGER USER")


@pytest.fixture(params=KINDS)
def bare_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without any table."""
    if request.param == "sqlite":
        yield database_url(tmp_path, None)
        return
    with schema(f"phonetui_bare_{os.getpid()}") as url:
        yield url


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """A campaign server's empty database, opened."""
    opened = open_database(url)
    yield opened
    asyncio.run(opened.close())
