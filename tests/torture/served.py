"""A campaign server in a process of its own, on either database, that is killed and started again."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from scripts.benchmarks import campaign_server
from sqlalchemy import create_engine, make_url, text

from phonetui.client.clock import SystemClock
from phonetui.demo.shaky_line import HOST
from phonetui.server import admin
from phonetui.server.engine import database_url

#: Names the PostgreSQL server on which trials make databases of their own.
POSTGRES = "PHONETUI_TEST_POSTGRES"
CAMPAIGN = campaign_server.CAMPAIGN
#: Seconds in which a server starts or ends.
PATIENCE = 60.0


class Bank:
    """A campaign with voters; `folder` and `database` are its `--data` and `--database`, `url` is SQLAlchemy's."""

    def __init__(self, folder: Path, database: str | None, voters: int, *, shared: float = 1.6) -> None:
        """`shared` people have a number in common."""
        now = SystemClock().now()
        folder.mkdir()
        self.folder = folder
        self.database = database
        self.url = campaign_server.make(folder, now, database)
        campaign_server.add_voters(folder, voters, now, database, shared=shared)

    def invite(self, uses: int) -> str:
        """The secret of a link by which so many callers may join."""
        now = SystemClock().now()
        link = admin.invite(self.url, CAMPAIGN, "caller", uses, now + timedelta(hours=1), now)
        return link.partition("#")[2]

    @property
    def log(self) -> Path:
        """Where its server logs a line for each request and each failure."""
        return self.folder / "log"

    def failures(self) -> list[str]:
        """What its server logged of requests that it failed to answer."""
        return [f"the server logged {line}" for line in self.log.read_text("utf-8").splitlines() if '"error"' in line]


class ServerProcess:
    """Serves a bank on a port that is kept for it; `launcher` is the module that runs, phonetui itself or one that
    takes a safeguard out of it first.
    """

    def __init__(self, bank: Bank, port: int, launcher: str = "phonetui") -> None:
        self.port = port
        self._log = bank.log
        place = ("--data", str(bank.folder), *(("--database", bank.database) if bank.database else ()))
        self._command = (sys.executable, "-m", launcher, "server", "run", *place, "--port", str(port))

    async def start(self) -> None:
        """Returns once it answers."""
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(*self._command, stderr=log)
        until = time.monotonic() + PATIENCE
        while not await _answers(self.port):
            if self._process.returncode is not None or time.monotonic() > until:
                raise TimeoutError(f"the server does not start: {self._log.read_text()[-500:]}")
            await asyncio.sleep(0.02)

    async def kill(self) -> None:
        """SIGKILL, in the middle of whatever it does."""
        self._process.kill()
        await self._process.wait()

    async def stop(self) -> None:
        """SIGTERM, and SIGKILL where that does nothing; nothing for one that has been killed."""
        if self._process.returncode is not None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(PATIENCE):
                await self._process.wait()
        except TimeoutError:
            await self.kill()


async def _answers(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(HOST, port)
    except OSError:
        return False
    writer.close()
    return True


def kinds() -> Sequence[str]:
    """The kinds of database that there are here."""
    return ("SQLite", "PostgreSQL") if os.environ.get(POSTGRES) else ("SQLite",)


@contextmanager
def database(kind: str) -> Iterator[str | None]:
    """An empty PostgreSQL database, dropped at the end; None for SQLite, which is a file in the server's folder."""
    if kind == "SQLite":
        yield None
        return
    server = make_url(database_url(None, os.environ[POSTGRES]))
    name = f"phonetui_torture_{os.getpid()}_{time.monotonic_ns()}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield server.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        engine.dispose()
