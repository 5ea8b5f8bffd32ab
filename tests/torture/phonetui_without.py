"""phonetui with a worse journal: `python -m tests.torture.phonetui_without SAFEGUARD`."""

from __future__ import annotations

import sys
from collections.abc import Callable

from phonetui.cli import main
from tests.torture.split_records import record_in_two, record_later

WITHOUT: dict[str, Callable[[], None]] = {"one-transaction": record_in_two, "waiting": record_later}

if __name__ == "__main__":
    WITHOUT[sys.argv.pop()]()
    sys.exit(main())
