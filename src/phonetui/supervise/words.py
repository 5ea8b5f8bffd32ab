"""What supervisors type: words, and days."""

from __future__ import annotations

import re
from datetime import date

from phonetui.core.languages import spoken_language
from phonetui.core.refusal import Refused
from phonetui.core.translation import tr


def typed_languages(text: str) -> tuple[str, ...]:
    """The codes of `Spanish, en`, each once; raises `Refused`."""
    return tuple(dict.fromkeys(spoken_language(word) for word in re.split(r"[,;\s]+", text) if word))


def typed_tags(text: str) -> tuple[str, ...]:
    """`nurses, phone-bank` as two tags, each once."""
    return tuple(dict.fromkeys(filter(None, map(str.strip, re.split("[,;]", text)))))


def typed_day(text: str) -> date | None:
    """A day with its year first; None where nothing was typed. Raises `Refused`."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refused(tr("“{text}” is no day; write it as 2026-12-31.", text=text)) from None
