"""How many columns a text takes in a terminal, where no front end is there to measure it."""

from __future__ import annotations

import unicodedata


def cells(text: str) -> int:
    """How many columns the text takes at most."""
    return len(text) if text.isascii() else sum(map(_cells_of, text))


def fitted(text: str, width: int) -> str:
    """The text in exactly so many columns, with an ellipsis where it is longer."""
    if cells(text) > width:
        text = f"{_beginning(text, width - 1)}…"
    return text + " " * (width - cells(text))


def _beginning(text: str, width: int) -> str:
    taken = 0
    for place, letter in enumerate(text):
        taken += _cells_of(letter)
        if taken > width:
            return text[:place]
    return text


def _cells_of(letter: str) -> int:
    """Of a sign that terminals do not agree on what the widest of them takes."""
    category = unicodedata.category(letter)
    if category in ("Mn", "Me"):
        return 0 if letter != "\ufe0f" else 1  # which makes the sign before it an emoji, and wide
    return 2 if category == "So" or unicodedata.east_asian_width(letter) in "WF" else 1
