"""The tour in the lines below the panes, and its offer to a caller who is new here."""

from __future__ import annotations

from phonetui.core.keymap import Keymap
from phonetui.core.tour import STOPS, checklist
from phonetui.core.translation import tr
from phonetui.screen.line import Line, Span, text_lines


def tour_lines(at: int, keys: Keymap, width: int) -> list[Line]:
    """What is said at a stop, and how to go on."""
    told = tr("{n} of {all}: {told}", n=at + 1, all=len(STOPS), told=STOPS[at].told(keys.shown))
    leaves = (Span("Esc", "accent", "escape"), Span(f" {tr('leaves')}", "quiet", "escape"))
    return [*text_lines(told, width), (Span(f"{tr('Any key goes on')}  ", "quiet"), *leaves)]


def offer_lines(keys: Keymap, width: int) -> list[Line]:
    """That there is a tour, and what to have at hand; no key is taken by it."""
    key = keys.shown("help")
    offer = tr("New here? Press {key} and then Enter for a short tour.", key=key)
    return [*(text_lines(offer, width, "accent") if key else []), *text_lines(checklist(), width)]
