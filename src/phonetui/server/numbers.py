"""Numbers as voter files write them, to E.164, or why they cannot be dialed."""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberType

from phonetui.core.refusal import Refused

#: How nearly every file writes a number; anything else takes the slow way.
_PLAIN = re.compile(r"(?:\+?1[ .-]?)?\(?(\d{3})\)?[ .-]?(\d{3})[ .-]?(\d{4})", re.ASCII)
_EXTENSION = re.compile(r"\d\s*[,;]?\s*(?:x|ext|ext\.|extension|#)[:\s]*\d+\s*$", re.IGNORECASE)
_NO_DIGIT = re.compile(r"\D", re.ASCII)

#: The regions of country code 1 that vote in elections of the United States.
_REGIONS = frozenset({"US", "PR", "VI", "GU", "AS", "MP"})
_LINES = frozenset({PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})

NO_NUMBER = "no number"
EXTENSION = "the number has an extension"
LETTERS = "the number has letters in it"
TOO_SHORT = "the number is too short"
TOO_LONG = "the number is too long"
ABROAD = "the number is outside the United States"
TOLL_FREE = "the number is toll-free"
NOT_A_LINE = "the number is not a person's line"
NO_SUCH_NUMBER = "no such area code or exchange"


def e164(text: str) -> str:
    """The number in E.164; raises `Refused` with a few words on why it cannot be dialed from a campaign in the US."""
    plain = _PLAIN.fullmatch(text)
    area, exchange, line = plain.groups() if plain else _unusual(text)
    reason = _why_not(area, exchange)
    if reason:
        raise Refused(reason)
    return f"+1{area}{exchange}{line}"


def _unusual(text: str) -> tuple[str, str, str]:
    """Area code, exchange and line of a number that is written in an unusual way."""
    text = phonenumbers.normalize_digits_only(text, keep_non_digits=True).strip()
    text = text.removesuffix(".0")  # a spreadsheet took it for an amount
    digits = _NO_DIGIT.sub("", text)
    if not digits:
        raise Refused(NO_NUMBER)
    if _EXTENSION.search(text):
        raise Refused(EXTENSION)
    if any(letter.isalpha() for letter in text):
        raise Refused(LETTERS)
    if digits.startswith("011") or (text.startswith("+") and not digits.startswith("1")):
        raise Refused(ABROAD)
    if len(digits) == 11 and digits.startswith("1"):
        digits = digits[1:]
    if len(digits) != 10:
        raise Refused(TOO_SHORT if len(digits) < 10 else TOO_LONG)
    return digits[:3], digits[3:6], digits[6:]


@lru_cache(maxsize=65_536)  # a file holds a few thousand pairs
def _why_not(area: str, exchange: str) -> str:
    """Why no number of this area code and exchange can be dialed; empty when they can.

    What phonenumbers knows of the plan turns on these six digits. Fictional numbers, 555-01XX, are valid there.
    """
    number = PhoneNumber(country_code=1, national_number=int(f"{area}{exchange}0100"))
    kind = phonenumbers.number_type(number)
    if kind == PhoneNumberType.UNKNOWN:
        return NO_SUCH_NUMBER
    if kind == PhoneNumberType.TOLL_FREE:
        return TOLL_FREE
    if kind not in _LINES:
        return NOT_A_LINE
    return "" if phonenumbers.region_code_for_number(number) in _REGIONS else ABROAD
