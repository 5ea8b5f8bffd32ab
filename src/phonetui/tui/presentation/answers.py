"""What to answer to a voter's question: the campaign's replies, found by what was typed."""

from __future__ import annotations

from phonetui.client.view import View
from phonetui.core.call import language as script_language
from phonetui.core.campaign import Reply
from phonetui.core.personal import personalise
from phonetui.core.translation import tr
from phonetui.tui.presentation.line import BLANK, Line, Role, Span, text_lines, wrap


def found(view: View, typed: str) -> list[Reply]:
    """The replies that hold every word typed, those that hold them in the question first."""
    campaign, wanted = view.campaign, typed.casefold().split()
    if campaign is None:
        return []
    language = _language(view)

    def missing(reply: Reply, *, whole: bool) -> int:
        text = campaign.words(reply.question, language)
        if whole:
            text += " " + campaign.words(reply.answer, language)
        return sum(word not in text.casefold() for word in wanted)

    held = [reply for reply in campaign.replies if not missing(reply, whole=True)]
    return sorted(held, key=lambda reply: missing(reply, whole=False))


def answer_lines(view: View, replies: list[Reply], chosen: int, width: int) -> list[Line]:
    """The questions, with the answer under the chosen one."""
    campaign, language = view.campaign, _language(view)
    if campaign is None:
        return []
    if not replies:
        none = (
            tr("Nothing found; try another word.") if campaign.replies else tr("The campaign has written no answers.")
        )
        return text_lines(none, width, "quiet")
    lines: list[Line] = []
    for at, reply in enumerate(replies):
        role: Role = "accent" if at == chosen else "text"
        first, *others = wrap(campaign.words(reply.question, language), width - 2)
        lines.append((Span("▸ " if at == chosen else "  ", role), Span(first, role)))
        lines += [(Span(f"  {other}", role),) for other in others]
        if at == chosen:
            answer = wrap(_personal(view, campaign.words(reply.answer, language), language), width - 2)
            lines += [*((Span(f"  {line}"),) for line in answer), BLANK]
    return lines


def _language(view: View) -> str:
    if view.campaign is None or view.call.voter is None:
        return ""
    return script_language(view.campaign, view.call)


def _personal(view: View, text: str, language: str) -> str:
    if view.campaign is None or view.call.voter is None:
        return text
    return personalise(text, view.call.voter, view.caller_name, view.campaign, language)
