"""By what a voter is known from file to file."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Container

from phonetui.core.voter import Voter

#: The column `file_key` holds 80 characters.
LONGEST_ID = 77


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
    """What the table `erased_voters` keeps of a voter: found again by the file's id, and by name with each number."""
    known_by = {file_key, *(name_key(voter, phone.number) for phone in voter.phones)}
    return sorted(hmac.digest(key, known.encode(), "sha256").hex() for known in known_by)
