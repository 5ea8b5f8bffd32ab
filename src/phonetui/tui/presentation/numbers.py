"""The shift's numbers as a table, with bars of plain characters; every bar has its number beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from phonetui.client.numbers import calls, goal_line, lasting, rate, results, tenths, time_lines
from phonetui.core.campaign import Campaign
from phonetui.core.pace import Pace, Work
from phonetui.core.translation import number, tr
from phonetui.screen.line import BLANK, Line, Span, cells_of, fit, pad, text_lines

#: Eighths of a cell, the sparkline's from the bottom, the bars' from the left.
SPARKS = "▁▂▃▄▅▆▇█"
BARS = "▏▎▍▌▋▊▉█"
#: Cells of a name, and of the longest bar; of a number in the table, and of what is between two.
NAME, LONGEST_BAR = 16, 40
NUMBER, BETWEEN = 5, "  "


def numbers_lines(campaign: Campaign, pace: Pace, board: Sequence[str], width: int) -> list[Line]:
    """All of it, from the shift's counts to the board."""
    counted = results(campaign, pace.shift)
    parts = [
        _table(pace),
        [_goal(pace, width), *text_lines(goal_line(pace), width)],
        [_last_hour(pace)],
        [_bar(label, count, counted[0][1], width) for label, count in counted],
        [line for told in time_lines(pace) for line in text_lines(told, width, "quiet")],
        [line for told in board for line in text_lines(told, width)],
    ]
    return [line for at, part in enumerate(filter(None, parts)) for line in ([BLANK] if at else []) + part]


def resting_lines(since: str, time: timedelta, width: int) -> list[Line]:
    """A break, since when and for how long, and how it ends."""
    return [
        *text_lines(since, width, "accent"),
        *text_lines(lasting(time), width),
        BLANK,
        *text_lines(tr("Any key ends the break."), width, "quiet"),
    ]


def sparkline(counts: Sequence[int]) -> str:
    """A bar for each count, as high as its share of the highest; a blank for none."""
    highest = max(counts, default=0)
    return "".join(SPARKS[-(-count * len(SPARKS) // highest) - 1] if count else " " for count in counts)


def bar(share: float, cells: int) -> str:
    """A bar over that share of the cells, to an eighth of one; never nothing where there is something."""
    eighths = max(round(min(share, 1) * cells * 8), 1 if share else 0)
    return BARS[-1] * (eighths // 8) + (BARS[eighths % 8 - 1] if eighths % 8 else "")


def _table(pace: Pace) -> list[Line]:
    """A row for each time, as wide as the words of the language make its columns."""
    heads = (tr("calls"), tr("reached"), tr("rate"), tr("talks"), tr("an hour"))
    rows = {tr("This shift"): pace.shift, tr("Today"): pace.today, tr("Seven days"): pace.in_all}
    names, columns = max(map(cells_of, rows)) + 1, [max(cells_of(head), NUMBER) for head in heads]
    named = (f"{BETWEEN}{head:>{cells}}" for head, cells in zip(heads, columns, strict=True))
    head = (Span(" " * names), *(Span(text, "quiet") for text in named))
    return [head, *(_row(name, names, work, columns) for name, work in rows.items())]


def _row(name: str, names: int, work: Work, columns: Sequence[int]) -> Line:
    tally, per_hour = work.tally, work.talks_per_hour
    cells = (number(tally.attempts), number(tally.contacts), rate(work), number(tally.talks))
    hourly = tenths(per_hour) if per_hour is not None else "–"
    facts = zip((*cells, hourly), columns, strict=True)
    return (*pad((Span(name),), names), *(Span(f"{BETWEEN}{fact:>{cells}}") for fact, cells in facts))


def _goal(pace: Pace, width: int) -> Line:
    done = pace.today.tally.attempts
    cells = min(width - NAME, LONGEST_BAR)
    filled = bar(done / pace.goal if pace.goal else 1, cells)
    rest = Span("·" * (cells - cells_of(filled)), "quiet")
    return (*pad((Span(tr("Goal")),), NAME), Span(filled, "accent"), rest)


def _last_hour(pace: Pace) -> Line:
    told = f"  {calls(sum(pace.last_hour))}"
    return (*pad((Span(tr("Last hour")),), NAME), Span(sparkline(pace.last_hour), "accent"), Span(told, "quiet"))


def _bar(label: str, count: int, most: int, width: int) -> Line:
    told = f" {number(count)}"
    drawn = bar(count / most, min(width - NAME, LONGEST_BAR) - len(told))
    return (*pad((Span(fit(label, NAME - 1)),), NAME), Span(drawn, "accent"), Span(told))
