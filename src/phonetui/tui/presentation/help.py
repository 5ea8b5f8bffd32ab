"""Every key and what it does, from the registry and the campaign."""

from __future__ import annotations

from phonetui.client.view import View
from phonetui.core.actions import ACTIONS, CallerAction
from phonetui.core.keymap import Keymap
from phonetui.core.keys import show_key
from phonetui.core.translation import tr
from phonetui.screen.line import BLANK, Line, Span, cells_of, columns, fit, pad, text_lines, wrap

#: Columns for the key, in cells.
KEY = 10


def help_lines(view: View, keys: Keymap, width: int) -> list[Line]:
    """The actions with a sentence each, then the results."""
    lines: list[Line] = []
    for action in ACTIONS:
        lines += _action(keys, action, width)
    lines.append(_row("Ctrl+P", tr("Palette"), tr("Find any of these by name.")))
    if view.phone.engine == "hand":
        told = tr("Something else can dial: phonetui settings set dialer; phonetui dial check says what is there.")
        lines += [BLANK, *text_lines(told, width, "quiet")]
    results = _results(view, keys, width)
    if results:
        lines += [BLANK, (Span(tr("Results"), "quiet"),), *results]
    if keys.moved:
        told = tr("Some results have another key here than in the campaign's file, for you gave theirs to an action.")
        lines += [BLANK, *text_lines(told, width, "quiet")]
    return lines


def _action(keys: Keymap, action: CallerAction, width: int) -> list[Line]:
    shown = [show_key(key) for key in keys.actions.get(action.id, ())]
    if not shown:
        return []
    key = f"{shown[0]} … {shown[-1]}" if action.id == "answer" else " ".join(shown)
    beside = KEY + _labels_width()
    first, *others = wrap(action.help, width - beside)
    return [_row(key, action.label, first), *((Span(" " * beside), Span(other, "quiet")) for other in others)]


def _row(key: str, label: str, sentence: str) -> Line:
    named = pad((Span(label),), _labels_width())
    return (*pad((Span(fit(key, KEY - 1), "accent"),), KEY), *named, Span(sentence, "quiet"))


def _labels_width() -> int:
    """The cells of the column with the actions' names."""
    return 1 + max(cells_of(action.label) for action in ACTIONS)


def _results(view: View, keys: Keymap, width: int) -> list[Line]:
    if view.campaign is None:
        return []
    count = max(width // 24, 1)
    cells: list[Line] = []
    for disposition in view.campaign.dispositions:
        label = view.campaign.words(disposition.label)
        if disposition.confirm:
            label = tr("{result} (twice)", result=label)
        cells.append((Span(f"{keys.results[disposition.id]}  ", "accent"), Span(fit(label, width // count - 4))))
    return columns(cells, count, width)
