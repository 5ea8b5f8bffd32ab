"""What there is to pick from: entries under one another, or a question that one key answers."""

from __future__ import annotations

from collections.abc import Sequence

from phonetui.core.translation import tr
from phonetui.screen.line import BLANK, Line, Role, Span, fit, flow, spread, width, wrap

#: Cells before each entry: the mark of the chosen one, its digit, blanks.
INDENT = 5
MOST_DIGITS = 9


def pick_lines(entries: Sequence[Sequence[str]], chosen: int, width: int, height: int) -> list[Line]:
    """As many of the entries as fit, the chosen one among them; the last row says where there are more.

    Entries of which each is one line stand close together.
    """
    drawn = [_entry(lines, place, place == chosen, width) for place, lines in enumerate(entries)]
    apart = [BLANK] if any(len(lines) > 1 for lines in drawn) else []
    every = [line for lines in drawn for line in (*lines, *apart)]
    every = every[: len(every) - len(apart)]
    if len(every) <= height:
        return every
    end = sum(len(lines) + len(apart) for lines in drawn[: chosen + 1]) - len(apart)
    top = max(end - (height - 1), 0)
    shown = every[top : top + height - 1]
    return [*shown, _more(above=top > 0, below=top + len(shown) < len(every))]


def _more(*, above: bool, below: bool) -> Line:
    """Where the list goes on."""
    return (Span(" " * INDENT + f"{'↑' if above else ''}{'↓' if below else ''} {tr('more')}", "quiet"),)


def pick_foot(count: int) -> Line:
    """The keys."""
    digits = f"1–{min(count, MOST_DIGITS)}" if count > 1 else "1"
    return (
        Span(digits, "accent"),
        Span(f" {tr('or')} ", "quiet"),
        Span("↑↓ Enter", "accent"),
        Span(f" {tr('choose')}  ", "quiet"),
        Span("Esc", "accent", "escape"),
        Span(f" {tr('back')}", "quiet", "escape"),
    )


def _entry(lines: Sequence[str], place: int, is_chosen: bool, width: int) -> list[Line]:
    role: Role = "accent" if is_chosen else "text"
    digit = str(place + 1) if place < MOST_DIGITS else ""
    mark = f"{'▸' if is_chosen else ' '} {digit:<{INDENT - 2}}"
    title, *more = lines
    first, *others = wrap(title, width - INDENT)
    drawn: list[Line] = [(Span(mark, role, digit), Span(first, role, digit))]
    drawn += [(Span(" " * INDENT + other, role, digit),) for other in others]
    for text in more:
        drawn += [(Span(" " * INDENT + line, "quiet", digit),) for line in wrap(text, width - INDENT)]
    return drawn


def choice_lines(label: str, choices: Sequence[tuple[str, str]], across: int) -> list[Line]:
    """`Call back  1 tonight 7:00 pm  2 …  Esc closes`: a question that one key answers, in as many lines as needed."""
    options = [(Span(key, "accent", key), Span(f" {fit(words, across)}", "text", key)) for key, words in choices]
    escape, closes = Span("Esc", "accent", "escape"), Span(f" {tr('closes')}", "quiet", "escape")
    *lines, last = flow([(Span(fit(label, across)),), *options], across, "  ")
    for ending in ((escape, closes), (escape,)):
        if width(last) + 2 + width(ending) <= across:
            return [*lines, spread(last, ending, across)]
    return [*lines, last, spread(BLANK, (escape, closes), across)]
