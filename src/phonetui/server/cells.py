"""Cells of the CSV files that the server writes: nothing in them acts on a terminal or in a spreadsheet."""

from __future__ import annotations

import re

from phonetui.core.text import clean

LONGEST = 10_000
#: What a spreadsheet would take for a formula, in full width too; numbers in E.164 are none.
_FORMULA = re.compile(r"(?!\+[1-9][0-9]{4,14}$)[=+@\-＝＋＠－]", re.ASCII)


def cell(text: str) -> str:
    """The text on one line, a quote before what a spreadsheet would reckon out."""
    text = clean(text, LONGEST)
    return f"'{text}" if _FORMULA.match(text) else text
