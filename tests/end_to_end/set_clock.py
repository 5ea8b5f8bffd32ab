"""The `phonetui` command by clocks that a test sets: `python -m tests.end_to_end.set_clock FILE WORDS…`.

FILE holds the seconds by which laptop and server are ahead of this machine.
"""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from pathlib import Path

from phonetui.client.clock import SystemClock
from phonetui.server import clock as server_clock


def set_ahead(file: Path, seconds: float) -> None:
    """From now on the clocks by this file are so far ahead."""
    written = file.with_suffix(".new")
    written.write_text(str(seconds))
    written.replace(file)


def ahead(file: Path) -> float:
    """Seconds."""
    return float(file.read_text())


def go_by(file: Path) -> None:
    """Laptop and server in this process go by the file; to be called before the server's modules are imported."""
    now, tick, utc_now = SystemClock.now, SystemClock.tick, server_clock.utc_now

    def later(moment: datetime) -> datetime:
        return moment + timedelta(seconds=ahead(file))

    SystemClock.now = lambda self: later(now(self))  # type: ignore[method-assign]
    SystemClock.tick = lambda self: tick(self) + ahead(file)  # type: ignore[method-assign]
    server_clock.utc_now = lambda: later(utc_now())


if __name__ == "__main__":
    go_by(Path(sys.argv[1]))
    from phonetui.cli import main

    sys.exit(main(sys.argv[2:]))
