"""The `phonetui` command by a clock that a test sets, whose own runs of connections begin at once and wait for nothing.

`python -m tests.server.connectors.hasty_server FILE WORDS…`, with the file of `tests.end_to_end.set_clock`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.end_to_end.set_clock import go_by

if __name__ == "__main__":
    go_by(Path(sys.argv[1]))
    from phonetui.cli import main
    from phonetui.server import own_runs

    own_runs.LOOK_EVERY = 0.1
    own_runs.OwnRuns._wait = lambda self, seconds: self._go_on()  # type: ignore[method-assign]
    sys.exit(main(sys.argv[2:]))
