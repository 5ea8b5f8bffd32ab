from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, func, select, text, update

from phonetui.core.refusal import Refused
from phonetui.server import engine, tables
from phonetui.server.engine import (
    Database,
    create_tables,
    database_url,
    insert,
    open_database,
    reading_engine,
    sync_engine,
)

from .conftest import Clock


def place(precinct: str) -> dict[str, object]:
    return {"campaign_id": "turnout", "precinct": precinct, "body": b"{}"}


async def count(database: Database) -> int:
    async with database.read() as connection:
        return (await connection.execute(select(func.count()).select_from(tables.places))).scalar_one()


def test_what_is_written_is_there_to_read(database: Database) -> None:
    async def story() -> int:
        async with database.write() as connection:
            await connection.execute(tables.places.insert().values(**place("1")))
        return await count(database)

    assert asyncio.run(story()) == 1


def test_a_failed_transaction_leaves_nothing(database: Database) -> None:
    async def story() -> int:
        with pytest.raises(RuntimeError):
            async with database.write() as connection:
                await connection.execute(tables.places.insert().values(**place("1")))
                raise RuntimeError
        return await count(database)

    assert asyncio.run(story()) == 0


def test_two_writers_at_once_lose_no_update(database: Database) -> None:
    numbers = tables.lists

    async def add_one() -> None:
        async with database.write() as connection:
            chosen = select(numbers.c.priority).with_for_update()
            priority = (await connection.execute(chosen)).scalar_one()
            await asyncio.sleep(0)
            await connection.execute(update(numbers).values(priority=priority + 1))

    async def story() -> int:
        async with database.write() as connection:
            await connection.execute(numbers.insert().values(campaign_id="turnout", list_id=1, name="", priority=0))
        await asyncio.gather(*(add_one() for _ in range(8)))
        async with database.read() as connection:
            priority: int = (await connection.execute(select(numbers.c.priority))).scalar_one()
            return priority

    assert asyncio.run(story()) == 8


def test_a_reader_does_not_wait_for_the_writer(database: Database) -> None:
    async def story() -> int:
        async with database.write() as connection:
            await connection.execute(tables.places.insert().values(**place("1")))
            return await asyncio.wait_for(count(database), 60)

    assert asyncio.run(story()) == 0


def test_a_database_is_closed_once_nobody_looks_into_it(url: str) -> None:
    begun, may_go_on, seen = threading.Event(), threading.Event(), []

    def look(connection: Connection) -> None:
        begun.set()
        may_go_on.wait(60)
        seen.append(connection.scalar(select(func.count()).select_from(tables.places)))

    async def story() -> None:
        database = open_database(url)
        looking = asyncio.create_task(database.look(look))
        await asyncio.to_thread(begun.wait, 60)
        looking.cancel()
        with suppress(asyncio.CancelledError):
            await looking
        closing = asyncio.create_task(database.close())
        closed_at_once, _ = await asyncio.wait([closing], timeout=0.2)
        may_go_on.set()
        await closing
        assert not closed_at_once

    asyncio.run(story())
    assert seen == [0]


def test_an_upsert_speaks_either_dialect(database: Database) -> None:
    async def story() -> object:
        for body in (b"old", b"new"):
            async with database.write() as connection:
                row = insert(connection, tables.places).values(**place("1") | {"body": body})
                row = row.on_conflict_do_update(
                    index_elements=["campaign_id", "precinct"], set_={"body": row.excluded.body}
                )
                await connection.execute(row)
        async with database.read() as connection:
            return (await connection.execute(select(tables.places.c.body))).scalar_one()

    assert asyncio.run(story()) == b"new"


def test_times_come_back_as_they_went_in(database: Database, clock: Clock) -> None:
    async def story() -> object:
        async with database.write() as connection:
            await connection.execute(
                tables.news.insert().values(campaign_id="t", news_id=1, kind="notice", subject="", at=clock())
            )
        async with database.read() as connection:
            return (await connection.execute(select(tables.news.c.at))).scalar_one()

    assert asyncio.run(story()) == clock()


def test_a_database_in_memory_serves_readers_and_writers() -> None:
    async def story() -> int:
        database = Database("sqlite+aiosqlite://")
        async with database.write() as connection:
            await connection.run_sync(tables.metadata.create_all)
        async with database.write() as connection:
            await connection.execute(tables.places.insert().values(**place("1")))
        found = await count(database)
        await database.close()
        return found

    assert asyncio.run(story()) == 1


def test_a_command_shares_the_file_with_the_server(url: str, database: Database) -> None:
    with sync_engine(url).begin() as connection:
        connection.execute(tables.places.insert().values(**place("1")))
    assert asyncio.run(count(database)) == 1


