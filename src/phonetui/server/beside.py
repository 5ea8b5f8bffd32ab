"""Work of the server's own, on a thread beside the requests."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

#: Seconds that a stopping server gives to such work; what was being told then is in doubt, and asked for at the next
#: start.
LAST_WORDS = 2.0


@contextmanager
def beside(work: Callable[[], None], stop: threading.Event, name: str) -> Iterator[None]:
    """Works while something else goes on; at its end `stop` is set, and the work has a moment to see it."""
    thread = threading.Thread(target=work, name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(LAST_WORDS)
