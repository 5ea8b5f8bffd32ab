"""Something to read in place of the script, and the line for what the caller has not seen yet."""

from __future__ import annotations

from typing import NamedTuple

from phonetui.client.help_line import first_unseen, news_of
from phonetui.client.view import View
from phonetui.core.keymap import Keymap
from phonetui.core.translation import tr
from phonetui.screen.line import BLANK, Line, Span, fit, join, text_lines, wrap
from phonetui.screen.line import width as line_width
from phonetui.tui.presentation.hints import hint

#: Rows that a notice takes above the line that says what was saved; one that needs more is read in the script's place.
MOST_ROWS = 4


class Text(NamedTuple):
    """A title, and paragraphs of which the first line is what the others are about."""

    title: str
    paragraphs: tuple[tuple[str, ...], ...]


def text_page(text: Text, width: int) -> list[Line]:
    """The whole text."""
    lines = [*text_lines(text.title, width, "quiet"), BLANK]
    for at, (first, *others) in enumerate(text.paragraphs):
        lines += [BLANK] if at else []
        lines += text_lines(first, width, "quiet" if others else "text")
        lines += [(Span(f"  {line}"),) for other in others for line in wrap(other, width - 2)]
    return lines


def foot(keys: Keymap, *, more: bool) -> Line:
    """How to go on in a text, and how to leave it."""
    close = (Span("Esc", "accent", "escape"), Span(f" {tr('closes')}", "quiet", "escape"))
    return join([hint(keys, "forward", tr("more")) if more else BLANK, close], "  ")


def is_cut(view: View, width: int) -> bool:
    """Whether what is not seen yet has more lines than there is room for."""
    unseen = first_unseen(view)
    return unseen is not None and len(wrap(news_of(unseen, view.asked), width)) >= MOST_ROWS


def unseen_lines(view: View, keys: Keymap, width: int) -> list[Line]:
    """What the campaign tells and the caller has not seen, the oldest first, with the key that says so."""
    unseen = first_unseen(view)
    if unseen is None:
        return []
    told = wrap(news_of(unseen, view.asked), width)
    others = sum(not each.seen for each in view.told) - 1
    cut = is_cut(view, width)
    key = hint(keys, "notices", tr("read it all") if cut else tr("seen"))
    more = (Span(tr("{n} more", n=others), "quiet"),) if others else BLANK
    if cut:
        told = [*told[: MOST_ROWS - 2], fit(" ".join(told[MOST_ROWS - 2 :]), width)]
    lines: list[Line] = [(Span(line),) for line in told]
    last = join([key, more])
    if not cut and line_width(lines[-1]) + 3 + line_width(last) <= width:
        return [*lines[:-1], join([lines[-1], last])]
    return [*lines, last]
