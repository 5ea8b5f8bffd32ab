"""A server in a process of its own, on a port of loopback."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

PATIENCE = 30.0


@contextmanager
def served(module: str, *arguments: str, port_option: Sequence[str] = ()) -> Iterator[int]:
    """Runs `python -m module arguments… port`; the block begins once it answers, and ends the process."""
    port = _free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments, *port_option, str(port)], stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"nothing answers on port {port}")
