"""Being told to end, or losing the terminal, is an orderly end too: what is unfinished or temporary is removed."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

#: Not every platform has both.
_TOLD_BY = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]


@contextmanager
def orderly_end() -> Iterator[None]:
    """In here a signal to end raises `SystemExit` with 128 and its number. For the main thread alone."""
    before = {number: signal.signal(number, _end) for number in _TOLD_BY}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler or signal.SIG_DFL)


def _end(number: int, frame: FrameType | None) -> None:
    sys.exit(128 + number)
