"""Sets of keys to choose from: what each gives an action or a usual result in place of its usual keys."""

from __future__ import annotations

from collections.abc import Mapping

from phonetui.core.actions import ACTIONS
from phonetui.core.keymap import DISABLED, Keys, own_keys
from phonetui.core.keys import show_key
from phonetui.core.refusal import Refused
from phonetui.core.standard_dispositions import BY_ID as USUAL_RESULTS
from phonetui.core.translation import tr

#: One hand on the left of the keyboard, the telephone in the other; capitals for what is rare, and the sixth answer and
#: those after it are a stretch.
_LEFT_HANDED: Keys = {
    "back": ("B", "backspace"),
    "type": ("T", "enter", "0"),
    "note": ("g", "i"),
    "copy": ("e", "y"),
    "correct": ("D",),
    "remark": ("R",),
    "answers": ("Q", "/"),
    "ask": ("A",),
    "notices": ("E", "*"),
    "undo": ("z", "u"),
    "review": ("S", "o"),
    "numbers": ("`", "="),
    "break": ("~", "p"),
    "campaigns": ("C", "j"),
    "refresh": ("@", "f5"),
    "help": ("W", "?"),
    "blank": ("Z",),
    "along": ("#", "f6"),
    "keypad": ("&",),
    "export": ("$", "f8"),
    "not_home": ("a",),
    "moved": ("V",),
    "language": ("G",),
    "quiet": ("X",),
    "left_message": ("F",),
}

#: What moves in vim moves in the script; undo, note, copy, search and help have vim's keys already.
_VIM: Keys = {
    "forward": ("j", "space", "ctrl+d", "ctrl+f"),
    "back": ("k", "backspace", "ctrl+u", "ctrl+b"),
    "details": ("K", "tab"),
    "quit": ("q", "Z"),
    "campaigns": ("J",),
    "left_message": ("M",),
}

KEY_SETS: dict[str, Keys] = {"usual": {}, "left-handed": _LEFT_HANDED, "vim": _VIM}


def keys_of(key_set: str, own: Keys) -> Keys:
    """The user's own keys over those of the set, which lose what the user gave to something else.

    Raises `Refused` for an action or a key in `own` that does not exist, and where it takes an action its last key.
    """
    own = {name: own_keys(name, keys) for name, keys in own.items()}
    taken = {key: name for name, keys in own.items() for key in keys}
    _check_that_each_keeps_one(KEY_SETS[key_set], own, taken)
    left = {
        name: tuple(key for key in keys if key not in taken)
        for name, keys in KEY_SETS[key_set].items()
        if name not in own
    }
    return {**{name: keys for name, keys in left.items() if keys or name not in USUAL_RESULTS}, **own}


def _check_that_each_keeps_one(key_set: Keys, own: Keys, taken: Mapping[str, str]) -> None:
    """A result without a key gets another; an action would be gone without a word."""
    for action in ACTIONS:
        keys = key_set.get(action.id, action.keys)
        if keys and action.id not in own and all(key in taken for key in keys):
            raise Refused(
                tr(
                    "Your keys give {key} to “{one}”, which leaves “{other}” without any; give that another key, or "
                    "`{none}`.",
                    key=show_key(keys[0]),
                    one=taken[keys[0]],
                    other=action.id,
                    none=DISABLED,
                )
            )
