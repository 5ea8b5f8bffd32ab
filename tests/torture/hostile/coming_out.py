"""What may come out of the program: a strict reading of what it writes to a terminal, and of text it prints or keeps.

Written apart from the program's own cleaning, from the standards: ECMA-48 for sequences, Unicode for letters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

#: The sequences that Textual and `screen/steady.py` write, whole.
_SEQUENCES = re.compile(
    r"""\x1b(?:
      \[(?: \d{1,3}(;\d{1,3})?H                                        # to a place
        | (?:[01247](?:;|(?=m)) | [34]8;5;\d{1,3}(?:;|(?=m)))*m            # the styles
        | \d{1,2}[XC]                                                  # cells cleared, and passed over
        | \?(?:7|25|1000|1003|1004|1006|1015|1016|1049|2004|2026|2048)[hl]
        | \?(?:2026|2048)\$p | >\d+u | <u | [12][23];0t )
      | [78]                                                           # the cursor kept and put back
      | \]0;phonetui\x07 | \]22;[a-z]*\x07
    )""",
    re.VERBOSE,
)
_MOST_MARKS = 5
_BIDIRECTIONAL = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
#: Marks of direction stand around what is read from right to left, and so between two of these.
_TURNS, _MOST_TURNS = "\u200e\u200f", 4
_UNSEEN = frozenset("\xad\u034f\u115f\u1160\u180e\u200b\u2060\u3164\ufeff\uffa0")
_FLAG = re.compile("\U0001f3f4[\U000e0030-\U000e007a]{2,6}\U000e007f")
_TAGS = re.compile("[\U000e0000-\U000e007f]")


def wrong_letters(text: str) -> Iterator[str]:
    """What is in the text that no name needs: each as a few words."""
    for letter in sorted(set(text)):
        point = ord(letter)
        category = unicodedata.category(letter)
        if category in ("Cc", "Cs", "Co") or letter in _BIDIRECTIONAL or letter in _UNSEEN or point & 0xFFFE == 0xFFFE:
            yield f"U+{point:04X}"
    if _TAGS.search(_FLAG.sub("", text)):
        yield "tags outside a flag"
    run = turns = 0
    for letter in _FLAG.sub("", text):
        is_mark = unicodedata.category(letter) in ("Mn", "Me", "Cf")
        run, turns = (run + 1, turns + (letter in _TURNS)) if is_mark else (0, 0)
        if run - min(turns, _MOST_TURNS) > _MOST_MARKS:
            yield "too many marks on a letter"
            return


def wrong_lines(text: str) -> Iterator[str]:
    """The same for text whose line ends are meant."""
    for line in set(text.split("\n")):
        yield from wrong_letters(line)


def written(output: bytes) -> tuple[str, list[str]]:
    """What the program wrote to a terminal, as text alone, and whatever in it has no place there."""
    wrong: list[str] = []
    try:
        data = output.decode()
    except UnicodeDecodeError as error:
        return "", [f"bytes that are not UTF-8: {error.object[error.start : error.end]!r}"]
    parts: list[str] = []
    at = 0
    while at < len(data):
        end = data.find("\x1b", at)
        parts.append(data[at : end if end >= 0 else len(data)])
        if end < 0:
            break
        sequence = _SEQUENCES.match(data, end)
        if sequence is None:
            wrong.append(f"a foreign sequence {data[end : end + 24]!r}")
        at = sequence.end() if sequence else end + 1
    for part in set(parts):
        wrong += wrong_letters(part.replace("\n", "").replace("\r", ""))
    return "".join(parts), wrong
