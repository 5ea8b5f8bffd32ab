"""Text as wide as the terminal that shows it."""

from __future__ import annotations

import os
import textwrap
from typing import TextIO


def fitted(text: str, out: TextIO) -> str:
    """The text with its lines broken between words where `out` is a terminal; unchanged elsewhere."""
    if not out.isatty():
        return text
    width = os.get_terminal_size(out.fileno()).columns or 80  # some terminals do not know it
    fill = textwrap.TextWrapper(width, break_long_words=False, break_on_hyphens=False).fill
    return "\n".join(map(fill, text.split("\n")))
