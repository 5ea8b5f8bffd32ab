"""How what a caller has written down is counted before people.

An entry is whatever the campaign is to know: a result, one taken back, a skip, a number dialed, a correction, a word
about the script.
"""

from __future__ import annotations

from phonetui.core.translation import tr_n


def entries(count: int) -> str:
    """`1 entry`, `2,000 entries`."""
    return tr_n("{n} entry", "{n} entries", count)
