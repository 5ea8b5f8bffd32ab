"""One push and one pull of a connection at a time, whichever process makes them: a lease, which a kill lets lapse."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, update

from phonetui.core.refusal import Refused
from phonetui.server.connection_tables import connections
from phonetui.server.connections import Kind, Linked, column

#: A run that has not been heard of for so long was killed.
SILENCE = timedelta(minutes=5)
#: How often a run is heard of where it only waits or reads.
WORD_EVERY = timedelta(seconds=30)


class UnderWay(Refused):
    """Another push, or pull, of the connection is under way."""


class Run:
    """A run. All that it writes over `connection` is committed by `commit`."""

    def __init__(self, connection: Connection, linked: Linked, kind: Kind, clock: Callable[[], datetime]) -> None:
        self.connection = connection
        self.linked = linked
        self.kind = kind
        self.clock = clock
        self._held = connections.c[column(kind, "busy_until")]
        self._of = (connections.c.campaign_id == linked.campaign_id) & (connections.c.name == linked.name)
        self._until: datetime | None = None

    def begin(self) -> None:
        """Raises `UnderWay` where another run has not ended."""
        now = self.clock()
        until = now + SILENCE
        of_a_clock_put_back_since = self._held > now + 2 * SILENCE
        free = self._held.is_(None) | (self._held <= now) | of_a_clock_put_back_since
        if not self._set(until, free & connections.c.removed_at.is_(None)):
            self.connection.rollback()
            raise UnderWay(
                f"A {self.kind} of {self.linked.name} is under way; try again when it has ended, or "
                f"{SILENCE // timedelta(minutes=1)} minutes after it was killed."
            )
        self.connection.commit()
        self._until = until

    def commit(self) -> None:
        """Commits what was written; raises `UnderWay` where the run was taken for dead, and another has begun."""
        until = self.clock() + SILENCE
        if not self._set(until, self._held == self._until):
            self.connection.rollback()
            raise UnderWay(f"Another {self.kind} of {self.linked.name} has begun meanwhile, so this one has ended.")
        self.connection.commit()
        self._until = until

    def is_alive(self) -> None:
        """To be said now and then while nothing is written, outside of a transaction."""
        if self._until is None or self.clock() >= self._until - SILENCE + WORD_EVERY:
            self.commit()

    def end(self) -> None:
        """Lets the next run begin at once."""
        self.connection.rollback()
        self._set(None, self._held == self._until)
        self.connection.commit()

    def _set(self, until: datetime | None, allowed: ColumnElement[bool]) -> bool:
        lease = update(connections).where(self._of, allowed).values({self._held: until})
        return self.connection.execute(lease).rowcount == 1


@contextmanager
def running(connection: Connection, linked: Linked, kind: Kind, clock: Callable[[], datetime]) -> Iterator[Run]:
    """A run, from its beginning to its end; raises `UnderWay` where another of the kind has not ended."""
    run = Run(connection, linked, kind, clock)
    run.begin()
    try:
        yield run
    finally:
        run.end()
