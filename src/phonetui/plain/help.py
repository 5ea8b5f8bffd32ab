"""What can be typed now, and what each of it does."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from phonetui.client.phone_keys import LINE_USES, enter_does
from phonetui.client.view import View
from phonetui.core.actions import ACTIONS, CallerAction
from phonetui.core.keymap import Keymap
from phonetui.core.translation import tr
from phonetui.plain.phone_words import call_lines
from phonetui.plain.typed_words import own_words, typed_key
from phonetui.plain.words import result_lines

#: Actions that need no line of their own: answers have one together, the number has a word, and there is no screen.
NOT_NAMED = ("answer", "large", "blank")
#: What is for real calls alone.
NOT_IN_PRACTICE = ("along", "campaigns", "export", "practice", "review")


def _is_free(view: View) -> bool:
    return not view.in_call


def _in_call(view: View) -> bool:
    return view.phone.in_call


#: When there is something for an action to do; those that are not here always have.
USES: Mapping[str, Callable[[View], bool]] = {
    **LINE_USES,
    "forward": lambda view: view.page is not None and not view.page.last,
    "back": lambda view: len(view.call.draft.place.steps) > 1,
    "type": lambda view: enter_does(view) != "type" or bool(view.page and (view.page.blanks or view.page.result)),
    "script_language": lambda view: view.campaign is not None and len(view.campaign.languages) > 1,
    "answers": lambda view: view.campaign is not None and bool(view.campaign.replies),
    "dial": lambda view: view.phone.can_dial and not view.phone.in_call,
    "hang_up": _in_call,
    "mute": _in_call,
    "keypad": _in_call,
    "undo": lambda view: bool(view.call.back) and not view.phone.in_call,
    "follow_up": lambda view: view.campaign is not None and bool(view.campaign.follow_ups),
    "notices": lambda view: bool(view.told),
    "along": lambda view: bool(view.campaign and view.campaign.take_along) and view.line.is_up,
    "campaigns": _is_free,
    "break": _is_free,
    "practice": _is_free,
}


def help_lines(view: View, keys: Keymap, *, short: bool) -> list[str]:
    """Answers and results, then the actions that can be done now, then the words of plain mode's own."""
    calling = view.call.voter is not None
    actions = [action for action in ACTIONS if action.id not in NOT_NAMED and _is_of_use(view, action)]
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


def _is_of_use(view: View, action: CallerAction) -> bool:
    """Whether there is something for it to do now."""
    if (action.where == "voter" and view.call.voter is None) or (view.practice and action.id in NOT_IN_PRACTICE):
        return False
    use = USES.get(action.id)
    return use is None or use(view)


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
