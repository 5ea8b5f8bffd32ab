"""Keys by the names under which they stand in the keymap and in a settings file.

A key is known by the character that it writes (`n`, `!`, `?`), else by its name (`space`, `f5`, `ctrl+n`).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

from phonetui.core.translation import later, tr

_MOVING = ("left", "right", "up", "down", "home", "end", "pageup", "pagedown", "insert", "delete")
_NAMED = ("space", "enter", "tab", "backspace", "escape", *_MOVING, *(f"f{number}" for number in range(1, 25)))
_MODIFIERS = ("alt", "ctrl", "shift")
#: What people call a character, where Unicode calls it otherwise.
_CHARACTERS = {
    "at": "@",
    "backslash": "\\",
    "backtick": "`",
    "dot": ".",
    "minus": "-",
    "period": ".",
    "plus": "+",
    "slash": "/",
    "underscore": "_",
}
_SHOWN = {
    "space": later("Space"),
    "backspace": later("Backspace"),
    "tab": "Tab",
    "escape": "Esc",
    "enter": "Enter",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "insert": "Ins",
    "delete": "Del",
}

#: What a terminal sends for two keys alike.
_ALIKE = {"ctrl+h": "backspace", "ctrl+i": "tab", "ctrl+j": "enter", "ctrl+m": "enter", "ctrl+[": "escape"}

#: What the application itself does with a key, whatever the user's keys say.
FIXED = {
    "escape": later("closes"),
    "ctrl+c": later("leaves"),
    "ctrl+q": later("leaves"),
    "ctrl+p": later("opens the palette"),
}


def key_named(written: str) -> str | None:
    """The key that somebody wrote down, by its name in the keymap; None where there is no such key."""
    *modifiers, last = _parts(written)
    base = last if last in _NAMED else _character(last)
    if base is None or not set(modifiers) <= set(_MODIFIERS) or len(set(modifiers)) < len(modifiers):
        return None
    if modifiers == ["shift"] and len(base) == 1:  # a terminal sends the capital
        return base.upper()
    if "ctrl" in modifiers and len(base) == 1:  # and with Ctrl the same for both
        base = base.lower()
    elif modifiers and base.isupper():
        modifiers, base = [*modifiers, "shift"], base.lower()
    key = "+".join([*sorted(set(modifiers)), base])
    return _ALIKE.get(key, key)


def nearest_key(written: str) -> str:
    """`; the nearest is “space”`, or what a key is where none is called anything like it."""
    return nearest(written.lower(), [*_NAMED, *_CHARACTERS]) or tr(
        "; a key is a character, or a name such as space or f2"
    )


def nearest(word: str, known: Iterable[str]) -> str:
    """`; the nearest is “note”`, or nothing where no known word is like it."""
    near = get_close_matches(word, list(known), n=1)
    return tr("; the nearest is “{word}”", word=near[0]) if near else ""


def pressed(key: str, character: str | None) -> str:
    """The name under which a key press stands in the keymap; Alt with a letter is not that letter."""
    if key.startswith(("alt+", "ctrl+")):
        return _ALIKE.get(key, key)
    return character if character and character.isprintable() and character != " " else key


def show_key(key: str) -> str:
    """A key as the screen names it: `Space`, `F5`, `Ctrl+N`, `n`."""
    *modifiers, last = _parts(key)
    if not modifiers and len(last) == 1:
        return last
    shown = tr(_SHOWN.get(last, "")) or (
        last.upper() if last not in _NAMED or last[1:].isdigit() else last.capitalize()
    )
    return "+".join([*(modifier.capitalize() for modifier in modifiers), shown])


def _parts(written: str) -> list[str]:
    """What stands between the plus signs; a plus sign alone or at the end is the key itself."""
    if written.endswith("+"):
        return [*(part for part in written[:-1].lower().split("+") if part), "+"]
    *modifiers, last = written.split("+")
    return [*(modifier.lower() for modifier in modifiers), last if len(last) == 1 else last.lower()]


def _character(name: str) -> str | None:
    if len(name) == 1:
        return name if name.isprintable() and name != " " else None
    if name in _CHARACTERS:
        return _CHARACTERS[name]
    try:
        character = unicodedata.lookup(name.replace("_", " ").upper())
    except KeyError:
        return None
    return character if character.isprintable() and character != " " else None
