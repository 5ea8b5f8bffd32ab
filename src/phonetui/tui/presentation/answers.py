"""What to answer to a voter's question: the campaign's replies, found by what was typed."""

from __future__ import annotations

from phonetui.client.view import View
from phonetui.core import replies
from phonetui.core.campaign import Reply
from phonetui.core.translation import tr
from phonetui.tui.presentation.line import BLANK, Line, Role, Span, text_lines, wrap


def found(view: View, typed: str) -> list[Reply]:
    """The replies that hold every word typed, those that hold them in the question first."""
    return replies.found(view.campaign, view.call, typed) if view.campaign else []


def answer_lines(view: View, shown: list[Reply], chosen: int, width: int) -> list[Line]:
    """The questions, with the answer under the chosen one."""
    campaign = view.campaign
    if campaign is None:
        return []
    if not shown:
        none = (
            tr("Nothing found; try another word.") if campaign.replies else tr("The campaign has written no answers.")
        )
        return text_lines(none, width, "quiet")
    lines: list[Line] = []
    for at, reply in enumerate(shown):
        ready = replies.ready(campaign, view.call, view.caller_name, reply)
        role: Role = "accent" if at == chosen else "text"
        first, *others = wrap(ready.question, width - 2)
        lines.append((Span("▸ " if at == chosen else "  ", role), Span(first, role)))
        lines += [(Span(f"  {other}", role),) for other in others]
        if at == chosen:
            answer = wrap(ready.answer, width - 2)
            lines += [*((Span(f"  {line}"),) for line in answer), BLANK]
    return lines
