"""Text from outside is hostile until cleaned: names, notes, scripts, notices, whatever a file or a server says."""

from __future__ import annotations

import re
import unicodedata

#: Tabs and line ends, however written: they become a space.
_SPACES = re.compile(r"[\t-\r\x85\u2028\u2029]")
#: C0, DEL, C1, the bidirectional overrides, embeddings and isolates, and lone surrogates: they are dropped.
#: Joiners and direction marks stay, for emoji, Persian and Arabic need them.
_DROPPED = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def clean(text: str, longest: int) -> str:
    """One line that is safe to draw and to store: no control characters, NFC, at most `longest` characters.

    Clean each line of a longer text by itself.
    """
    if not (text.isprintable() and unicodedata.is_normalized("NFC", text)):
        text = unicodedata.normalize("NFC", _DROPPED.sub("", _SPACES.sub(" ", text)))
    text = text.strip()
    return text if len(text) <= longest else text[:longest].rstrip(" \u200d")
