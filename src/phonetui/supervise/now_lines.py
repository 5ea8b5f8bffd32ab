"""What the first page shows, as lines: figures, what needs a look, callers, charts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from phonetui.client.evening_view import (
    DOING,
    Point,
    calling_now,
    count_words,
    for_so_long,
    left_words,
    look_words,
    rate_words,
    zone_of,
)
from phonetui.core.translation import number, tr, tr_c, tr_n
from phonetui.core.when import clock
from phonetui.screen.line import BETWEEN, BLANK, Line, Role, Span, cells_of, fit, fit_line, pad, spread
from phonetui.wire_supervisors import CallerNow, DispositionCount, Evening

#: From this width on a caller's row has all counts.
ALL_COUNTS = 64
SINCE, COUNT = 7, 6
#: So many rows say what needs a look; the rest is read on a page of its own.
MOST_LOOKS = 3
_AWAY = ("offline", "left")


def figure_lines(evening: Evening, now: datetime, across: int) -> list[Line]:
    """What today and the last hour came to, and how much is left."""
    hour, zone = evening.last_hour, zone_of(evening)
    rows = [
        (tr("Today"), BETWEEN.join(filter(None, [*count_words(evening.today), rate_words(evening.today)]))),
        (tr("Last hour"), BETWEEN.join(count_words(hour))),
        (tr("Lists"), left_words(evening.lists, now, zone) if evening.lists else tr("no voters yet")),
    ]
    label = max(cells_of(name) for name, _ in rows) + 2
    return [(*pad((Span(name, "quiet"),), label), Span(fit(said, across - label))) for name, said in rows]


def look_lines(evening: Evening, now: datetime, across: int) -> list[Line]:
    """The first of what needs a look, with their marks; a key reads the others. Nothing where all is well."""
    waiting = len(evening.questions)
    lines: list[Line] = []
    if waiting:
        asked = tr_n("{n} question waits:", "{n} questions wait:", waiting)
        lines.append(
            (Span(f"? {asked} ", "accent", "a"), Span("a", "accent", "a"), Span(f" {tr('answers')}", "quiet", "a"))
        )
    looks: list[Line] = [
        (Span(fit(f"! {look_words(look, now, zone_of(evening))}", across), "alarm", "w"),) for look in evening.looks
    ]
    shown = MOST_LOOKS - len(lines)
    if len(looks) > shown:
        more = tr_n("and {n} more:", "and {n} more:", len(looks) - shown + 1)
        rest: Line = (
            Span(f"! {more} ", "alarm", "w"),
            Span("w", "accent", "w"),
            Span(f" {tr('reads them')}", "quiet", "w"),
        )
        looks = [*looks[: shown - 1], rest]
    lines += [fit_line(each, across) for each in looks]
    return [BLANK, *lines] if lines else []


def caller_lines(evening: Evening, now: datetime, top: int, across: int, height: int) -> list[Line]:
    """A row for each caller from `top` on, under a row of titles."""
    callers = in_order(evening.callers)
    here = tr("{n} of {all} here", n=calling_now(callers), all=len(callers))
    titles = (
        [tr_c("column", "calls"), tr_c("column", "reached"), tr_c("column", "talks"), tr_c("column", "an hour")]
        if across >= ALL_COUNTS
        else [tr_c("column", "calls"), tr_c("column", "talks")]
    )
    head = (Span(tr("Callers"), "quiet"), Span(f"  {here}", "quiet"))
    lines = [spread(head, (Span(" ".join(f"{title:>{_room(title)}}" for title in titles), "quiet"),), across)]
    if not callers:
        return [*lines, (Span(tr("Nobody calls yet; i invites."), "quiet"),)]
    room = height - 1 if len(callers) <= height - 1 else height - 2
    top = min(top, max(len(callers) - room, 0))
    lines += [_caller_line(each, now, titles, across) for each in callers[top : top + room]]
    if room < len(callers):
        said = tr(
            "{first} to {last} of {all}, ↑↓ more", first=top + 1, last=min(top + room, len(callers)), all=len(callers)
        )
        lines.append((Span(said, "quiet"),))
    return lines


def in_order(callers: Sequence[CallerNow]) -> list[CallerNow]:
    """By name, so that rows stay where they are; whoever is away comes last."""
    return sorted(callers, key=lambda each: (each.doing in _AWAY, each.name.casefold(), each.caller_id))


def _caller_line(caller: CallerNow, now: datetime, titles: Sequence[str], across: int) -> Line:
    mark, word = DOING[caller.doing]
    role: Role = "quiet" if caller.doing in (*_AWAY, "break") else "text"
    today, hour = caller.today, caller.last_hour
    counts = (
        [today.attempts, today.contacts, today.talks, hour.attempts]
        if len(titles) > 2
        else [today.attempts, today.talks]
    )
    right = " ".join(f"{number(count):>{_room(title)}}" for count, title in zip(counts, titles, strict=True))
    rest = across - SINCE - cells_of(right) - 6
    name = min(max(rest // 2, 10), 24)
    what = caller.voter if caller.doing == "calling" and caller.voter else tr(word)
    if caller.unsent and caller.doing == "offline":
        what = tr("{n} unsent", n=caller.unsent)
    return (
        *pad((Span(fit(caller.name, name), role),), name),
        Span(f" {mark} ", role),
        *pad((Span(fit(what, rest - name), role),), rest - name),
        Span(f" {for_so_long(caller.since, now):>{SINCE}}  ", role),
        Span(right, role),
    )


def _room(title: str) -> int:
    return max(cells_of(title), COUNT - 1)


# -- charts ------------------------------------------------------------------------------------------------------------


def outcome_bars(counts: Sequence[DispositionCount], across: int, bar: str) -> list[Line]:
    """A bar for each result that came up today."""
    rows = [(each.label, each.count) for each in counts if each.count]
    return bar_lines(rows, across, bar) if rows else [(Span(tr("No results yet."), "quiet"),)]


def evening_bars(points: Sequence[Point], zone: tzinfo | None, across: int, bar: str, *, left: bool) -> list[Line]:
    """A bar for each stretch of the evening: calls made, or households left at its end; where no line can be drawn."""
    rows = [(clock(each.at.astimezone(zone)), each.left if left else each.counts.attempts) for each in points]
    return bar_lines(rows, across, bar) if rows else [(Span(tr("No calls yet."), "quiet"),)]


def bar_lines(rows: Sequence[tuple[str, int]], across: int, bar: str) -> list[Line]:
    """Each label with its bar and its number; the longest bar takes all the room."""
    label = min(max(cells_of(name) for name, _ in rows), across // 2)
    figures = max(len(number(count)) for _, count in rows)
    room, most = max(across - label - figures - 2, 1), max(count for _, count in rows)
    lines = []
    for name, count in rows:
        length = max(round(room * count / most), 1) if count else 0
        drawn = (
            *pad((Span(fit(name, label)),), label),
            Span(" "),
            Span(bar * length, "quiet"),
            Span(" " * (room - length)),
        )
        lines.append((*drawn, Span(f" {number(count):>{figures}}")))
    return lines
