"""Names and addresses that a file writes wholly in capitals, as they are read out and read."""

from __future__ import annotations

import re
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+")
_ORDINAL = re.compile(r"\d+(ST|ND|RD|TH)")
_NUMERALS = frozenset({"II", "III", "IV", "VI", "VII", "VIII", "IX"})
#: Words of two letters that are no abbreviation in capitals, unlike NE, NC or US.
_SHORT_WORDS = frozenset({"AV", "CT", "DR", "FT", "LN", "MT", "OF", "PL", "RD", "ST", "TR", "LA", "EL", "DE"})


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
