"""Text that is read from right to left, kept from turning round what stands beside it.

Some terminals put the letters of a line in the order of reading (Unicode UAX #9), others leave them as they come. In
the former a name in Arabic would take a number with it that stands in the next column. What isolates (FSI, PDI) are
made for is said with direction marks here: those have no width in any terminal, while isolates have one in some.
"""

from __future__ import annotations

import re
from unicodedata import bidirectional

LEFT_TO_RIGHT, RIGHT_TO_LEFT = "\u200e", "\u200f"

_TURNED = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")


def isolated(text: str) -> str:
    """The text between marks that keep its direction inside it; the blanks around it stay where they are.

    Its own direction is that of its first letter, so that a name's ellipsis and age are where they are read.
    """
    if text.isascii() or not _TURNED.search(text):
        return text
    inner = text.strip(" ")
    first = next((letter for letter in inner if bidirectional(letter) in ("L", "R", "AL")), "")
    own = RIGHT_TO_LEFT if _TURNED.match(first) else ""
    before, after = text[: len(text) - len(text.lstrip(" "))], text[len(text.rstrip(" ")) :]
    return f"{before}{LEFT_TO_RIGHT}{own}{inner}{own}{LEFT_TO_RIGHT}{after}"
