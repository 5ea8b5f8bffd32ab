"""A key and what it does, in two words."""

from __future__ import annotations

from phonetui.core.actions import BY_ID
from phonetui.core.keymap import Keymap
from phonetui.core.keys import show_key
from phonetui.screen.line import BLANK, Line, Span


def hint(keys: Keymap, action_id: str, label: str = "") -> Line:
    """`s skip`, or the key with another label; nothing where the user has taken the action's keys away."""
    key, words = keys.first(action_id), label or BY_ID[action_id].label.lower()
    return (Span(show_key(key), "accent", key), Span(f" {words}", "quiet", key)) if key else BLANK
