"""What supervisors type as a list of words."""

from __future__ import annotations

import re


def typed_words(text: str) -> tuple[str, ...]:
    """`es, en` as two words, each once."""
    return tuple(dict.fromkeys(filter(None, re.split(r"[,;\s]+", text))))
