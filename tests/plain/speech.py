"""What plain mode may write, whatever it is told: lines of letters that fit."""

from __future__ import annotations

import re

from rich.cells import cell_len

#: Escape and carriage return, other controls but the bell and the line's end, box drawing and blocks, bidi controls.
FORBIDDEN = re.compile(r"[\x00-\x06\x08\x09\x0b-\x1f\x7f-\x9f\u2500-\u259f\u202a-\u202e\u2066-\u2069]")


def faults(output: bytes, columns: int) -> list[str]:
    """The lines that are no plain text, or wider than the columns; 0 is any width. A pty ends a line by CR and LF."""
    lines = output.decode().replace("\r\n", "\n").split("\n")
    return [repr(line) for line in lines if FORBIDDEN.search(line) or (columns and cell_len(line) > columns)]
