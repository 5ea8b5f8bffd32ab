"""Text as lines that any terminal, pipe or braille display takes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from phonetui.core.cells import cells
from phonetui.core.text import clean

#: The longest paragraph that is said; nothing longer is meant for people.
LONGEST = 2000
#: A blank at which no line is broken, as in a number; it is written as any other.
TOGETHER = "\xa0"
#: Lines that only draw: a screen reader would read each of them aloud.
_DRAWN = re.compile(r"[\u2500-\u259f]+")


def lines(text: str, columns: int) -> list[str]:
    """`text`, cleaned, in lines of at most `columns` columns, broken between words; 0 breaks none."""
    paragraphs = [clean(_DRAWN.sub("-", paragraph), LONGEST) for paragraph in text.splitlines() or [""]]
    broken = (line for paragraph in paragraphs for line in (_wrapped(paragraph, columns) if columns else [paragraph]))
    return [line.replace(TOGETHER, " ") for line in broken]


def _wrapped(paragraph: str, columns: int) -> Iterator[str]:
    line = ""
    for word in filter(None, paragraph.split(" ")):
        if line and cells(line) + 1 + cells(word) > columns:
            yield line
            line = ""
        *full, rest = _chopped(word, columns)
        yield from full
        line = f"{line} {rest}" if line else rest
    yield line


def _chopped(word: str, columns: int) -> Iterator[str]:
    """A word in pieces that fit; a letter and the marks on it stay together."""
    piece = ""
    for letter in word:
        if piece and cells(piece + letter) > columns:
            yield piece
            piece = ""
        piece += letter
    yield piece
