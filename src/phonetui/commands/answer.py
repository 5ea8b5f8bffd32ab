"""What a command answers with."""

from __future__ import annotations

from msgspec import Struct


class Answer(Struct, frozen=True):
    """`text` for people, `facts` for `--json`, and the exit code."""

    text: str
    facts: object
    code: int = 0


def counted(count: int, noun: str) -> str:
    """`1 row`, `2,000 rows`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
