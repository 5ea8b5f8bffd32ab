"""Text from outside is hostile until cleaned: names, notes, scripts, notices, whatever a file or a server says."""

from __future__ import annotations

import re
import unicodedata

#: Marks, joiners and the like on one letter: names need three or four, more are there to deface the screen.
MOST_MARKS = 5

#: Tabs and line ends, however written: they become a space.
_SPACES = re.compile(r"[\t-\r\x85\u2028\u2029]")
#: Dropped are C0, DEL, C1; the bidirectional overrides, embeddings and isolates; lone surrogates, private letters and
#: what is no character; blanks without a width and letters that draw nothing. Joiners and direction marks stay, for
#: emoji, Persian, Sinhala and Arabic need them.
_CONTROL = r"\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff"
_UNSEEN = (
    r"\xad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u2060-\u2065\u206a-\u206f\u3164\ufdd0-\ufdef\ufeff\uffa0"
    r"\ufff0-\ufffb\ufffe\uffff\ue000-\uf8ff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    r"\U000e0000-\U000e001f\U000e0080-\U000e00ff\U000e01f0-\U0010ffff"
    + "".join(chr(plane << 16 | last) for plane in range(1, 14) for last in (0xFFFE, 0xFFFF))
)
_DROPPED = re.compile(f"[{_CONTROL}{_UNSEEN}]")
_CONTROLS = re.compile(f"[{_CONTROL}\u2028\u2029]")
#: Tags spell the name of a region behind a black flag (Unicode TS #51); anywhere else they hide a text in the text.
_TAGS = "\U000e0020-\U000e007f"
_FLAG_OR_TAG = re.compile(f"(\U0001f3f4[\U000e0030-\U000e007a]{{2,6}}\U000e007f)|[{_TAGS}]")
#: Vowels and finals of Hangul that are no part of a syllable take no room either.
_HANGUL_PARTS = re.compile(r"[\u1161-\u11ff\ud7b0-\ud7ff]")
_DIRECTION_MARKS = "\u200e\u200f\u061c"
_ALL_TAGS = "".join(map(chr, range(0xE0020, 0xE0080)))
#: What a cut may leave at the end of a text: blanks, a joiner, half a flag.
_HANGING = re.compile(rf"[\s\u200d{_TAGS}]+\Z")
#: In a text of which each mark is written as M and each blank as B: marks with no letter to stand on, and too many.
_TOO_MANY = re.compile(f"^[MB]+|M{{{MOST_MARKS + 1},}}")
_MOST_KINDS = 5_000


def clean(text: str, longest: int) -> str:
    """One line that is safe to draw and to store: no control characters, NFC, at most `longest` characters.

    Clean each line of a longer text by itself.
    """
    text = text.strip() if text.isascii() and text.isprintable() else _cleaned(text).strip()
    return text if len(text) <= longest else _HANGING.sub("", text[:longest])


def visible(text: str) -> str:
    r"""The text as a command may print it: its lines as they are, with what controls a terminal written as `\x1b`."""
    if text.isascii() and text.replace("\n", "").isprintable():
        return text
    return _CONTROLS.sub(lambda found: found[0] if found[0] == "\n" else _escaped(found[0]), text)


def _escaped(character: str) -> str:
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")


def _cleaned(text: str) -> str:
    if not text.isprintable() or not unicodedata.is_normalized("NFC", text) or _DROPPED.search(text):
        text = _FLAG_OR_TAG.sub(lambda found: found[1] or "", _DROPPED.sub("", _SPACES.sub(" ", text)))
        text = unicodedata.normalize("NFC", text)
    return _with_few_marks(text.strip())


def _with_few_marks(text: str) -> str:
    """The text without marks that have no letter to stand on, and without those beyond the first few of a letter."""
    kept, at = "", 0
    for run in _TOO_MANY.finditer(text.translate(_KINDS)):
        marks = text[run.start() : run.end()]
        if run.start() == 0:
            marks = "".join(mark for mark in marks if mark in _DIRECTION_MARKS)
        kept += text[at : run.start()] + marks[:MOST_MARKS]
        at = run.end()
    return kept + text[at:]


class _Kinds(dict[int, str]):
    """`M` for a mark, `B` for a blank, `L` for a letter, by code point; the first few thousand met are remembered."""

    def __missing__(self, point: int) -> str:
        letter = chr(point)
        kind = "M" if _is_mark(letter) else "B" if letter.isspace() else "L"
        if len(self) < _MOST_KINDS:
            self[point] = kind
        return kind


def _is_mark(letter: str) -> bool:
    if letter in _ALL_TAGS:
        return False
    return unicodedata.category(letter) in ("Mn", "Mc", "Me", "Cf") or bool(_HANGUL_PARTS.match(letter))


_KINDS = _Kinds()
