"""What a command says when the database cannot be written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import OperationalError

from phonetui.core.refusal import Refused


@contextmanager
def refuses_if_unwritten() -> Iterator[None]:
    """Turns a full disk, a database that is busy for too long, or one that has gone away, into `Refused`."""
    try:
        yield
    except OperationalError as error:
        reason = str(error.orig).strip().splitlines()[0]
        raise Refused(
            f"The database could not be written ({reason}); what was done so far is kept. "
            "Mend that, and give the same command again."
        ) from None
