"""Which key does what: the registry's actions, the user's own keys for them, and the campaign's results.

Textual drops clashing bindings silently, so keys are looked up here and nowhere else. A key is known by the character
that it writes (`n`, `!`, `?`), else by Textual's name for it (`space`, `f5`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from difflib import get_close_matches
from string import ascii_lowercase

from msgspec import Struct
from textual.keys import REPLACED_KEYS, Keys, key_to_character

from phonetui.core.actions import ACTIONS, BY_ID, CallerAction
from phonetui.core.campaign import Campaign, Disposition
from phonetui.core.refusal import Refused

_SHOWN = {"space": "Space", "backspace": "Backspace", "tab": "Tab", "escape": "Esc", "enter": "Enter"}
_NAMES = frozenset(key.value for key in Keys)


class Keymap(Struct, frozen=True):
    """`bound` says what a key does; `actions` and `results` which keys an action, and which a disposition, has.

    `moved` holds the dispositions whose own key was taken, with the key that they have instead.
    """

    bound: dict[str, CallerAction | Disposition]
    actions: dict[str, tuple[str, ...]]
    results: dict[str, str]
    moved: dict[str, str]

    def find(self, key: str) -> CallerAction | Disposition | None:
        """What `key` does; a capital does what its small letter does, unless it has a meaning of its own."""
        return self.bound.get(key) or self.bound.get(key.lower())

    def first(self, action_id: str) -> str:
        """The action's first key; empty where the desk does not offer it, or the user has taken all its keys away."""
        return next(iter(self.actions.get(action_id, ())), "")

    def shown(self, action_id: str) -> str:
        """The action's first key as the screen names it."""
        return show_key(self.first(action_id))


def pressed(key: str, character: str | None) -> str:
    """The name under which a key press stands in the keymap."""
    return character if character and character.isprintable() and character != " " else key


def show_key(key: str) -> str:
    """A key as the screen names it: `Space`, `F5`, `n`."""
    return _SHOWN.get(key) or (key.upper() if key.startswith("f") and key[1:].isdigit() else key)


def keymap(campaign: Campaign | None, own: Mapping[str, Sequence[str]], offered: Collection[str] = ()) -> Keymap:
    """The keys in this campaign. `own` gives actions, by id, the user's keys in place of the usual ones.

    `offered` are the actions that this desk alone offers. Raises `Refused` for an action or a key that does not exist,
    and for a key that `own` gives to two actions.
    """
    actions = {action.id: _keys(action, own) for action in ACTIONS if not action.offered or action.id in offered}
    bound: dict[str, CallerAction | Disposition] = {}
    for action_id, keys in _own_first(actions, own):
        _bind(bound, BY_ID[action_id], keys, refuse=action_id in own)
    kept = {action_id: tuple(k for k in keys if bound[k] is BY_ID[action_id]) for action_id, keys in actions.items()}
    results, moved = _place_results(bound, campaign.dispositions if campaign else ())
    return Keymap(bound, kept, results, moved)


def _keys(action: CallerAction, own: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    return tuple(_named(action.id, key) for key in own.get(action.id, action.keys))


def _own_first(
    actions: dict[str, tuple[str, ...]], own: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for action_id in own:
        if action_id not in actions:
            raise Refused(f"Your keys name an action “{action_id}” that does not exist{_nearest(action_id, actions)}.")
        yield action_id, actions[action_id]
    yield from ((action_id, keys) for action_id, keys in actions.items() if action_id not in own)


def _bind(
    bound: dict[str, CallerAction | Disposition], action: CallerAction, keys: tuple[str, ...], *, refuse: bool
) -> None:
    """A usual key that the user gave to another action is theirs; a key that they gave twice is a mistake."""
    for key in keys:
        other = bound.setdefault(key, action)
        if other is not action and refuse:
            raise Refused(f"Your keys give {show_key(key)} to both “{other.id}” and “{action.id}”; change one of them.")


def _named(action_id: str, key: str) -> str:
    name = pressed(key, key_to_character(REPLACED_KEYS.get(key, key)))
    if len(name) > 1 and name not in _NAMES:
        raise Refused(f"Your keys give “{action_id}” a key “{key}” that does not exist{_nearest(key, sorted(_NAMES))}.")
    return name


def _nearest(word: str, known: Mapping[str, object] | Sequence[str]) -> str:
    near = get_close_matches(word, list(known), n=1)
    return f"; the nearest is “{near[0]}”" if near else ""


def _place_results(
    bound: dict[str, CallerAction | Disposition], dispositions: Sequence[Disposition]
) -> tuple[dict[str, str], dict[str, str]]:
    """Gives every disposition a key: its own where that is free, else a letter of its label, else any letter."""
    taken = [each for each in dispositions if bound.setdefault(each.key, each) is not each]
    moved: dict[str, str] = {}
    for disposition in taken:
        letters = [*"".join(disposition.label.values()).lower(), *ascii_lowercase, *ascii_lowercase.upper()]
        key = next(letter for letter in letters if letter.isalpha() and letter not in bound)
        bound[key] = disposition
        moved[disposition.id] = key
    results = {bound_to.id: key for key, bound_to in bound.items() if isinstance(bound_to, Disposition)}
    return results, moved
