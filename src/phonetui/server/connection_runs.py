"""One run of a connection at a time, whichever process makes it: a lease on the connection, which a kill lets lapse."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, update

from phonetui.core.refusal import Refused
from phonetui.server.connection_tables import connections
from phonetui.server.connections import Linked

#: A run that has not been heard of for so long was killed.
SILENCE = timedelta(minutes=5)
#: How often a run is heard of where it only waits or reads.
WORD_EVERY = timedelta(seconds=30)


class UnderWay(Refused):
    """Another run of the connection is under way."""


class Run:
    """A run. All that it writes over `connection` is committed by `commit`."""

    def __init__(self, connection: Connection, linked: Linked, clock: Callable[[], datetime]) -> None:
        self.connection = connection
        self.linked = linked
        self.clock = clock
        self._of = (connections.c.campaign_id == linked.campaign_id) & (connections.c.name == linked.name)
        self._until: datetime | None = None

    def begin(self) -> None:
        """Raises `UnderWay` where another run has not ended."""
        now = self.clock()
        until = now + SILENCE
        held = connections.c.busy_until
        free = held.is_(None) | (held <= now) | (held > now + 2 * SILENCE)  # by a clock that has been put back since
        if not self._set(until, free & connections.c.removed_at.is_(None)):
            self.connection.rollback()
            raise UnderWay(
                f"{self.linked.name} is being pulled or pushed at this moment; try again when that has ended, or "
                f"{SILENCE // timedelta(minutes=1)} minutes after it was killed."
            )
        self.connection.commit()
        self._until = until

    def commit(self) -> None:
        """Commits what was written; raises `UnderWay` where the run was taken for dead, and another has begun."""
        until = self.clock() + SILENCE
        if not self._set(until, connections.c.busy_until == self._until):
            self.connection.rollback()
            raise UnderWay(f"Another run of {self.linked.name} has begun meanwhile, so this one has ended.")
        self.connection.commit()
        self._until = until

    def is_alive(self) -> None:
        """To be said now and then while nothing is written, outside of a transaction."""
        if self._until is None or self.clock() >= self._until - SILENCE + WORD_EVERY:
            self.commit()

    def end(self) -> None:
        """Lets the next run begin at once."""
        self.connection.rollback()
        self.connection.execute(
            update(connections).where(self._of, connections.c.busy_until == self._until).values(busy_until=None)
        )
        self.connection.commit()

    def _set(self, until: datetime, allowed: ColumnElement[bool]) -> bool:
        lease = update(connections).where(self._of, allowed).values(busy_until=until)
        return self.connection.execute(lease).rowcount == 1


@contextmanager
def running(connection: Connection, linked: Linked, clock: Callable[[], datetime]) -> Iterator[Run]:
    """A run, from its beginning to its end; raises `UnderWay` where another has not ended."""
    run = Run(connection, linked, clock)
    run.begin()
    try:
        yield run
    finally:
        run.end()
