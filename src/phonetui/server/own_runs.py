"""The server's own runs of its connections, every so many minutes, beside the requests.

Pushes have a thread, and pulls another: a list of some thousand people is read for an hour, and no result waits so
long.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial

from msgspec.structs import replace
from sqlalchemy import Connection, Engine

from phonetui.core.refusal import Refused
from phonetui.server import connection_work
from phonetui.server.beside import beside
from phonetui.server.connection_runs import UnderWay
from phonetui.server.connection_work import NotOffered, Office
from phonetui.server.connections import Kind, Linked, change, column, fresh, listed
from phonetui.server.kept_voters import NotKept
from phonetui.server.log import log_failure, log_run
from phonetui.server.pulled_list import clear_away
from phonetui.server.push_status import due_at

#: Seconds between two looks at what is due.
LOOK_EVERY = 15.0
#: One system is told for so long before the next has its turn.
LONGEST_TURN = timedelta(minutes=10)


class _Stopped(BaseException):
    """The server stops. No connector takes it for a failure of its own."""


class _TurnOver(Exception):
    """Others have their turn; what is left is due still."""


class OwnRuns:
    """Looks now and then at what is due; one connection after another is pushed to, and one after another pulled."""

    def __init__(self, engine: Engine, office: Office) -> None:
        self._engine = engine
        self._stop = threading.Event()
        self._office = replace(office, wait=self._wait, by_hand=False)

    @contextmanager
    def beside(self) -> Iterator[None]:
        """Runs what is due while something else goes on, and stops at once at its end."""
        pulls = beside(partial(self._work, "pull"), self._stop, "pulls")
        with pulls, beside(partial(self._work, "push"), self._stop, "pushes"):
            yield

    def run_due(self, kind: Kind) -> None:
        """One look at what is to be pushed, or pulled."""
        with self._engine.execution_options(begin="BEGIN").connect() as connection:
            known = listed(connection)
        for linked in known:
            if kind == "pull":
                clear_away(self._engine, linked, self._office.data, self._office.clock)
            now = self._office.clock()
            if (at := due_at(linked, kind, now)) and at <= now:
                with self._engine.connect() as connection:
                    self._run(connection, linked, kind)

    def _work(self, kind: Kind) -> None:
        try:
            while not self._stop.wait(LOOK_EVERY):
                try:
                    self.run_due(kind)
                except Exception as error:  # noqa: BLE001 - the database may be away for a while; requests say so, too
                    log_failure(error)
        except _Stopped:
            return

    def _run(self, connection: Connection, linked: Linked, kind: Kind) -> None:
        try:
            log_run(linked.name, **self._counts(connection, linked.name, kind))
        except (UnderWay, _TurnOver):
            connection.rollback()
        except (NotOffered, NotKept):
            self._end(connection, linked, kind, "")
        except Refused as refused:
            self._end(connection, linked, kind, str(refused))
            log_run(linked.name, failed=type(refused).__name__)
        except Exception as error:  # noqa: BLE001 - a fault of one connector's must not end the runs of the others
            log_failure(error)
            said = f"phonetui itself failed ({type(error).__name__}); the server's log says where."
            self._end(connection, linked, kind, said)

    def _counts(self, connection: Connection, name: str, kind: Kind) -> dict[str, int]:
        if kind == "pull":
            report = connection_work.pull(connection, name, self._office, lambda _: self._go_on())
            return {"pulled": report.came, "withdrawn": report.withdrawn}
        ends = self._office.clock() + LONGEST_TURN
        done = connection_work.push(connection, name, self._office, lambda *told: self._go_on_until(ends, *told))
        counts = {"pushed": done.pushed, "refused": done.refused, "lost": done.lost, "waiting": done.waiting}
        return {**counts, "ended_early": 1} if done.said else counts

    def _end(self, connection: Connection, linked: Linked, kind: Kind, said: str) -> None:
        """Says on the connection's status what went wrong, unless the run itself has said it."""
        connection.rollback()
        is_said = any(one.last(kind).said == said for one in listed(connection) if one.name == linked.name)
        known = {} if is_said else {**fresh(kind), column(kind, "said"): said}
        change(connection, linked, {column(kind, "ran_at"): self._office.clock(), **known})
        connection.commit()

    def _go_on(self) -> None:
        if self._stop.is_set():
            raise _Stopped

    def _go_on_until(self, ends: datetime, told: int, of_all: int) -> None:
        self._go_on()
        if told < of_all and self._office.clock() >= ends:
            raise _TurnOver

    def _wait(self, seconds: float) -> None:
        if self._stop.wait(seconds):
            raise _Stopped
