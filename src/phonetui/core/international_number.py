"""Numbers as people write them in any country, to E.164 as far as they say which country they are of."""

from __future__ import annotations

import re

_E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
#: A trunk zero that is written although it is not dialed: `+46 (0)70 …`.
_TRUNK = re.compile(r"\(0\)")
_BETWEEN = re.compile(r"[,;/|\n]")
_NOT_DIALED = re.compile(r"[^0-9+]", re.ASCII)
#: Their numbers keep the zero after the country's code.
_KEEP_ZERO = ("39", "378")


def numbers(written: str, country_code: str) -> list[str]:
    """Every number in what is written; one of no known country stays as it is dialed at home."""
    found = (_number(part, country_code) for part in _BETWEEN.split(written))
    return list(dict.fromkeys(filter(None, found)))


def _number(written: str, country_code: str) -> str:
    dialed = _NOT_DIALED.sub("", _TRUNK.sub("", written.strip()))
    dialed = dialed[:1] + dialed[1:].replace("+", "")
    if dialed.startswith("00"):
        dialed = f"+{dialed[2:]}"
    if dialed and not dialed.startswith("+") and country_code:
        dialed = f"+{country_code}{_national(dialed, country_code)}"
    if _E164.fullmatch(dialed):
        return dialed
    return _NOT_DIALED.sub("", written.strip()).replace("+", "")[:20]


def _national(digits: str, country_code: str) -> str:
    """The number without what is dialed only at home."""
    if country_code == "1" and len(digits) == 11:
        return digits.removeprefix("1")
    return digits if country_code in _KEEP_ZERO else digits.removeprefix("0")
