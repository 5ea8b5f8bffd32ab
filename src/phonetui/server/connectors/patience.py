"""Reading a long list, of which a part may fail on the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from phonetui.server.connectors.connector import SystemDown

T = TypeVar("T")

#: Seconds before something is read again, each longer than the one before.
PAUSES = (1.0, 5.0, 30.0)


def patiently(read: Callable[[], T], wait: Callable[[float], None]) -> T:
    """What is read, if need be after some pauses: a list is thousands of requests, and to read one again does no harm.

    Raises `SystemDown` where the last one fails, too.
    """
    for pause in PAUSES:
        try:
            return read()
        except SystemDown:
            wait(pause)
    return read()