def test_a_command_that_reads_waits_for_no_writer(url: str) -> None:
    with sync_engine(url).begin() as writing, reading_engine(url).connect() as reading:
        writing.execute(tables.places.insert().values(**place("1")))
        assert reading.execute(select(func.count()).select_from(tables.places)).scalar_one() == 0


def test_sqlite_keeps_every_commit_through_a_power_cut(tmp_path: Path) -> None:
    url = database_url(tmp_path, None)
    create_tables(url)
    with sync_engine(url).connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2


def test_folder_and_file_are_private(tmp_path: Path) -> None:
    create_tables(database_url(tmp_path / "server", None))
    assert (tmp_path / "server").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "server" / engine.FILE_NAME).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_may_be_named_as_is_usual(name: str) -> None:
    assert database_url(None, f"{name}://dana:secret@db/calls") == "postgresql+psycopg://dana:secret@db/calls"


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        (None, "Say where the campaign server keeps its data: --data DIR or --database postgresql://…."),
        ("nonsense", "The --database is not a URL; write it as postgresql://user:password@host/database."),
        ("mysql://x/y", "The --database begins with mysql://; only postgresql:// is known, or use --data DIR."),
    ],
)
def test_an_unusable_database_is_refused(url: str | None, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        database_url(None, url)
    assert str(refused.value) == sentence


def test_a_folder_without_a_server_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        open_database(database_url(tmp_path, None))
    assert str(refused.value) == (
        f"There is no campaign server in {tmp_path} yet; make one with `phonetui server init`."
    )
    assert list(tmp_path.iterdir()) == []


def test_a_second_server_in_one_place_is_refused(url: str) -> None:
    with pytest.raises(
        Refused, match=r"^There is a campaign server in .* already; `phonetui server invite` asks people in\.$"
    ):
        create_tables(url)


def set_version(made: Engine, version: str) -> None:
    with made.begin() as connection:
        connection.execute(update(engine.schema_versions).values(version_num=version))


@pytest.mark.parametrize(
    ("version", "sentence"),
    [
        ("0000", "The database in {} is from an older phonetui; run `phonetui server upgrade`."),
        ("9999", "This phonetui is too old for the database in {}; install the newer phonetui."),
    ],
)
def test_another_version_is_one_sentence(tmp_path: Path, version: str, sentence: str) -> None:
    url = database_url(tmp_path, None)
    create_tables(url)
    set_version(sync_engine(url), version)
    with pytest.raises(Refused) as refused:
        open_database(url)
    assert str(refused.value) == sentence.format(tmp_path)


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / engine.FILE_NAME).write_text("Dear diary, this is no database at all, just words. " * 20)
    with pytest.raises(Refused) as refused:
        open_database(database_url(tmp_path, None))
    assert str(refused.value) == (
        f"The database in {tmp_path} cannot be opened (file is not a database); "
        "stop the server and put a backup in its place with `phonetui server restore FILE`."
    )


def test_damage_that_shows_in_the_middle_of_a_command_is_named(tmp_path: Path) -> None:
    url = database_url(tmp_path, None)
    create_tables(url)
    reading = reading_engine(url)
    with reading.connect() as connection:
        pages = select(text("rootpage")).select_from(text("sqlite_master")).where(text("name = 'campaigns'"))
        page, size = connection.scalar(pages), connection.exec_driver_sql("PRAGMA page_size").scalar()
    with (tmp_path / engine.FILE_NAME).open("r+b") as file:
        file.seek(((page or 0) - 1) * (size or 0))
        file.write(b"\xff" * (size or 0))
    with pytest.raises(Refused) as refused, reading.connect() as connection:
        connection.execute(select(tables.campaigns)).all()
    assert str(refused.value) == (
        f"The database in {tmp_path} cannot be opened (database disk image is malformed); "
        "stop the server and put a backup in its place with `phonetui server restore FILE`."
    )


def test_a_lost_database_is_not_taken_for_a_server_that_never_was(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("kept")
    with pytest.raises(Refused) as refused:
        open_database(database_url(tmp_path, None))
    assert str(refused.value) == (
        f"The database in {tmp_path} is gone, while the server's secret is there; put a backup in its place with "
        "`phonetui server restore FILE`, or begin anew with `phonetui server init`."
    )


def test_a_file_in_the_folders_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "server").write_text("")
    with pytest.raises(Refused) as refused:
        create_tables(database_url(tmp_path / "server", None))
    assert str(refused.value) == (
        f"The folder {tmp_path / 'server'} cannot be written (File exists); choose another --data."
    )


def test_a_silent_postgresql_is_named_without_its_password() -> None:
    with pytest.raises(Refused) as refused:
        open_database(database_url(None, "postgresql://dana:secret@127.0.0.1:1/calls"))
    assert str(refused.value).startswith("The database in postgresql://dana:***@127.0.0.1:1/calls cannot be opened (")
    assert str(refused.value).endswith("; check that it is there and that this user may use it.")
