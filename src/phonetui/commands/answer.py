"""What a command answers with."""

from __future__ import annotations

from msgspec import Struct


class Answer(Struct, frozen=True):
    """`text` for people, `facts` for `--json`, and the exit code."""

    text: str
    facts: object
    code: int = 0
