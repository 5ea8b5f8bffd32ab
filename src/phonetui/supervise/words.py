"""What supervisors type: words, and days."""

from __future__ import annotations

import re
from datetime import date

from phonetui.core.refusal import Refused
from phonetui.core.translation import tr


def typed_words(text: str) -> tuple[str, ...]:
    """`es, en` as two words, each once."""
    return tuple(dict.fromkeys(filter(None, re.split(r"[,;\s]+", text))))


def typed_day(text: str) -> date | None:
    """A day with its year first; None where nothing was typed. Raises `Refused`."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refused(tr("“{text}” is no day; write it as 2026-12-31.", text=text)) from None
