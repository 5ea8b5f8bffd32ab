"""The keymap's place is core; what still imports it from here moves with its next change."""

from __future__ import annotations

from phonetui.core.keymap import Keymap, keymap
from phonetui.core.keys import pressed, show_key

__all__ = ["Keymap", "keymap", "pressed", "show_key"]
