"""The server's database: SQLite with one writer, or PostgreSQL; opened only at the schema that this phonetui knows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing
from functools import cache, partial
from pathlib import Path
from typing import Any, Literal, TypeVar

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Engine,
    ExceptionContext,
    Executable,
    MetaData,
    NullPool,
    String,
    Table,
    create_engine,
    event,
    inspect,
    make_url,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from phonetui.core.refusal import Refused
from phonetui.server import connection_tables, erasing_tables, sign_in_tables, supervising_tables, tables
from phonetui.server.keys import FILE_NAME as SECRET

Kind = Literal["sqlite", "postgresql"]
Result = TypeVar("Result")

#: The newest revision in `migrations/versions`; revisions are numbered so that older and newer can be told apart.
SCHEMA = "0004"
#: Whoever imports these has every table in the metadata of `tables`.
OTHER_TABLES = (connection_tables, erasing_tables, sign_in_tables, supervising_tables)
FILE_NAME = "phonetui.sqlite3"

#: Seconds that SQLite waits for another process, such as an import, to finish its transaction.
BUSY_TIMEOUT = 30
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON")

#: Each dialect's own insert, by the dialect's name.
INSERT: Mapping[str, Callable[[Table], sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}

schema_versions = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))


def database_url(data: Path | None, url: str | None) -> str:
    """The SQLAlchemy URL for `--data DIR` or `--database URL`; raises `Refused` for neither or an unknown kind."""
    if url is None:
        if data is None:
            raise Refused("Say where the campaign server keeps its data: --data DIR or --database postgresql://….")
        return f"sqlite+aiosqlite:///{data.absolute() / FILE_NAME}"
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise Refused("The --database is not a URL; write it as postgresql://user:password@host/database.") from None
    if parsed.drivername not in ("postgresql", "postgres", "postgresql+psycopg"):
        raise Refused(
            f"The --database begins with {parsed.drivername}://; only postgresql:// is known, or use --data DIR."
        )
    return parsed.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


class Database:
    """The server's own way in. `write` is one transaction; on SQLite writers queue, so none meets a busy database."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.kind: Kind = "sqlite" if url.startswith("sqlite") else "postgresql"
        engine = create_async_engine(url, **_options(url))
        if self.kind == "sqlite":
            _prepare_sqlite(engine.sync_engine)
        self._engine = engine
        self._writer = engine.execution_options(begin="BEGIN IMMEDIATE")
        self._one_writer = asyncio.Lock()
        self._threads = create_engine(url.replace("+aiosqlite", ""), **_options(url))
        if self.kind == "sqlite":
            _prepare_sqlite(self._threads)
            self._threads = self._threads.execution_options(begin="BEGIN IMMEDIATE")
        self._in_memory = make_url(url).database in (None, "", ":memory:") and self.kind == "sqlite"
        self._workers = ThreadPoolExecutor(thread_name_prefix="database")
        #: Kept open, so that whoever would replace the file finds it in use.
        self._present = self._threads.connect() if self.kind == "sqlite" and not self._in_memory else None

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """One transaction: committed at the end of the block, rolled back by an exception."""
        if self.kind == "postgresql":
            async with self._writer.begin() as connection:
                yield connection
            return
        async with self._one_writer, self._writer.begin() as connection:
            yield connection

    async def transact(self, work: Callable[[Connection], Result]) -> Result:
        """One transaction of many statements, on a thread: awaited one by one they take twice as long."""
        if self._in_memory:  # it has a single connection
            async with self.write() as connection:
                return await connection.run_sync(work)
        if self.kind == "postgresql":
            return await self._on_thread(partial(self._transact, work))
        async with self._one_writer:
            return await self._on_thread(partial(self._transact, work))

    def _transact(self, work: Callable[[Connection], Result]) -> Result:
        with self._threads.begin() as connection:
            return work(connection)

    async def look(self, work: Callable[[Connection], Result]) -> Result:
        """One view of the database on a thread, for reading much; it never waits for a writer."""
        if self._in_memory:  # it has a single connection
            async with self.write() as connection:
                return await connection.run_sync(work)
        return await self._on_thread(partial(self._look, work))

    def _look(self, work: Callable[[Connection], Result]) -> Result:
        with self._threads.execution_options(begin="BEGIN").connect() as connection:
            return work(connection)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """One view of the database, for reading alone; it never waits for a writer."""
        if self._in_memory:  # it has a single connection
            async with self.write() as connection:
                yield connection
            return
        async with self._engine.connect() as connection:
            yield connection

    async def forget_overwritten(self) -> None:
        """What `forget_overwritten` does, on a thread."""
        await self._on_thread(partial(forget_overwritten, self.url))

    async def _on_thread(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._workers, work)

    async def close(self) -> None:
        """Ends every connection, once whatever a thread still does for somebody who left is done."""
        await asyncio.to_thread(self._workers.shutdown)
        if self._present is not None:
            self._present.close()
        await self._engine.dispose()
        self._threads.dispose()


def open_database(url: str) -> Database:
    """The database behind `url`; raises `Refused` where there is none, or one of another schema version."""
    check(url)
    return Database(url)


def sync_engine(url: str) -> Engine:
    """An engine for commands that write, such as imports; its transactions shut out other writers on SQLite.

    Raises `Refused` as `open_database` does.
    """
    check(url)
    return plain_engine(url)


def reading_engine(url: str) -> Engine:
    """An engine for commands that only read, such as exports, beside a server that writes; raises as `sync_engine`."""
    check(url)
    return plain_engine(url).execution_options(begin="BEGIN")


