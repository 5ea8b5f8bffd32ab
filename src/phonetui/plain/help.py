"""What can be typed now, and what each of it does."""

from __future__ import annotations

from phonetui.client.view import View
from phonetui.core.actions import ACTIONS, CallerAction
from phonetui.core.keymap import Keymap
from phonetui.core.translation import tr
from phonetui.plain.phone_words import call_lines
from phonetui.plain.typed_words import own_words, typed_key
from phonetui.plain.words import result_lines

#: Actions that need no line of their own: answers have one together, and the number has a word.
NOT_NAMED = ("answer", "large")


def help_lines(view: View, keys: Keymap, *, short: bool) -> list[str]:
    """Answers and results, then the actions that can be done now, then the words of plain mode's own."""
    calling = view.call.voter is not None
    actions = [action for action in ACTIONS if action.id not in NOT_NAMED and (calling or action.where == "desk")]
    lines = [*call_lines(view), tr("Type a key or a word, then Enter.")]
    if calling:
        lines += [*_answers(view, keys), *result_lines(view, keys, short=short)]
    its = [line for action in actions if (line := _action(view, action, keys, short=short))]
    own = [
        tr(word) if short else f"{tr(word)}: {tr(sentence)}" for word, sentence in own_words(keys).values() if sentence
    ]
    if short:
        return [*lines, ", ".join(its), ", ".join(own)]
    return [*lines, *its, *own, _how_to_have_it_dialed(view)]


def _how_to_have_it_dialed(view: View) -> str:
    if view.phone.engine != "hand":
        return ""
    return tr("Something else can dial: phonetui settings set dialer; phonetui dial check says what is there.")


def _answers(view: View, keys: Keymap) -> list[str]:
    choices = view.page.choices if view.page else ()
    if not choices:
        return []
    first, last = keys.answer(choices[0].digit), keys.answer(choices[-1].digit)
    return [tr("{first} to {last}: answer the question.", first=first, last=last)]


def _action(view: View, action: CallerAction, keys: Keymap, *, short: bool) -> str:
    """`u undo: Take the last result back.`; nothing where it has no key here."""
    key = typed_key(keys, action.id)
    offered = view.offered.get(action.id)
    label = offered.label if offered else action.label.lower()
    if not key:
        return ""
    return f"{key} {label}" if short else f"{key} {label}: {action.help}"
