"""The server's own runs of its connections, every so many minutes, on a thread beside the requests."""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager

from msgspec.structs import replace
from sqlalchemy import Connection, Engine

from phonetui.core.refusal import Refused
from phonetui.server import connection_work
from phonetui.server.beside import beside
from phonetui.server.connection_runs import UnderWay
from phonetui.server.connection_work import Office
from phonetui.server.connections import Linked, change, listed
from phonetui.server.connectors.connector import Pulls, Sends, Writes
from phonetui.server.log import log_failure, log_run
from phonetui.server.push_status import next_run

#: Seconds between two looks at what is due.
LOOK_EVERY = 15.0


class _Stopped(BaseException):
    """The server stops. No connector takes it for a failure of its own."""


class OwnRuns:
    """Looks now and then at what is due; one connection after another."""

    def __init__(self, engine: Engine, office: Office) -> None:
        self._engine = engine
        self._stop = threading.Event()
        self._office = replace(office, wait=self._wait, by_hand=False)

    def beside(self) -> AbstractContextManager[None]:
        """Runs what is due while something else goes on, and stops at once at its end."""
        return beside(self._work, self._stop, "connections")

    def run_due(self) -> None:
        """One look."""
        with self._engine.execution_options(begin="BEGIN").connect() as connection:
            due = [one for one in listed(connection) if (at := next_run(one)) and at <= self._office.clock()]
        for linked in due:
            with self._engine.connect() as connection:
                self._run(connection, linked)

    def _work(self) -> None:
        try:
            while not self._stop.wait(LOOK_EVERY):
                try:
                    self.run_due()
                except Exception as error:  # noqa: BLE001 - the database may be away for a while; requests say so, too
                    log_failure(error)
        except _Stopped:
            return

    def _run(self, connection: Connection, linked: Linked) -> None:
        try:
            log_run(linked.name, **self._counts(connection, linked))
        except UnderWay:
            connection.rollback()
        except Refused as refused:
            self._end(connection, linked, str(refused))
            log_run(linked.name, failed=type(refused).__name__)
        except Exception as error:  # noqa: BLE001 - a fault of one connector's must not end the runs of the others
            log_failure(error)
            self._end(
                connection, linked, f"phonetui itself failed ({type(error).__name__}); the server's log says where."
            )

    def _counts(self, connection: Connection, linked: Linked) -> dict[str, int]:
        """Pushes, then pulls, as far as the system has both."""
        counts: dict[str, int] = {}
        with connection_work.opened(connection, linked.name, self._office) as it:
            pushes, pulls = isinstance(it.connector, Sends | Writes), isinstance(it.connector, Pulls)
        if pushes:
            done = connection_work.push(connection, linked.name, self._office, lambda *_: self._go_on())
            counts = {"pushed": done.pushed, "refused": done.refused, "lost": done.lost, "waiting": done.waiting}
            if done.said:
                return {**counts, "ended_early": 1}
        if not pushes and not pulls:
            self._end(connection, linked, "")
        if pulls:
            report = connection_work.pull(connection, linked.name, self._office, lambda _: self._go_on())
            counts |= {"pulled": report.came, "withdrawn": report.withdrawn}
        return counts

    def _end(self, connection: Connection, linked: Linked, said: str) -> None:
        """Says on the connection's status what went wrong."""
        connection.rollback()
        change(connection, linked, {"ran_at": self._office.clock(), "said": said})
        connection.commit()

    def _go_on(self) -> None:
        if self._stop.is_set():
            raise _Stopped

    def _wait(self, seconds: float) -> None:
        if self._stop.wait(seconds):
            raise _Stopped