def plain_engine(url: str) -> Engine:
    """As `sync_engine`, for a database that may still be empty or of another version."""
    engine = create_engine(url.replace("+aiosqlite", ""), poolclass=NullPool, **_options(url))
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
        event.listen(engine, "handle_error", partial(_tell_damage, url))
    return engine.execution_options(begin="BEGIN IMMEDIATE")


def insert(connection: Connection | AsyncConnection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An insert in the connection's own dialect, for its `on_conflict_do_update` and `on_conflict_do_nothing`."""
    return INSERT[connection.dialect.name](table)


def insert_new(connection: Connection, table: Table) -> Executable:
    """An insert that passes over rows which are there already."""
    return _insert_new(connection.dialect.name, table)


@cache
def _insert_new(dialect: str, table: Table) -> Executable:
    return INSERT[dialect](table).on_conflict_do_nothing()


def after_finding(column: Column[int]) -> ColumnElement[int]:
    """What to order a few rows by: SQLite, without statistics, would walk the whole campaign along the column's index.

    The sum has no index, so that the rows are found by what they are chosen by, and sorted then.
    """
    return column + 0


def forget_overwritten(url: str) -> None:
    """Empties SQLite's log, which holds what was overwritten and deleted; while somebody reads, a later one does it.

    In the database itself deleted rows are overwritten at once.
    """
    file = sqlite_file(url)
    if file is None or not file.exists():
        return
    with closing(plain_engine(url).raw_connection()) as connection:
        cursor = connection.cursor()
        for pragma in ("busy_timeout=0", "wal_checkpoint(TRUNCATE)"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()


def create_tables(url: str, settings: Mapping[str, str] | None = None) -> None:
    """An empty campaign server behind `url`; raises `Refused` where there is one already or nothing can be written."""
    file = sqlite_file(url)
    if file is not None:
        _make_private(file)
    engine = plain_engine(url)
    try:
        with engine.begin() as connection:
            if _schema(connection) is not None:
                raise Refused(
                    f"There is a campaign server in {place(url)} already; `phonetui server invite` asks people in."
                )
            tables.metadata.create_all(connection)
            schema_versions.create(connection)
            connection.execute(schema_versions.insert().values(version_num=SCHEMA))
            for name, value in (settings or {}).items():
                connection.execute(tables.settings.insert().values(name=name, value=value))
    except DBAPIError as error:
        raise _unopened(url, error) from None


def check(url: str) -> None:
    """Raises `Refused` unless `url` leads to a database of exactly this schema version."""
    found = schema_of(url)
    file = sqlite_file(url)
    if found is None and file and file.with_name(SECRET).exists():
        raise Refused(
            f"The database in {place(url)} is gone, while the server's secret is there; put a backup in its place with "
            "`phonetui server restore FILE`, or begin anew with `phonetui server init`."
        )
    if found is None:
        raise Refused(f"There is no campaign server in {place(url)} yet; make one with `phonetui server init`.")
    if found < SCHEMA:
        raise Refused(f"The database in {place(url)} is from an older phonetui; run `phonetui server upgrade`.")
    if found > SCHEMA:
        raise Refused(f"This phonetui is too old for the database in {place(url)}; install the newer phonetui.")


def schema_of(url: str) -> str | None:
    """The schema version of the database behind `url`; None where there is no campaign server."""
    file = sqlite_file(url)
    if file is not None and not file.exists():
        return None
    try:
        with plain_engine(url).execution_options(begin="BEGIN").connect() as connection:
            return _schema(connection)
    except DBAPIError as error:
        raise _unopened(url, error) from None


def sqlite_file(url: str) -> Path | None:
    """The SQLite file behind `url`; None for PostgreSQL."""
    parsed = make_url(url)
    return Path(parsed.database or "") if parsed.drivername.startswith("sqlite") else None


def place(url: str) -> str:
    """The folder or the database that a person would name; never its password."""
    file = sqlite_file(url)
    return str(file.parent) if file else make_url(url).set(drivername="postgresql").render_as_string(hide_password=True)


def _schema(connection: Connection) -> str | None:
    if not inspect(connection).has_table(schema_versions.name):
        return None
    return connection.execute(select(schema_versions.c.version_num)).scalar()


def _make_private(file: Path) -> None:
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.touch(mode=0o600)
    except OSError as error:
        raise Refused(
            f"The folder {file.parent} cannot be written ({error.strerror}); choose another --data."
        ) from None


def _options(url: str) -> dict[str, Any]:
    if url.startswith("sqlite"):  # no BEGIN of the driver's own: `_prepare_sqlite` sends the right one
        return {"hide_parameters": True, "connect_args": {"isolation_level": None, "timeout": BUSY_TIMEOUT}}
    return {"hide_parameters": True, "pool_pre_ping": True}


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def set_pragmas(dbapi_connection: Any, _record: object) -> None:
        cursor = dbapi_connection.cursor()
        for pragma in PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))


def _tell_damage(url: str, context: ExceptionContext) -> Refused | None:
    """What to raise in the error's place: damage that shows in the middle of a command is no mistake of ours."""
    error = context.sqlalchemy_exception
    return _unopened(url, error) if isinstance(error, DBAPIError) and str(error.orig) == _MALFORMED else None


def _unopened(url: str, error: DBAPIError) -> Refused:
    reason = str(error.orig).strip().splitlines()[0]
    mend = _MENDS.get(reason, "check that it is there and that this user may use it")
    return Refused(f"The database in {place(url)} cannot be opened ({reason}); {mend}.")


_MALFORMED = "database disk image is malformed"
_RESTORE = "stop the server and put a backup in its place with `phonetui server restore FILE`"
#: What to do about what SQLite says.
_MENDS = {
    "database or disk is full": "make room on the disk, or choose another --data",
    "file is not a database": _RESTORE,
    _MALFORMED: _RESTORE,
}
