"""The terminal that a command was typed in, if it was one."""

from __future__ import annotations

import os
import sys
import textwrap
from typing import TextIO

from phonetui.core.refusal import Refused


def at_terminal() -> bool:
    """Whether somebody sits there who can be asked, and shown a screen."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def need_terminal() -> None:
    """Raises `Refused` where a screen cannot be shown."""
    if not at_terminal():
        raise Refused("The call screen needs a terminal; type this in one, without a pipe.")


def fitted(text: str, out: TextIO) -> str:
    """The text with its lines broken between words where `out` is a terminal; unchanged elsewhere."""
    if not out.isatty():
        return text
    width = os.get_terminal_size(out.fileno()).columns or 80  # some terminals do not know it
    fill = textwrap.TextWrapper(width, break_long_words=False, break_on_hyphens=False).fill
    return "\n".join(map(fill, text.split("\n")))
