"""What voters are told the caller is called; never who the caller is."""

from __future__ import annotations

#: Characters of a calling name.
LONGEST = 40


def calling_name(chosen: str, name: str) -> str:
    """The name that the caller chose for voters, else the first word of the caller's own."""
    return chosen or next(iter(name.split()), "")
