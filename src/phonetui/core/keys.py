"""The application's own keys, by the character that an organiser would write for them."""

from __future__ import annotations

from phonetui.core.actions import RESERVED as _BY_NAME

_CHARACTERS = {"slash": "/", "question_mark": "?"}

#: Keys that a campaign's results cannot have, with the label of the action that has them.
RESERVED: dict[str, str] = {_CHARACTERS.get(key, key): label for key, label in _BY_NAME.items()}
