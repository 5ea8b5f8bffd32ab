"""`python -m phonetui` is the `phonetui` command."""

from __future__ import annotations

import sys

from phonetui.cli import main

if __name__ == "__main__":
    sys.exit(main())
