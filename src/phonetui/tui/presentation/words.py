"""What stands in place of the script when there is none to read: why there is no voter, or no room."""

from __future__ import annotations

from collections.abc import Sequence

from phonetui.client.view import View
from phonetui.core.keymap import Keymap
from phonetui.core.translation import number, tr, tr_n
from phonetui.screen.line import BLANK, Line, Span, fit, flow, join, text_lines
from phonetui.screen.line import width as line_width
from phonetui.screen.sizes import SMALLEST
from phonetui.tui.presentation.hints import hint


def waiting_lines(view: View, width: int) -> list[Line]:
    """Why there is no voter on the screen, and the way on."""
    if view.waiting is None:
        return []
    return [BLANK, *text_lines(view.waiting.title, width, "accent"), BLANK, *text_lines(view.waiting.text, width)]


def todays_work(view: View, width: int) -> list[Line]:
    """What the day has come to; nothing before its first call."""
    campaign, today = view.campaign, view.today
    if campaign is None or not today.results:
        return []
    counted = (
        tr_n("{n} call", "{n} calls", today.attempts),
        tr_n("{n} contact", "{n} contacts", today.contacts),
        tr_n("{n} talk", "{n} talks", today.talks),
    )
    labels = {each.id: campaign.words(each.label) for each in campaign.dispositions}
    most_first = sorted(today.results.items(), key=lambda each: -each[1])
    results = [(Span(f"{number(count)} {labels.get(name, name)}", "quiet"),) for name, count in most_first]
    title, sums = (Span(tr("Today"), "quiet"),), [(Span(words),) for words in counted]
    in_one = join([title, join(sums)], "  ")
    head = [in_one] if line_width(in_one) <= width else [title, *flow(sums, width)]
    return [*head, *flow(results, width)]


def too_small_lines(width: int, height: int, code: Sequence[Line] = (), call: Sequence[Line] = ()) -> list[Line]:
    """That the window is too small, and what to do; above it a code that a phone is to read, as long as it fits.

    Where there is none, how a `call` stands is above it, in pieces.

    The window's first and last column stay empty.
    """
    if code and len(code) <= height and line_width(code[0]) <= width - 2:
        return [*code, *too_small_lines(width, height)[: height - len(code)]]
    told = tr(
        "This window has {columns} columns and {rows} rows; phonetui needs {most} and {high}. "
        "Make it larger to go on; nothing is lost.",
        columns=width,
        rows=height,
        most=SMALLEST[0],
        high=SMALLEST[1],
    )
    above = [*flow(call, width - 2, "  "), BLANK] if call else []
    return [*above, *text_lines(told, width - 2)][: max(height, 1)]


def come_back_lines(width: int) -> list[Line]:
    """How to come back from a blank screen."""
    return text_lines(tr("Press any key to come back."), width, "quiet")


def details_line(keys: Keymap, *, more: bool) -> Line:
    """How to go on in the details, and how to leave them."""
    return join([hint(keys, "forward", tr("more")) if more else BLANK, hint(keys, "details", tr("script"))], "  ")


def flash_line(told: str, width: int) -> Line:
    """What stands in place of the title for a moment."""
    return (Span(fit(told, width), "alarm"),)
