"""Which key does what: the registry's actions and the campaign's results, with the keys that the user gave them.

Every front end looks keys up here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches
from string import ascii_letters

from msgspec import Struct

from phonetui.core.actions import ACTIONS, BY_ID, CallerAction
from phonetui.core.campaign import Campaign, Disposition
from phonetui.core.keys import FIXED, key_named, nearest_key, show_key
from phonetui.core.refusal import Refused
from phonetui.core.standard_dispositions import BY_ID as USUAL_RESULTS
from phonetui.core.translation import tr

#: What a settings file writes in place of a key, to take an action its keys away.
DISABLED = "<disabled>"

#: Keys by what they are for: an action, or a usual result, by its id.
Keys = Mapping[str, Sequence[str]]
Bound = CallerAction | Disposition


class Keymap(Struct, frozen=True):
    """`bound` says what a key does; `actions` and `results` which keys an action, and which a disposition, has.

    `moved` holds the dispositions whose own key was taken, with the key that they have instead.
    """

    bound: dict[str, Bound]
    actions: dict[str, tuple[str, ...]]
    results: dict[str, str]
    moved: dict[str, str]

    def find(self, key: str) -> Bound | None:
        """What `key` does; a capital does what its small letter does, unless it has a meaning of its own."""
        return self.bound.get(key) or self.bound.get(key.lower())

    def first(self, action_id: str) -> str:
        """The action's first key; empty where the desk does not offer it, or the user has taken all its keys away."""
        return next(filter(None, self.actions.get(action_id, ())), "")

    def shown(self, action_id: str) -> str:
        """The action's first key as the screen names it."""
        return show_key(self.first(action_id))

    def answer(self, number: int) -> str:
        """The key of the answer of that number, from 1; empty where it has none."""
        keys = self.actions["answer"]
        return keys[number - 1] if number <= len(keys) else ""


def keymap(campaign: Campaign | None, own: Keys, offered: Collection[str] = ()) -> Keymap:
    """The keys in this campaign. `own` gives actions, and usual results, the user's keys in place of the usual ones.

    `offered` are the actions that this desk alone offers. Raises `Refused` for an action or a key that does not exist,
    and for a key that `own` gives to two of them.
    """
    own = {name: own_keys(name, keys) for name, keys in own.items()}
    there = {action.id: action for action in ACTIONS if not action.offered or action.id in offered}
    results = {each.id: each for each in campaign.dispositions} if campaign else {}
    bound = _bind_own(own, {**there, **results})
    for action in there.values():
        for key in () if action.id in own else action.keys:
            bound.setdefault(key, action)
    actions = {each.id: _kept(own.get(each.id, each.keys), each, bound) for each in there.values()}
    return Keymap(bound, actions, *_place_results(bound, own, list(results.values())))


def own_keys(name: str, keys: Sequence[str]) -> tuple[str, ...]:
    """The keys that the user wrote down for an action or a result, by their names in the keymap.

    Raises `Refused` for a name or a key that does not exist, or that has a meaning of its own everywhere.
    """
    known = {**BY_ID, **USUAL_RESULTS}
    if name not in known:
        raise Refused(
            tr(
                "Your keys name an action “{name}” that does not exist{nearest}.",
                name=name,
                nearest=nearest_name(name),
            )
        )
    given = tuple(_own_key(name, key) for key in keys if key != DISABLED)
    if name in USUAL_RESULTS and not given:
        raise Refused(
            tr(
                "Your keys leave “{name}” without a key; a result always has one, such as {example}.",
                name=name,
                example=_example(name),
            )
        )
    return given


def nearest_name(word: str) -> str:
    """`; the nearest is “forward”`: the id of the action or usual result that is so called, or nearly so."""
    named = {name: name for name in (*BY_ID, *USUAL_RESULTS)}
    for action in ACTIONS:
        for label in (action.name, action.label):
            named.setdefault(label.lower().replace(" ", "_"), action.id)
    near = get_close_matches(word.lower(), named, n=1)
    return tr("; the nearest is “{word}”", word=named[near[0]]) if near else tr("; `phonetui keys` shows them all")


def _example(name: str) -> str:
    return f"`{name}: [{USUAL_RESULTS[name].key}]`"


def _own_key(name: str, written: str) -> str:
    key = key_named(written)
    if key is None:
        raise Refused(
            tr(
                "Your keys give “{name}” a key “{written}” that does not exist{nearest}.",
                name=name,
                written=written,
                nearest=nearest_key(written),
            )
        )
    if key in FIXED:
        raise Refused(
            tr(
                "Your keys give “{name}” {key}, which {does} always; choose another key.",
                name=name,
                key=show_key(key),
                does=tr(FIXED[key]),
            )
        )
    return key


def _bind_own(own: Keys, known: Mapping[str, Bound]) -> dict[str, Bound]:
    """What the user's keys do. A key that they gave twice is a mistake, whatever this campaign has of the two."""
    names: dict[str, str] = {}
    for name, keys in own.items():
        for key in keys:
            if names.setdefault(key, name) != name:
                raise Refused(
                    tr(
                        "Your keys give {key} to both “{one}” and “{other}”; change one of them.",
                        key=show_key(key),
                        one=names[key],
                        other=name,
                    )
                )
    return {key: known[name] for key, name in names.items() if name in known}


def _kept(keys: Sequence[str], action: CallerAction, bound: Mapping[str, Bound]) -> tuple[str, ...]:
    """The keys that are the action's; an answer that has lost its key leaves its place empty."""
    kept = tuple(key if bound[key] is action else "" for key in keys)
    return kept if action.id == "answer" else tuple(filter(None, kept))


def _place_results(
    bound: dict[str, Bound], own: Keys, dispositions: Sequence[Disposition]
) -> tuple[dict[str, str], dict[str, str]]:
    """Gives every disposition a key: the user's, its own where that is free, a letter of its label, or any letter."""
    results = {each.id: own[each.id][0] for each in dispositions if own.get(each.id)}
    others = [each for each in dispositions if each.id not in results]
    results |= {each.id: each.key for each in others if bound.setdefault(each.key, each) is each}
    moved: dict[str, str] = {}
    for each in others:
        if each.id not in results:
            letters = [*"".join(each.label.values()).lower(), *ascii_letters]
            key = next(letter for letter in letters if letter in ascii_letters and letter not in bound)
            bound[key] = each
            results[each.id] = moved[each.id] = key
    return results, moved
