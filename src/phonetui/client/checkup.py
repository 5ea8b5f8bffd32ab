"""A check-up of this computer and the line: what is well, what is worth knowing, what must be mended.

Nothing is written, and nobody's name, number or token is told. What may hang is given up after a few seconds.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

#: Seconds for which one check may keep a person waiting; they run side by side.
LIMIT = 5.0


class Finding(Struct, frozen=True):
    """One thing looked at: what was found, and what to do about it unless it is well."""

    about: str
    state: Literal["well", "note", "mend"]
    found: str
    do: str = ""
