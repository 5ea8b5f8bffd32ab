"""A campaign server in a process of its own that pulls and pushes by itself, and is killed; a test sets its clock."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import Engine

from phonetui.server.clock import utc_now
from phonetui.server.connections import Kind, Linked, find
from phonetui.server.push_status import due_at, status
from tests.end_to_end.set_clock import ahead, set_ahead
from tests.server.conftest import Clock

from .evening import NAME

#: Seconds after which what was waited for will not come, and between two looks.
PATIENCE, LOOK_EVERY = 120.0, 0.02
#: After this a run that was killed is not taken to go on.
FORGOTTEN = timedelta(minutes=6)
#: Runs that may be needed; more would mean that they never end.
MOST_RUNS = 60


class SharedClock(Clock):
    """The clock of several processes: this machine's, and ahead of it as a file says."""

    def __init__(self, file: Path, begins: datetime) -> None:
        self._file = file
        set_ahead(file, (begins - utc_now()).total_seconds())

    def __call__(self) -> datetime:
        return utc_now() + timedelta(seconds=ahead(self._file))

    def passes(self, **time: float) -> datetime:
        set_ahead(self._file, ahead(self._file) + timedelta(**time).total_seconds())
        return self()


class KilledServer:
    """Serves the folder's database on a port that is kept for it, by the clock of `file`, until the block ends."""

    def __init__(self, folder: Path, file: Path, port: int, secrets: Mapping[str, str]) -> None:
        self._port = port
        self._log = folder / "log"
        words = ["server", "run", "--data", str(folder), "--port", str(port)]
        self._command = [sys.executable, "-m", "tests.server.connectors.hasty_server", str(file), *words]
        self._environment = {"PATH": os.defpath, "HOME": str(folder), **secrets}
        self.kills = 0

    def __enter__(self) -> KilledServer:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(PATIENCE)

    def start(self) -> None:
        """Returns once it answers."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(self._command, env=self._environment, stderr=log)
        until(self._answers)

    @property
    def is_dead(self) -> bool:
        """Whether it has ended."""
        return self._process.poll() is not None

    def kill(self) -> None:
        """SIGKILL, in the middle of whatever it does."""
        self.kills += 1
        self._process.kill()
        self._process.wait()

    def failures(self) -> list[str]:
        """What it logged of errors."""
        return [line for line in self._log.read_text("utf-8").splitlines() if '"error"' in line or "Traceback" in line]

    def _answers(self) -> bool:
        assert not self.is_dead, self._log.read_text("utf-8")[-1000:]
        with suppress(OSError), socket.create_connection(("127.0.0.1", self._port)):
            return True
        return False


class OwnWork:
    """What the server does by itself, told step by step: the clock moves to the next run, and then it is waited for."""

    def __init__(self, server: KilledServer, engine: Engine, clock: Clock) -> None:
        self._server, self._engine, self._clock = server, engine, clock

    def pulls(self) -> None:
        """Runs until a whole list has come."""
        self._runs("pull", lambda: self._linked().pulled_at is not None)

    def pushes(self) -> None:
        """Runs until all is told that is old enough by now; a server that was killed is started again."""
        self._clock.passes(minutes=11)
        limit = self._clock()
        self._runs("push", lambda: self._is_told(limit))

    def _runs(self, kind: Kind, done: Callable[[], bool]) -> None:
        for _ in range(MOST_RUNS):
            self._clock.passes(seconds=self._until_due(kind))
            until(partial(self._has_run, kind, self._linked().last(kind).ran_at))
            if self._server.is_dead:
                self._clock.passes(seconds=FORGOTTEN.total_seconds())
                self._server.start()
            elif done():
                return
        raise AssertionError(f"There is always something to {kind}.")

    def _until_due(self, kind: Kind) -> float:
        due = due_at(self._linked(), kind, self._clock())
        assert due is not None
        return max(0.0, (due - self._clock()).total_seconds())

    def _has_run(self, kind: Kind, before: datetime | None) -> bool:
        return self._server.is_dead or self._linked().last(kind).ran_at != before

    def _is_told(self, limit: datetime) -> bool:
        with self._engine.connect() as connection:
            now = status(connection, find(connection, NAME), self._clock())
        return now.pushed_at is not None and now.pushed_at >= limit and not now.waiting

    def _linked(self) -> Linked:
        with self._engine.connect() as connection:
            return find(connection, NAME)


def until(holds: Callable[[], bool]) -> None:
    """Waits for it."""
    limit = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < limit, "It never came."
        time.sleep(LOOK_EVERY)
