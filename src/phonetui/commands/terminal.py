"""The terminal that a command was typed in, if it was one."""

from __future__ import annotations

import os
import re
import sys
import textwrap
from io import TextIOWrapper
from typing import TextIO

from phonetui.core.text import visible


def at_terminal() -> bool:
    """Whether somebody sits there who can be asked, and shown a screen."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def for_reading_on(out: TextIO) -> TextIO:
    """`out` made fit for rows that another program reads on: UTF-8 whatever the locale, line ends as they are written.

    A terminal shows a question mark for what it has no letter for.
    """
    if isinstance(out, TextIOWrapper):
        if out.isatty():
            out.reconfigure(errors="replace")
        else:
            out.reconfigure(encoding="utf-8", newline="")
    return out


def fitted(text: str, out: TextIO) -> str:
    """The text as `out` can show it, its lines broken between words where that is a terminal.

    Everything that a command prints for people passes here, so nothing in it reaches the terminal as a control.
    """
    text = visible(text)
    encoding = out.encoding or "utf-8"
    text = text.encode(encoding, "replace").decode(encoding)
    if not out.isatty():
        return text
    width = os.get_terminal_size(out.fileno()).columns or 80  # some terminals do not know it
    return "\n".join(_filled(line, width) for line in text.split("\n"))


def fitted_line(text: str, out: TextIO) -> str:
    """As much of the text as one line of the terminal `out` holds, short of its last column."""
    width = os.get_terminal_size(out.fileno()).columns or 80
    return visible(text)[: width - 1]


def _filled(line: str, width: int) -> str:
    """The line in as many as it takes, each as far in as the last of the first's columns that leaves room."""
    starts = [column.end() for column in re.finditer(r"^\s*|\s{2,}", line) if column.end() <= width // 2]
    indent = " " * max(starts, default=0)
    return textwrap.fill(line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
