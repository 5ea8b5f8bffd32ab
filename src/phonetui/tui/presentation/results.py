"""The result keys: every disposition of the campaign, in its order, with its key."""

from __future__ import annotations

from itertools import groupby

from rich.cells import cell_len

from phonetui.client.phone_keys import offered_result
from phonetui.client.view import View
from phonetui.core.call import Phase
from phonetui.core.campaign import Campaign, Disposition
from phonetui.core.keymap import Keymap
from phonetui.core.script_page import result_label
from phonetui.core.translation import tr
from phonetui.screen.line import BLANK, Line, Role, Span, columns, fit

#: Marks the result that the call's end suggests.
OFFERED = "▸"


def result_lines(view: View, keys: Keymap, width: int, height: int) -> list[Line]:
    """One result a line, in groups as far as the height allows."""
    if view.campaign is None:
        return []
    groups = [
        [_result(view, view.campaign, keys, disposition, width) for disposition in group]
        for _, group in groupby(view.campaign.dispositions, _group)
    ]
    spaced = [line for at, group in enumerate(groups) for line in ([BLANK, *group] if at else group)]
    return spaced if len(spaced) <= height else [line for line in spaced if line]


def stacked_result_lines(view: View, keys: Keymap, width: int, *, low: bool) -> list[Line]:
    """The results in two columns; in three where the window is low and no label is shortened by it."""
    campaign = view.campaign
    if campaign is None:
        return []
    longest = max(cell_len(result_label(campaign, view.call, disposition)) for disposition in campaign.dispositions)
    count = 3 if low and longest + len("n   ") <= width // 3 else 2
    cells = [_result(view, campaign, keys, disposition, width // count - 1) for disposition in campaign.dispositions]
    return columns(cells, count, width)


def _group(disposition: Disposition) -> str:
    """Number, person, with care, talk: the groups in which results stand."""
    if disposition.talk:
        return "talk"
    return "care" if disposition.confirm or disposition.call_back else disposition.about


def _result(view: View, campaign: Campaign, keys: Keymap, disposition: Disposition, width: int) -> Line:
    key = keys.results[disposition.id]
    if view.call.phase is Phase.CONFIRMING and view.call.confirming == disposition.id:
        return (Span(fit(tr("press {key} again", key=key), width), "alarm", key),)
    label = fit(result_label(campaign, view.call, disposition), width - 3)
    if view.call.phase is Phase.CALLING and disposition == offered_result(view):  # Enter saves it
        return (Span(f"{key} {OFFERED}", "accent", key), Span(label, "accent", key))
    roles: tuple[Role, Role] = ("accent", "text") if view.call.phase is Phase.CALLING else ("quiet", "quiet")
    return (Span(f"{key}  ", roles[0], key), Span(label, roles[1], key))
