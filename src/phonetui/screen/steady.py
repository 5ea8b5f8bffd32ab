"""Letters about whose width terminals disagree, kept from moving whatever stands beside them.

One draws a family of four in two cells, another in eight; a vowel of Hindi in none or in one. What is drawn has room
for the most that any terminal takes, and whatever follows is put where it belongs.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rich.cells import cell_len

#: Letters with one width everywhere: Latin, Greek, Cyrillic, Armenian, Georgian; punctuation, arrows, lines, shapes;
#: kana, Han, Hangul syllables, full width.
_STEADY = (
    r"\x20-\x7e\xa0-\u02ff\u0370-\u0482\u048a-\u058a\u10a0-\u10ff\u1e00-\u1fff\u2010-\u2027\u2030-\u205e\u20a0-\u20c0"
    r"\u2190-\u21ff\u2500-\u25ff\u2713\u3000-\u3029\u3030-\u303d\u3041-\u3096\u309b-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    r"\uac00-\ud7a3\uf900-\ufaff\uff01-\uff60\U00020000-\U0003fffd"
)
_UNSTEADY = rf"[^\x00-\x1f\x7f-\x9f{_STEADY}]"
_ANY = r"[^\x00-\x1f\x7f-\x9f]"
_ONE = re.compile(_UNSTEADY)
#: Sequences are passed over whole; a run begins with the letter before it, for marks belong to that, and goes on with
#: the one after a joiner.
_SEQUENCE_OR_RUN = re.compile(
    rf"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b.|({_ANY}?(?:\u200d{_ANY}?|{_UNSTEADY})+)"
)
#: Regional indicators and skin tones: two cells each where they are not joined to what is before them.
_TWO_WHERE_ALONE = re.compile("[\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff]")
#: Vowel signs beside a letter, parts of Hangul syllables, and what makes an emoji wide: a cell of their own somewhere.
_ONE_SOMEWHERE = re.compile(
    r"[\u0903\u093b\u093e-\u0940\u0949-\u094c\u094e\u094f\u0982-\u0d83\u0dcf-\u0ddf\u0df2\u0df3\u0f3e\u0f3f\u0f7f"
    r"\u102b-\u109c\u1160-\u11ff\u1715\u1734\u17b6-\u17c8\u1923-\u1c35\ua823-\uabec\ud7b0-\ud7ff\ufe0f\uffa0"
    "\U00011000-\U00011fff\U00016f51-\U00016ff1\U0001d165-\U0001d172]"
)


def most_cells(text: str) -> int:
    """How many cells the text takes in the terminal that takes the most."""
    return sum(map(_most_cells, text)) if _ONE.search(text) else cell_len(text)


@lru_cache(4096)
def _most_cells(letter: str) -> int:
    if _TWO_WHERE_ALONE.match(letter):
        return 2
    return max(cell_len(letter), 1) if _ONE_SOMEWHERE.match(letter) else cell_len(letter)


def cut(text: str, cells: int) -> tuple[str, str]:
    """As much of the text as takes at most `cells` cells in any terminal, marks with their letter; and the rest."""
    room = cells
    for at, letter in enumerate(text):
        room -= _most_cells(letter)
        if room < 0:
            head = text[:at].rstrip("\u200d")
            return head, text[at:]
    return text, ""


def steadied(written: str) -> str:
    """What is written to the terminal, each unsteady run in cleared cells of its own, and the cursor behind them."""
    return _SEQUENCE_OR_RUN.sub(_in_its_place, written) if _ONE.search(written) else written


def _in_its_place(found: re.Match[str]) -> str:
    run = found[1]
    if run is None:
        return found[0]
    cells = cell_len(run)
    if not cells:
        return f"\x1b7{run}\x1b8"
    return f"\x1b[{cells}X\x1b7{run}\x1b8\x1b[{cells}C"
