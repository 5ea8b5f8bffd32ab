"""What the settings may be that Zetkin needs; an empty text, `''`, is none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from phonetui.core.eligibility import known_zone
from phonetui.core.translation import tr

if TYPE_CHECKING:
    from phonetui.core.marked_yaml import Entry

_WORD = re.compile(r"[!-~]{1,500}", re.ASCII)
_COUNTRY = re.compile(r"[1-9][0-9]{0,2}", re.ASCII)


def one_word(entry: Entry) -> str:
    """Letters, digits and signs without a blank, as they were given out."""
    written = "" if entry.is_blank else entry.text(tr("one word"))
    if written and not _WORD.fullmatch(written):
        entry.expect(tr("one word"))
    return written


def zone(entry: Entry) -> str:
    """A time zone by its name."""
    written = "" if entry.is_blank else entry.text(tr("a time zone, such as Europe/Stockholm"))
    if written and known_zone(written) is None:
        entry.expect(tr("a time zone, such as Europe/Stockholm"))
    return written


def country_code(entry: Entry) -> str:
    """What stands behind the plus sign of its numbers."""
    written = "" if entry.is_blank else entry.text(tr("a country's code, such as 46")).removeprefix("+")
    if written and not _COUNTRY.fullmatch(written):
        entry.expect(tr("a country's code, such as 46"))
    return written
