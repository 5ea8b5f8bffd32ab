"""By what a voter is known from file to file."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Container

from msgspec.structs import replace

from phonetui.core.voter import Voter
from phonetui.server.letter_case import folded

#: The column `file_key` holds 80 characters.
LONGEST_ID = 77
#: As it stands in the column of last names, where a file has none of its own for it.
_SUFFIX = re.compile(r"[\s,]+(jr|sr|ii|iii|iv)\.?\s*$")


def id_key(row_id: str) -> str:
    """The key of a voter whom the file gives an id of its own."""
    return f"id:{row_id if len(row_id) <= LONGEST_ID else hashlib.sha256(row_id.encode()).hexdigest()}"


def name_key(voter: Voter, number: str) -> str:
    """The key of a voter known by name and number alone; the middle name is left out, for files abbreviate it."""
    return f"np:{hashlib.sha256(f'{plain_name(voter)}|{number}'.encode()).hexdigest()}"


def plain_name(voter: Voter) -> str:
    """The name without case and signs: `O'Brien, Jr.` and `OBRIEN JR` are one."""
    name = f"{voter.first_name} {voter.last_name} {voter.suffix}".casefold()
    return "".join(letter for letter in name if letter.isalnum())


def is_named(voter: Voter, name: str, numbers: Container[str]) -> bool:
    """Whether the voter has that plain name and one of the numbers, by which alone people are known across lists."""
    return plain_name(voter) == name and any(phone.number in numbers for phone in voter.phones)


def erasure_hashes(key: bytes, file_key: str, voter: Voter) -> list[str]:
    """What the table `erased_voters` keeps of a voter: found again by the file's id, and by name with each number.

    The name counts as it is written, and also without accents and suffix, which files drop.
    """
    last_name = _SUFFIX.sub("", folded(voter.last_name))
    bare = replace(voter, first_name=folded(voter.first_name), last_name=last_name, suffix="")
    known_by = {file_key, *(name_key(each, phone.number) for each in (voter, bare) for phone in voter.phones)}
    return sorted(hmac.digest(key, known.encode(), "sha256").hex() for known in known_by)
