"""Dates as callers type them while they listen: `11/3`, `Nov 3`, `2026-11-03`, `tomorrow`, `Saturday`."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta

from phonetui.core.refusal import Refused
from phonetui.core.translation import later, tr

_DAYS = ("monday lunes", "tuesday martes", "wednesday miercoles", "thursday jueves", "friday viernes")
_WEEKDAYS = (*_DAYS, "saturday sabado", "sunday domingo")
_MONTHS = (
    "january enero",
    "february febrero",
    "march marzo",
    "april abril",
    "may mayo",
    "june junio",
    "july julio",
    "august agosto",
    "september septiembre",
    "october octubre",
    "november noviembre",
    "december diciembre",
)
_NEAR = {"today": 0, "hoy": 0, "tomorrow": 1, "manana": 1, "yesterday": -1, "ayer": -1}
#: The letters that tell a month or a weekday from the others.
_SHORTEST = 3

_YEAR_FIRST = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_MONTH_FIRST = re.compile(r"(\d{1,2})/(\d{1,2})(?:/(\d{4}|\d\d))?")
_IN_WORDS = re.compile(
    r"(?:([a-z]+)\.? (\d{1,2})(?:st|nd|rd|th)?|(\d{1,2})(?: de)? ([a-z]+)\.?)(?:,? (?:de )?(\d{4}))?"
)
_EARLIEST, _LATEST = 1900, 2199

EXAMPLE_DATES = later("Type a date such as Nov 3, 11/3 with the month first, 2026-11-03, tomorrow or Saturday.")


def read_date(text: str, today: date) -> date:
    """The date that was typed; without a year the next such date, a weekday the next such day after today.

    Raises `Refused`, with examples, for what is no date.
    """
    words = _plain(text)
    if words in _NEAR:
        return today + timedelta(days=_NEAR[words])
    weekday = _number_of(words, _WEEKDAYS)
    if weekday is not None:
        return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
    found = _year_month_day(words, today)
    if found is None or not _EARLIEST <= found.year <= _LATEST:
        raise Refused(tr(EXAMPLE_DATES))
    return found


def _year_month_day(words: str, today: date) -> date | None:
    if found := _YEAR_FIRST.fullmatch(words):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    if found := _MONTH_FIRST.fullmatch(words):
        month, on, year = int(found[1]), int(found[2]), found[3] or ""
    elif found := _IN_WORDS.fullmatch(words):
        number = _number_of(found[1] or found[4], _MONTHS)
        month, on, year = 0 if number is None else number + 1, int(found[2] or found[3]), found[5] or ""
    else:
        return None
    if year:
        return _date(int(year) if len(year) == len("2026") else 2000 + int(year), month, on)
    coming = (_date(today.year + more, month, on) for more in range(9))  # February 29 may be far ahead
    return next((one for one in coming if one and one >= today), None)


def _date(year: int, month: int, on: int) -> date | None:
    try:
        return date(year, month, on)
    except ValueError:
        return None


def _number_of(word: str, named: tuple[str, ...]) -> int | None:
    """The number of a month or a weekday from 0, by its name in English or Spanish or its first letters."""
    if len(word) < _SHORTEST:
        return None
    return next((at for at, names in enumerate(named) if any(name.startswith(word) for name in names.split())), None)


def _plain(text: str) -> str:
    """Small letters without accents, and single blanks."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(letter for letter in letters if not unicodedata.combining(letter)).split())
