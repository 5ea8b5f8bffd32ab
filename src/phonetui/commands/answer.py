"""What a command answers with."""

from __future__ import annotations

from msgspec import Struct


class Answer(Struct, frozen=True):
    """`text` for people, `facts` for `--json`; `mistakes` go to stderr in its place and make the exit code 1."""

    text: str
    facts: object
