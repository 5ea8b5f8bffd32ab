"""What a typed line means: a key, the name of an action or of a result, or a word of plain mode's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from phonetui.core import spoken_time
from phonetui.core.actions import BY_ID
from phonetui.core.campaign import Campaign, Disposition
from phonetui.core.keymap import Bound, Keymap
from phonetui.core.keys import key_named, nearest, show_key
from phonetui.core.refusal import Refused
from phonetui.core.script_page import Blank
from phonetui.core.translation import later, tr

#: Words of plain mode's own, by what they are for, with what each does.
OWN_WORDS: Mapping[str, tuple[str, str]] = {
    "again": (later("again"), later("Say all of it again.")),
    "who": (later("who"), later("Say who is called.")),
    "number": (later("number"), later("Say the number digit by digit.")),
    "script": (later("script"), later("Say the script's step again.")),
    "results": (later("results"), later("Say every result and its key.")),
    "status": (later("status"), later("Say how the line is, what is unsent, and what the shift has come to.")),
    "short": (later("short"), later("Say less.")),
    "long": (later("long"), later("Say more.")),
    "tour": (later("tour"), later("Say what there is, one thing after the other.")),
    "on": (later("on"), later("Go on in the script.")),
}

#: The same where something dials, with the actions that have to be there. Those that help names already do not toggle.
PHONE_WORDS: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "redial": (later("redial"), later("Dial the same number once more."), ("dial",)),
    "code": (later("code"), later("Draw the number as a code for a phone's camera."), ("dial", "large")),
    "mute": (later("mute"), "", ("mute",)),
    "unmute": (later("unmute"), later("Be heard again."), ("mute",)),
    "keys": (later("keys"), later("Press keys of the phone, as in keys 12#."), ("keypad",)),
    "pause": (later("pause"), "", ("pace",)),
    "resume": (later("resume"), later("Have the next voters dialed by a countdown again."), ("pace",)),
}


def own_words(keys: Keymap) -> Mapping[str, tuple[str, str]]:
    """Plain mode's own words that mean something at this desk."""
    phone = {
        name: (word, sentence)
        for name, (word, sentence, actions) in PHONE_WORDS.items()
        if all(action in keys.actions for action in actions)
    }
    return {**OWN_WORDS, **phone}


def keys_to_press(line: str, keys: Keymap) -> str:
    """What stands after the word for keys of a phone; nothing where the line is none with that word."""
    word, _, digits = line.strip().partition(" ")
    is_word = word.casefold() in ("keys", tr("keys").casefold()) and "keypad" in keys.actions
    return "".join(digits.split()) if is_word else ""


def typed_key(keys: Keymap, action_id: str) -> str:
    """What to type for an action: a key that writes a character where it has one; empty where it has none."""
    its = [key for key in keys.actions.get(action_id, ()) if key]
    shown = next((key for key in its if len(key) == 1), next(iter(its), ""))
    return show_key(shown).lower() if len(shown) > 1 else shown


def understand(line: str, keys: Keymap, campaign: Campaign | None) -> tuple[Bound | str, str]:
    """What the line stands for, and the key that it is; a word of plain mode's own is answered by its English name.

    Raises `Refused`, with the nearest word, for what is nothing here.
    """
    if line and not line.strip():
        return _bound(keys, "space", "space")
    typed = line.strip()
    if len(typed) == 1:
        return _bound(keys, typed, typed)
    word = " ".join(typed.casefold().split())
    words = _words(keys, campaign)
    meant = words.get(word, ())
    if len(meant) > 1:
        raise Refused(_more_than_one(typed, meant, keys))
    if meant:
        found = meant[0]
        return found, "" if isinstance(found, str | Disposition) else keys.first(found.id)
    key = key_named({"esc": "escape"}.get(word, word))
    if key is None or len(key) == 1:
        raise Refused(_nothing_here(typed, nearest(word, words)))
    return _bound(keys, key, typed)


def is_answer(line: str, blank: Blank, keys: Keymap, campaign: Campaign | None, *, today: date) -> bool:
    """Whether the line is what a question wants typed: it means nothing else here.

    Where something was typed before, a digit or a day is in it: anything else is a word that went wrong.
    """
    typed = line.strip()
    if typed in keys.bound:
        return typed.isdecimal() and not (blank.free and typed in keys.actions["type"])
    try:
        understand(line, keys, campaign)
    except Refused:
        has_digit = any(letter.isdecimal() for letter in typed)
        return not blank.answer or has_digit or (blank.date and _is_day(typed, today))
    return False


def _is_day(typed: str, today: date) -> bool:
    try:
        return spoken_time.understand(typed, today).day is not None
    except spoken_time.WhichDay:
        return True
    except Refused:
        return False


def _bound(keys: Keymap, key: str, typed: str) -> tuple[Bound | str, str]:
    if key == "escape":
        return "close", key
    found = keys.find(key)
    if found is None:
        raise Refused(_nothing_here(typed, ""))
    return found, key if key in keys.bound else key.lower()


def _words(keys: Keymap, campaign: Campaign | None) -> dict[str, tuple[Bound | str, ...]]:
    """What has a name here, and by which; a word of plain mode's own comes before any other."""
    named: dict[str, tuple[Bound | str, ...]] = {}
    for disposition in campaign.dispositions if campaign else ():
        for label in disposition.label.values():
            named[label.casefold()] = (disposition,)
    for action in (BY_ID[action_id] for action_id in keys.actions if action_id != "answer"):
        for name in {action.id.replace("_", " "), action.label.casefold()}:
            named[name] = (*named.get(name, ()), action)
    words = own_words(keys)
    own = {tr(word).casefold(): (name,) for name, (word, _) in words.items()}
    return {**named, **own, **{name: (name,) for name in words}}


def _more_than_one(typed: str, meant: Iterable[Bound | str], keys: Keymap) -> str:
    its = [keys.results[one.id] if isinstance(one, Disposition) else typed_key(keys, one.id) for one in _bounds(meant)]
    return tr("“{typed}” may be {keys}; type the key.", typed=typed, keys=tr(" or ").join(its))


def _bounds(meant: Iterable[Bound | str]) -> Iterator[Bound]:
    return (one for one in meant if not isinstance(one, str))


def _nothing_here(typed: str, near: str) -> str:
    return tr("“{typed}” is nothing here{nearest}; type ? for what can be typed now.", typed=typed, nearest=near)


def chosen_of(typed: str, choices: Sequence[tuple[str, str]]) -> str | None:
    """The key of the choice that was typed: by its key, by its words, or by the words that they alone begin with."""
    meant = [key for key, meaning in choices if typed in (key.casefold(), meaning.casefold())]
    meant = meant or [key for key, meaning in choices if len(typed) > 1 and meaning.casefold().startswith(typed)]
    return meant[0] if len(meant) == 1 else None
