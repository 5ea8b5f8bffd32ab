"""What stands in place of the script when there is none to read: why there is no voter, or no room."""

from __future__ import annotations

from phonetui.client.view import View
from phonetui.core.keymap import Keymap
from phonetui.tui.presentation.hints import hint
from phonetui.tui.presentation.line import BLANK, Line, Span, count_of, fit_line, flow, join, text_lines
from phonetui.tui.presentation.line import width as line_width
from phonetui.tui.sizes import SMALLEST


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
    counted = [(today.attempts, "call"), (today.contacts, "contact"), (today.talks, "talk")]
    labels = {each.id: campaign.words(each.label) for each in campaign.dispositions}
    most_first = sorted(today.results.items(), key=lambda each: -each[1])
    results = [(Span(f"{count} {labels.get(name, name)}", "quiet"),) for name, count in most_first]
    title, sums = (Span("Today", "quiet"),), join([(Span(count_of(number, word)),) for number, word in counted])
    in_one = join([title, sums], "  ")
    head = [in_one] if line_width(in_one) <= width else [title, fit_line(sums, width)]
    return [*head, *flow(results, width)]


def too_small_lines(width: int, height: int) -> list[Line]:
    """That the window is too small, and what to do."""
    needs = f"This window has {width} columns and {height} rows; phonetui needs {SMALLEST[0]} and {SMALLEST[1]}."
    return text_lines(f"{needs} Make it larger to go on; nothing is lost.", width - 1)[: max(height, 1)]


def come_back_lines(width: int) -> list[Line]:
    """How to come back from a blank screen."""
    return text_lines("Press any key to come back.", width, "quiet")


def details_line(keys: Keymap, *, more: bool) -> Line:
    """How to go on in the details, and how to leave them."""
    return join([hint(keys, "forward", "more") if more else BLANK, hint(keys, "details", "script")], "  ")
