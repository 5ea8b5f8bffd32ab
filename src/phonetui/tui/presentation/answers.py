"""What to answer to a voter's question, found by what was typed."""

from __future__ import annotations

from phonetui.client.view import View
from phonetui.core import replies
from phonetui.core.keymap import Keymap
from phonetui.core.replies import ReadyReply
from phonetui.core.translation import tr
from phonetui.screen.line import BLANK, Line, Role, Span, join, text_lines, width, wrap
from phonetui.tui.presentation.hints import hint


def found(view: View, typed: str) -> list[ReadyReply]:
    """What the words typed find, the likeliest first; everything where there are none."""
    return replies.found(view.campaign, view.call, view.caller_name, typed) if view.campaign else []


def answer_lines(shown: list[ReadyReply], chosen: int | None, across: int, *, typed: bool = True) -> list[Line]:
    """The questions, with the answer under the chosen one, if any is."""
    if not shown:
        none = tr("Nothing found; try another word.") if typed else tr("The campaign has written no answers.")
        return text_lines(none, across, "quiet")
    lines: list[Line] = []
    for at, reply in enumerate(shown):
        role: Role = "accent" if at == chosen else "text"
        first, *others = wrap(reply.question, across - 2)
        lines.append((Span("▸ " if at == chosen else "  ", role), Span(first, role)))
        lines += [(Span(f"  {other}", role),) for other in others]
        if at == chosen:
            answer = wrap(reply.answer, across - 2)
            lines += [*((Span(f"  {line}"),) for line in answer), BLANK]
    return lines


def answers_foot(keys: Keymap, across: int, *, more: bool, typing: bool) -> Line:
    """How to choose, and how to leave: the line that is typed first, then the panel; what leaves is always there."""
    page = (Span("PgDn", "accent"), Span(f" {tr('more')}", "quiet")) if more else BLANK
    choose = (Span("↑↓", "accent"), Span(f" {tr('choose')}", "quiet"))
    script = (Span("Tab", "accent"), Span(f" {tr('script')}", "quiet")) if typing else hint(keys, "answers", tr("type"))
    close = (Span("Esc", "accent", "escape"), Span(f" {tr('closes')}", "quiet", "escape"))
    feet = [join([page, *others, close], "  ") for others in ([choose, script], [script], [])]
    return next((foot for foot in feet if width(foot) <= across), feet[-1])
