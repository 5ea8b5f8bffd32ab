"""Names and addresses that a file writes wholly in capitals, as they are read out, read and compared."""

from __future__ import annotations

import re
from functools import lru_cache
from unicodedata import combining, normalize

_WORD = re.compile(r"[^\W_]+")
_ORDINAL = re.compile(r"\d+(ST|ND|RD|TH)")
_NUMERALS = frozenset({"II", "III", "IV", "VI", "VII", "VIII", "IX"})
#: Words of two letters that are no abbreviation in capitals, unlike NE, NC or US.
_SHORT_WORDS = frozenset({"AV", "CT", "DR", "FT", "LN", "MT", "OF", "PL", "RD", "ST", "TR", "LA", "EL", "DE"})
#: Letters and signs that are typed as others, and that Unicode does not take apart.
_TYPED_AS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
    | dict.fromkeys("’‘ʻʼ`´", "'")
    | dict.fromkeys("‐‑–—", "-")
)


def folded(text: str) -> str:
    """The text by which names are compared: `munoz` for `MUÑOZ`, `Muñoz` and `Munoz`."""
    if text.isascii():
        return text.lower()
    apart = normalize("NFKD", text.casefold().translate(_TYPED_AS))
    return "".join(letter for letter in apart if not combining(letter)).translate(_TYPED_AS)


@lru_cache(maxsize=65_536)  # a register's names are few and come over and over
def name_case(name: str) -> str:
    """`O'Brien` for `O'BRIEN`; a name with small letters, or of at most two letters, stays as it is."""
    return _WORD.sub(_name_word, name) if len(name) > 2 and name.isupper() else name


def suffix_case(suffix: str) -> str:
    """`Jr` for `JR`; numerals stay."""
    return _WORD.sub(_name_word, suffix) if suffix.isupper() else suffix


def address_case(text: str) -> str:
    """`12 Mill St NE` for `12 MILL ST NE`; a street or city with small letters stays as it is."""
    return _WORD.sub(_address_word, text) if text.isupper() else text


def _name_word(match: re.Match[str]) -> str:
    word = match[0]
    if word == "S" and match.string[match.start() - 1 : match.start()] in ("'", "’"):
        return "s"
    return word if word in _NUMERALS else word.capitalize()


def _address_word(match: re.Match[str]) -> str:
    word = match[0]
    if not word.isalpha():
        return word.lower() if _ORDINAL.fullmatch(word) else word
    return word if len(word) == 2 and word not in _SHORT_WORDS else _name_word(match)
