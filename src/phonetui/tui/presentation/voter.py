"""The voter pane: who is on the screen, how to reach them, and what is known from before."""

from __future__ import annotations

from collections.abc import Iterable

from phonetui.client.view import View
from phonetui.core.campaign import Campaign
from phonetui.core.keymap import Keymap
from phonetui.core.person import about, address, polling_place, voted
from phonetui.core.translation import tr
from phonetui.core.voter import Voter
from phonetui.screen.line import BLANK, Line, Role, Span, fit, fit_line, flow, join, keep, spread, wrap
from phonetui.screen.line import width as line_width
from phonetui.tui.presentation import person
from phonetui.tui.presentation.hints import hint
from phonetui.tui.presentation.phone import line_lines, line_pieces

#: More lines than any text in the column takes.
MOST = 20
#: Lines by what can be missed first where the window is low: the greatest rank goes first, 0 last.
Ranked = tuple[int, Line]


def voter_lines(view: View, keys: Keymap, width: int, height: int, *, code: bool = False) -> list[Line]:
    """What is known about the voter and fits a column; where that is not all, the last line says how to see it.

    With `code` the number stands below as a code.
    """
    for most in (MOST, 4):
        roomy = _column(view, keys, width, names=1, most=most, code=code)
        if len(roomy) <= height:
            return [line for _, line in roomy]
    column = _column(view, keys, width, names=1, most=2, code=code)
    kept = keep(column, height)
    if _count(kept) == _count(line for _, line in column):
        return kept
    return [*keep(column, height - 1), _more(keys)]


def whole_voter_lines(view: View, keys: Keymap, width: int) -> list[Line]:
    """The same with nothing left out."""
    return [line for _, line in _column(view, keys, width, names=MOST, most=MOST)]


def short_voter_lines(view: View, keys: Keymap, width: int, height: int, *, code: bool = False) -> list[Line]:
    """The voter in a few wide lines, for windows in which the panes are stacked; `code` as above."""
    voter, campaign = view.call.voter, view.campaign
    if voter is None or campaign is None:
        return []
    place = [line for part in address(voter) for line in _piece(part, width, "text")]
    numbers = person.numbers(view, voter, keys.first("copy"))
    past = [person.attempt(campaign, voter, attempt, width) for attempt in reversed(voter.attempts)]
    groups: list[tuple[int, list[Line]]] = [
        (0, _name_and_time(view, campaign, voter, width)),
        (0, person.promise(view, width)),
        (0, [*numbers[:1], *line_pieces(view, code=code), *numbers[1:]]),
        (0, person.people_in_a_row(view, width)),
        (1, _piece(tr("note: {note}", note=view.call.draft.note) if view.call.draft.note else "", width)),
        (2, [*_piece(about(voter), width), *place, *_piece(voted(voter), width)]),
        (3, past),
        (4, [_quiet(fit(part, width)) for part in polling_place(voter)]),
    ]
    rows = [(rank, line) for rank, pieces in groups for line in flow(pieces, width)]
    kept = keep(rows, height)
    if len(kept) == len(rows):
        return kept
    return [*kept[:-1], spread(kept[-1], _more(keys), width)]


def _name_and_time(view: View, campaign: Campaign, voter: Voter, width: int) -> list[Line]:
    """The name with the time at the other end of the line, or on the next where both do not fit."""
    name = (Span(fit(voter.full_name, width)),)
    time = join(person.time_there(view, campaign, voter, width), " ")
    return [spread(name, time, width)] if line_width(name) + line_width(time) + 2 <= width else [name, time]


def _piece(text: str, width: int, role: Role = "quiet") -> list[Line]:
    return [(Span(fit(text, width), role),)] if text else []


def _more(keys: Keymap) -> Line:
    return hint(keys, "details", tr("more"))


def _count(lines: Iterable[Line]) -> int:
    return sum(1 for line in lines if line)


def _quiet(text: str) -> Line:
    return (Span(text, "quiet"),) if text else BLANK


def _column(view: View, keys: Keymap, width: int, *, names: int, most: int, code: bool = False) -> list[Ranked]:
    """The blocks of the column, a blank line between them.

    Names and addresses take `names` lines at most, one where they must stay in place; a history takes `most` lines,
    and every text of its half as many.
    """
    voter, campaign = view.call.voter, view.campaign
    if voter is None or campaign is None:
        return []
    numbers = [fit_line(line, width) for line in person.numbers(view, voter, keys.first("copy"))]
    line = line_lines(view, width, code=code)
    called = [*((0, each) for each in (*numbers[:1], *line)), *((3, each) for each in numbers[1:])]
    place = [*_place(voter, width, names), *_text(5, voted(voter), width, names, "quiet")]
    blocks = (
        [(0, line) for line in person.promise(view, width)],
        [*_text(0, voter.full_name, width, names), *_text(2, about(voter), width, names, "quiet")],
        *([called + place] if line and len(numbers) == 1 else [called, place]),  # the line's rows are blank enough
        [(0, fit_line(line, width)) for line in person.time_there(view, campaign, voter, width)],
        _titled(person.people_title(view), ((0, line) for line in person.people(view, width))),
        _titled(tr("Note"), _text(0, view.call.draft.note, width, most + 1)),
        _titled(tr("Before"), _history(campaign, voter, width, most)),
        _titled(tr("Same address"), ((5, line) for line in person.neighbours(view, width))),
        _titled(tr("Votes at"), _votes_at(voter, width, most // 2)),
        _titled(tr("Tags"), _text(8, ", ".join(voter.tags), width, most // 2, "quiet")),
    )
    column: list[Ranked] = []
    for block in filter(None, blocks):
        column += [(6, BLANK), *block] if column else block
    return column


def _text(rank: int, text: str, width: int, most: int, role: Role = "text") -> list[Ranked]:
    """`text` in at most `most` lines, the last one shortened; nothing where there is none."""
    lines = wrap(text, width)
    if most == 1:
        lines = [fit(text, width)]
    elif len(lines) > most:
        lines = [*lines[: most - 1], fit(" ".join(lines[most - 1 :]), width)]
    return [(rank, (Span(line, role),)) for line in lines if line]


def _titled(title: str, lines: Iterable[Ranked]) -> list[Ranked]:
    """The lines under a title that stays as long as one of them does."""
    ranked = list(lines)
    return [(min(rank for rank, _ in ranked), _quiet(title)), *ranked] if ranked else []


def _place(voter: Voter, width: int, most: int) -> list[Ranked]:
    return [line for part in address(voter) for line in _text(2, part, width, most)]


def _history(campaign: Campaign, voter: Voter, width: int, most: int) -> list[Ranked]:
    """Earlier attempts, the last one first, each with its note."""
    lines: list[Ranked] = []
    for rank, past in zip((1, 5, *[8] * most), reversed(voter.attempts[-most:]), strict=False):
        lines.append((rank, person.attempt(campaign, voter, past, width)))
        lines += _text(8, past.note, width, most, "quiet")
    return lines


def _votes_at(voter: Voter, width: int, most: int) -> list[Ranked]:
    lines = enumerate(polling_place(voter))
    return [line for at, text in lines for line in _text(7 if at == 0 else 8, text, width, most)]
