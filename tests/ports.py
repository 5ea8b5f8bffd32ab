"""A port of loopback on which a server is started again and again."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager

HOST = "127.0.0.1"


@contextmanager
def kept_port() -> Iterator[int]:
    """A port that the system gives nobody else meanwhile; a server that sets SO_REUSEADDR, as ours do, may listen."""
    with socket.socket() as kept:
        if os.name == "posix":  # elsewhere it would keep the port from everybody
            kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        kept.bind((HOST, 0))
        port: int = kept.getsockname()[1]
        if os.name != "posix":
            kept.close()
        yield port
